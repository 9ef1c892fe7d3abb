"""Programs' keys of all tenants, for platform staff; a tenant's own people have a page of theirs (W14)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from tenants import actions, queries
from tenants.admin.buttons import Button
from tenants.admin.filters import TenantFilter
from tenants.admin.model_admin import HouseModelAdmin
from tenants.admin.sites import platform_site
from tenants.display.context_processors import ROLES
from tenants.models import ApiKey
from tenants.rules import Role

# A program gives no support.
KEY_ROLES = [(role.value, ROLES[role.value]) for role in (Role.ADMIN, Role.VIEWER)]


def revoke(request: HttpRequest, key: ApiKey) -> str | Promise:
    """End the key."""
    actions.revoke_api_key(key=key, now=timezone.now(), by=request.user.pk)
    return _("The key has ended.")


class KeyForm(forms.ModelForm):
    """A new key's tenant, name, role and parts."""

    areas = forms.MultipleChoiceField(
        label=_("Parts"),
        choices=queries.areas,
        required=False,
        help_text=_("None for all of them."),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )


@admin.register(ApiKey, site=platform_site)
class ApiKeyAdmin(HouseModelAdmin):
    """Programs' keys; the secret is shown once."""

    icon = "key"
    is_delicate = True
    form = KeyForm
    list_display = ("name", "prefix", "tenant", "as_what", "parts", "used_at", "revoked_at", "created_at")
    list_filter = (("tenant", TenantFilter),)
    list_select_related = ("tenant",)
    search_fields = ("name", "prefix")
    autocomplete_fields = ("tenant",)
    fields = ("tenant", "name", "as_what", "parts", "prefix", "used_at", "revoked_at", "created_at")
    buttons = (
        Button(
            "revoke",
            _("Revoke"),
            revoke,
            shown=lambda _request, key: key.revoked_at is None,
            confirm=_("End this key now?"),
            danger=True,
        ),
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for what a new key needs."""
        return super().get_fields(request, obj) if obj else ("tenant", "name", "role", "areas")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse to narrow by parts: a word is no list of them, as only the database would say (S13)."""
        return not lookup.startswith("areas") and super().lookup_allowed(lookup, value, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a key is made and revoked."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a key is revoked."""
        return False

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name the roles in words; a program gives no support."""
        if db_field.name == "role":
            kwargs["choices"] = KEY_ROLES
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: ModelForm, change: bool) -> None:
        """Make the key by its action and show its secret, now or never."""
        key, secret = actions.make_api_key(
            tenant=obj.tenant, name=obj.name, role=Role(obj.role), areas=obj.areas, by=request.user.pk
        )
        obj.pk = key.pk
        messages.warning(request, _now("The key, shown only now: %(secret)s") % {"secret": secret})

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""

    @admin.display(description=_("parts"))
    def parts(self, key: ApiKey) -> str:
        """Name the parts that the key reaches."""
        return ", ".join(name for app, name in queries.areas() if app in key.areas) or str(_("All parts"))

    @admin.display(description=_("role"), ordering="role")
    def as_what(self, key: ApiKey) -> str:
        """Name the role in words."""
        return str(ROLES.get(key.role, key.role))
