"""People and their memberships, for platform staff. Every change is an action (S6)."""

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from tenants import actions
from tenants.actions import second_factors
from tenants.admin.acts import Act
from tenants.admin.buttons import Button
from tenants.admin.filters import TenantFilter, WordsFilter
from tenants.admin.model_admin import HouseModelAdmin
from tenants.admin.sites import platform_site
from tenants.display.context_processors import ROLES
from tenants.models import Membership, User
from tenants.rules import Role

ROLE_CHOICES = [(role.value, ROLES[role.value]) for role in Role]


def deactivate(request: HttpRequest, user: User) -> str | Promise:
    """Lock the person out everywhere."""
    actions.deactivate_user(user=user, by=request.user.pk)
    return _("The person is locked out everywhere.")


def log_out(request: HttpRequest, user: User) -> str | Promise:
    """End the person's tokens."""
    actions.throw_out(user=user, by=request.user.pk)
    return _("All tokens of the person have ended.")


def reset_factor(request: HttpRequest, user: User) -> str | Promise:
    """Take off what the person lost; at the next log-in the password is enough, staff set up another."""
    second_factors.reset(user=user, by=request.user.pk)
    return _("The second factor is reset; sessions and tokens of the person have ended.")


def has_factor(_request: HttpRequest, user: User) -> bool:
    """Say whether there is anything to reset."""
    return bool(second_factors.factors_of(user=user))


class NewUserForm(forms.ModelForm):
    """A person's address, name and first password."""

    password = forms.CharField(
        label=_("Password"),
        max_length=512,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = ("email", "name", "is_staff")

    def clean_password(self) -> str:
        """Refuse a weak one (S8)."""
        given: str = self.cleaned_data["password"]
        person = User(email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", ""))
        validate_password(given, person)
        return given


@admin.register(User, site=platform_site)
class UserAdmin(HouseModelAdmin):
    """People across all tenants; deactivated, never deleted."""

    icon = "person"
    in_palette = True
    is_delicate = True
    list_display = ("email", "name", "is_staff", "is_active", "last_login", "created_at")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    fields = ("email", "name", "language", "is_staff", "is_active", "last_login", "created_at")
    readonly_fields = ("email", "is_staff", "is_active", "last_login", "created_at")
    buttons = (
        Button("log-out", _("End all tokens"), log_out),
        Button(
            "reset-factor",
            _("Reset second factor"),
            reset_factor,
            shown=has_factor,
            confirm=_("Take off every second factor of this person?"),
            danger=True,
            is_delicate=True,
        ),
        Button(
            "deactivate",
            _("Deactivate"),
            deactivate,
            shown=lambda _request, user: user.is_active,
            confirm=_("Lock this person out everywhere?"),
            danger=True,
        ),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for a first password when a person is added."""
        if not change:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, change=change, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the languages that there are."""
        if db_field.name == "language":
            choices = [("", _("As the browser asks")), *settings.LANGUAGES]
            widget = UnfoldAdminSelectWidget(choices=choices)
            label = capfirst(db_field.verbose_name)
            return forms.ChoiceField(label=label, choices=choices, required=False, widget=widget)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the life cycle once there is one."""
        return super().get_fields(request, obj) if obj else ("email", "name", "password", "is_staff")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep address and rights out of the change form."""
        return super().get_readonly_fields(request, obj) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: people are deactivated."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Make a person by the action, or save the changed name."""
        if change:
            obj.save(update_fields=form.changed_data)
            return
        given = form.cleaned_data
        made = actions.create_user(
            email=given["email"],
            name=given["name"],
            password=given["password"],
            is_staff=given["is_staff"],
            by=request.user.pk,
        )
        obj.pk = made.pk

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""


def give(role: Role, request: HttpRequest, membership: Membership) -> str | Promise:
    """Change what the person is in the tenant."""
    actions.give_role(user=membership.user, tenant=membership.tenant, role=role, by=request.user.pk)
    return _("The role is changed; tokens issued before have ended.")


def take(request: HttpRequest, membership: Membership) -> str | Promise:
    """End the membership."""
    actions.take_role(membership=membership, by=request.user.pk)
    return _("The membership has ended.")


def is_not(role: Role, _request: HttpRequest, membership: Membership) -> bool:
    """Say whether a role can be given; support is another thing, with an end."""
    return membership.role != Role.SUPPORT and (membership.role != role or not membership.is_active)


def role_button(name: str, label: str | Promise, role: Role) -> Button:
    """Return the button that gives a role."""
    return Button(name, label, partial(give, role), partial(is_not, role), is_delicate=True)


class RoleFilter(WordsFilter):
    """Narrows to one role."""

    title = _("role")
    parameter_name = "role"
    words = ROLES


@admin.register(Membership, site=platform_site)
class MembershipAdmin(HouseModelAdmin):
    """Who is what in which tenant. Support is for staff and always ends."""

    icon = "badge"
    is_delicate = True
    list_display = ("user", "tenant", "as_what", "is_active", "ends_at", "created_at")
    list_filter = (RoleFilter, "is_active", ("tenant", TenantFilter))
    list_select_related = ("user", "tenant")
    search_fields = ("user__email", "user__name", "tenant__name")
    autocomplete_fields = ("user", "tenant")
    fields = ("user", "tenant", "as_what", "is_active", "ends_at", "created_at")
    buttons = (
        role_button("admin", _("Make administrator"), Role.ADMIN),
        role_button("viewer", _("Make viewer"), Role.VIEWER),
        Button(
            "end",
            _("End membership"),
            take,
            shown=lambda _request, membership: membership.is_active,
            confirm=_("End this membership?"),
            danger=True,
        ),
    )

    def title_of(self, row: Membership) -> str:
        """Name the person and the tenant."""
        return f"{row.user} · {row.tenant}"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for what a new membership needs."""
        return super().get_fields(request, obj) if obj else ("user", "tenant", "role", "ends_at")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: the buttons change roles."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: memberships end."""
        return False

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name the roles in words."""
        if db_field.name == "role":
            kwargs["choices"] = ROLE_CHOICES
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Membership, form: ModelForm, change: bool) -> None:
        """Give the role by its action."""
        user, tenant, by = obj.user, obj.tenant, request.user.pk
        if obj.role != Role.SUPPORT:
            obj.pk = actions.give_role(user=user, tenant=tenant, role=Role(obj.role), by=by).pk
            return
        ends_at = obj.ends_at or timezone.now()
        obj.pk = actions.give_support(user=user, tenant=tenant, ends_at=ends_at, by=by).pk

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""

    @admin.display(description=_("role"), ordering="role")
    def as_what(self, membership: Membership) -> str:
        """Name the role in words."""
        return str(ROLES.get(membership.role, membership.role))


platform_site.add_act(Act(_("New user"), "admin:tenants_user_add", "person_add", 20))
