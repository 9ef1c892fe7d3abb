"""Tenants and their addresses, for platform staff: made by a job, brought to head by a job."""

import re
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from tenants import actions
from tenants.admin.acting import job_page
from tenants.admin.acts import Act
from tenants.admin.buttons import Button
from tenants.admin.columns import badge, yes_no
from tenants.admin.dashboard import head_here
from tenants.admin.filters import WordsFilter
from tenants.admin.model_admin import HouseModelAdmin
from tenants.admin.removal import removal_page
from tenants.admin.sites import platform_site
from tenants.display.places import countries, zones
from tenants.models import Domain, Tenant
from tenants.rules import REMOVABLE, TenantStatus

STATUSES = {
    TenantStatus.CREATING: (_("Being made"), "warn"),
    TenantStatus.READY: (_("Ready"), "good"),
    TenantStatus.FAILED: (_("Failed"), "bad"),
    TenantStatus.REMOVING: (_("Being removed"), "warn"),
}
# What a request's Host header can name.
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"{LABEL}(?:\.{LABEL})*")
DOMAIN_TAKEN = _("This domain leads to an organisation already.")


def migrate(request: HttpRequest, _nothing: None) -> HttpResponse:
    """Enqueue the job that brings every tenant to head."""
    return job_page(actions.migrate_tenants(by=request.user.pk).id)


def try_again(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Enqueue a failed creation once more."""
    return job_page(actions.retry_tenant(tenant=tenant, by=request.user.pk).id)


def has_failed(_request: HttpRequest, tenant: Tenant) -> bool:
    """Say whether the tenant's creation came to nothing."""
    return tenant.status == TenantStatus.FAILED


class HostField(forms.CharField):
    """A host name, kept as requests name it: in lower case, and other letters as addresses write them."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Domain"), max_length=253, **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the name. Raises ValidationError for what is none, such as an address with a port."""
        typed = (super().to_python(value) or "").lower().removesuffix(".")
        try:
            host: str = typed.encode("idna").decode()
        except UnicodeError:
            host = ""
        if typed and not HOST.fullmatch(host):
            raise forms.ValidationError(_("A host name is needed, such as acme.example.com."), code="invalid")
        return host


class TenantForm(forms.ModelForm):
    """A client's names, its country and its clock, each one that exists."""

    country = forms.ChoiceField(
        label=_("Country"), choices=countries, widget=UnfoldAdminSelectWidget, initial="CL"
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, widget=UnfoldAdminSelectWidget, initial="America/Santiago"
    )

    class Meta:
        model = Tenant
        fields = ("name", "slug", "country", "timezone")


class NewTenantForm(TenantForm):
    """What a person says about a new client; the schema's name is nobody's business (S1)."""

    domain = HostField(required=False, help_text=_("A host name that leads to this tenant; optional."))

    def clean_domain(self) -> str:
        """Refuse one that leads elsewhere."""
        host: str = self.cleaned_data["domain"]
        if Domain.objects.filter(domain=host).exists():
            raise forms.ValidationError(DOMAIN_TAKEN, code="unique")
        return host


class StatusFilter(WordsFilter):
    """Narrows to one status."""

    title = _("status")
    parameter_name = "status"
    words: ClassVar[dict[str, Any]] = {status.value: words for status, (words, _tone) in STATUSES.items()}


@admin.register(Tenant, site=platform_site)
class TenantAdmin(HouseModelAdmin):
    """Clients. Added by a job with a bar; status and schema are the job's to write."""

    icon = "domain"
    in_palette = True
    list_display = ("name", "slug", "standing", "at_head", "country", "has_samples", "created_at")
    list_filter = (StatusFilter, "country")
    search_fields = ("name", "slug")
    list_buttons = (
        Button(
            "migrate",
            _("Bring all tenants to head"),
            migrate,
            confirm=_("Migrate the schemas of all tenants now?"),
        ),
    )
    buttons = (Button("retry", _("Try again"), try_again, shown=has_failed),)
    fields = ("name", "slug", "country", "timezone", "standing", "at_head", "has_samples", "created_at")
    readonly_fields = ("slug", "standing", "at_head", "has_samples", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        """Leave out the template that new schemas are cloned from."""
        found: QuerySet[Tenant] = super().get_queryset(request)
        return found.filter(is_template=False)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask more of a new client than of a known one."""
        kwargs["form"] = TenantForm if change else NewTenantForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the life cycle once there is one."""
        return super().get_fields(request, obj) if obj else ("name", "slug", "country", "timezone", "domain")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the short name for good once it is in somebody's links."""
        return super().get_readonly_fields(request, obj) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let one go by the page that exports it first; never several at once from the list."""
        return obj is not None and obj.status in REMOVABLE and super().has_delete_permission(request, obj)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Ask for its name and delete it by a job. Raises NotFresh."""
        tenant = self.get_object(request, unquote(object_id))
        if tenant is None or not self.has_delete_permission(request, tenant):
            raise Http404
        return removal_page(request, tenant)

    def save_model(self, request: HttpRequest, obj: Tenant, form: ModelForm, change: bool) -> None:
        """Make a tenant by its action, or save the changed names."""
        if change:
            obj.save(update_fields=form.changed_data)
            return
        given = form.cleaned_data
        domains = (given["domain"],) if given["domain"] else ()
        made, job = actions.create_tenant(
            name=given["name"],
            slug=given["slug"],
            country=given["country"],
            timezone=given["timezone"],
            domains=domains,
            by=request.user.pk,
        )
        obj.pk, obj.made_by = made.pk, job.id

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""

    def response_add(self, request: HttpRequest, obj: Tenant, post_url_continue: Any = None) -> HttpResponse:
        """Lead to the creation's bar."""
        return job_page(obj.made_by)

    @admin.display(description=_("status"), ordering="status")
    def standing(self, tenant: Tenant) -> SafeString:
        """Show the status in its colour."""
        words, tone = STATUSES[TenantStatus(tenant.status)]
        return badge(words, tone)

    @admin.display(description=_("schema"), ordering="schema_version")
    def at_head(self, tenant: Tenant) -> SafeString:
        """Say whether the schema is this release's."""
        fits = tenant.schema_version == head_here()
        return badge(_("At head"), "good") if fits else badge(_("Behind"), "warn")


class DomainForm(forms.ModelForm):
    """A host name and its tenant; the fields are django-tenants', which names them in English only."""

    domain = HostField(error_messages={"unique": DOMAIN_TAKEN})

    class Meta:
        model = Domain
        fields = ("domain", "tenant", "is_primary")
        labels: ClassVar[dict[str, Any]] = {
            "tenant": _("Tenant"),
            "is_primary": _("Main domain"),
        }


@admin.register(Domain, site=platform_site)
class DomainAdmin(HouseModelAdmin):
    """Host names that name a tenant."""

    icon = "language"
    form = DomainForm
    list_display = ("host", "whose", "is_main")
    list_select_related = ("tenant",)
    search_fields = ("domain", "tenant__name")
    autocomplete_fields = ("tenant",)

    @admin.display(description=_("domain"), ordering="domain")
    def host(self, domain: Domain) -> str:
        """Show the host name."""
        return str(domain.domain)

    @admin.display(description=_("tenant"), ordering="tenant__name")
    def whose(self, domain: Domain) -> str:
        """Name the tenant."""
        return str(domain.tenant)

    @admin.display(description=_("main domain"), ordering="is_primary")
    def is_main(self, domain: Domain) -> str:
        """Say whether it is the tenant's main one."""
        return yes_no(domain.is_primary)


platform_site.add_act(Act(_("New organisation"), "admin:tenants_tenant_add", "add_home", 10))
