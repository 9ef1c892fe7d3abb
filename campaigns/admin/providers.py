"""Who carries the calls, for staff: address, key, limits and health; the numbers that calls go out from."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns import actions
from campaigns.dispatch.lines import key_of
from campaigns.forms.providers import CallerNumberForm, NewProviderForm, ProviderForm
from campaigns.models import CallAttempt, CallerNumber, Provider
from campaigns.models.words import BREAKER_LABELS, STOP_LABELS
from campaigns.providers.calling import RETELL_URL
from campaigns.rules import BreakerState, ProviderKind
from tenants.admin import Button, ago, badge, tenant_site
from tenants.admin.acting import ActingModelAdmin, by_of
from tenants.admin.columns import reader
from tenants.queries import principal_of

FACTS = ("name", "kind", "agent_id", "max_concurrent_calls", "calls_per_second")
SPOKEN = ("address", "key_name", "key", "webhook")
HEALTH = ("standing", "because", "rests_until", "breaks", "concurrency_told")


def stop(request: HttpRequest, provider: Provider) -> str | Promise:
    """Let nothing leave."""
    actions.stop_provider(provider_id=provider.pk, now=timezone.now(), by=by_of(request))
    return _("Stopped: no new call leaves; live ones finish.")


def start(request: HttpRequest, provider: Provider) -> str | Promise:
    """Let calls leave."""
    actions.start_provider(provider_id=provider.pk, now=timezone.now(), by=by_of(request))
    return _("Started: calls leave from now on.")


def is_going(_request: HttpRequest, provider: Provider) -> bool:
    """Say whether a person has something to stop."""
    return provider.stopped_at is None


def is_held(_request: HttpRequest, provider: Provider) -> bool:
    """Say whether anything keeps calls from leaving."""
    rests = provider.rests_until is not None and provider.rests_until > timezone.now()
    return provider.stopped_at is not None or rests or provider.breaker != BreakerState.CLOSED


def end_rest(request: HttpRequest, number: CallerNumber) -> str | Promise:
    """Let the number call again."""
    actions.end_rest(number_id=number.pk, now=timezone.now(), by=by_of(request))
    return _("The number may call again.")


def rests(_request: HttpRequest, number: CallerNumber) -> bool:
    """Say whether a number rests now."""
    return number.rests_until is not None and number.rests_until > timezone.now()


def standing_of(provider: Provider) -> SafeString:
    """Say in a word and a colour whether calls leave, and if not, what keeps them."""
    if provider.stopped_at is not None:
        return badge(_("Stopped"), "bad")
    if not key_of(provider):
        return badge(_("No key"), "bad")
    if provider.breaker != BreakerState.CLOSED:
        return badge(BREAKER_LABELS[BreakerState(provider.breaker)], "warn")
    if provider.rests_until is not None and provider.rests_until > timezone.now():
        return badge(_("Rests"), "warn")
    return badge(_("Calls go out"), "good")


@admin.register(Provider, site=tenant_site)
class ProviderAdmin(ActingModelAdmin):
    """Providers by name; keys are never seen here, only the name of the variable that holds one."""

    icon = "cell_tower"
    is_delicate = True  # whose key is spoken with
    list_display = ("name", "kind", "standing", "lines", "calls_per_second", "accounts_total")
    search_fields = ("name",)
    ordering = ("name",)
    fieldsets = (
        (None, {"fields": FACTS}),
        (_("How it is spoken to"), {"fields": SPOKEN}),
        (_("Health"), {"fields": HEALTH}),
    )
    readonly_fields = ("kind", "address", "key", "webhook", *HEALTH)
    buttons = (
        Button("start", _("Let calls leave now"), start, shown=is_held),
        Button(
            "stop",
            _("Stop"),
            stop,
            shown=is_going,
            danger=True,
            confirm=_("Stop this provider? No new call leaves until somebody starts it."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        """Count accounts and open calls in the same query; carry whose webhooks these are."""
        calls = CallAttempt.objects.holding_slot().filter(provider=OuterRef("pk")).order_by()
        busy = Subquery(calls.values("provider").annotate(n=Count("pk")).values("n"))
        found: QuerySet[Provider] = super().get_queryset(request)
        tenant = Value(principal_of(request).tenant.pk.hex)
        return found.annotate(accounts_n=Count("accounts"), busy=Coalesce(busy, 0), tenant_hex=tenant)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask a new provider for its kind; tell the form whose keys may be named."""
        kwargs["form"] = ProviderForm if change else NewProviderForm
        found = super().get_form(request, obj, change=change, **kwargs)
        found.tenant = principal_of(request).tenant.slug
        return found

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show address and health once there is a provider."""
        found = super().get_fieldsets(request, obj)
        return found if obj else ((None, {"fields": (*FACTS, "key_name")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the kind for good once there are calls of it."""
        return super().get_readonly_fields(request, obj) if obj else ()

    def save_model(self, request: HttpRequest, obj: Provider, form: forms.ModelForm, change: bool) -> None:
        """Add or change the provider. Raises a refusal of the action."""
        facts = form.facts()  # type: ignore[attr-defined]  # a ProviderForm
        slug = principal_of(request).tenant.slug
        if change:
            actions.change_provider(provider_id=obj.pk, changes=facts, tenant=slug, by=by_of(request))
            return
        kind = ProviderKind(form.cleaned_data["kind"])
        obj.pk = actions.create_provider(kind=kind, facts=facts, tenant=slug, by=by_of(request)).pk

    @admin.display(description=_("state"))
    def standing(self, provider: Provider) -> SafeString:
        """Show whether calls leave."""
        return standing_of(provider)

    @admin.display(description=_("because"))
    def because(self, provider: Provider) -> str:
        """Say why it is stopped."""
        words = str(STOP_LABELS.get(provider.stopped_because, provider.stopped_because))
        return words or self.empty_value_display

    @admin.display(description=_("breaker"))
    def breaks(self, provider: Provider) -> SafeString | str:
        """Say what the breaker does, and when it tries again."""
        words = str(BREAKER_LABELS[BreakerState(provider.breaker)])
        if provider.breaker == BreakerState.CLOSED:
            return words
        return format_html("{} ({}, {})", words, provider.breaker_cause, ago(provider.breaker_until))

    @admin.display(description=_("lines in use"))
    def lines(self, provider: Any) -> str:
        """Count the calls that take a line, of how many may."""
        return f"{reader().number(provider.busy)} / {reader().number(provider.max_concurrent_calls)}"

    @admin.display(description=_("accounts"), ordering="accounts_n")
    def accounts_total(self, provider: Any) -> str:
        """Count the accounts that call by it."""
        return reader().number(provider.accounts_n)

    @admin.display(description=_("address"))
    def address(self, provider: Provider) -> str:
        """Write where it is spoken to."""
        return actions.address_of(provider) or RETELL_URL

    @admin.display(description=_("key"))
    def key(self, provider: Provider) -> SafeString:
        """Name the variable that holds the key, and say whether it does; never the key."""
        simulated = provider.kind == ProviderKind.SIMULATOR
        variable = "MINGA_SIMULATOR_KEY" if simulated else actions.variable_of(provider.key_name)
        held = badge(_("is set"), "good") if key_of(provider) else badge(_("is not set"), "bad")
        return format_html("<code>{}</code> {}", variable, held)

    @admin.display(description=_("webhook"))
    def webhook(self, provider: Any) -> SafeString:
        """Write the address that the provider's agents tell their events to."""
        address = reverse("api-webhook-retell", args=[f"{provider.tenant_hex}-{provider.endpoint}"])
        return format_html("<code>{}</code>", address)


@admin.register(CallerNumber, site=tenant_site)
class CallerNumberAdmin(ActingModelAdmin):
    """Numbers that calls go out from; one marked as spam or blocked rests a day."""

    icon = "dialpad"
    form = CallerNumberForm
    list_display = ("number", "provider", "resting", "last_used_at")
    list_filter = ("provider",)
    list_select_related = ("provider",)
    search_fields = ("number",)
    fields = ("provider", "number", "resting", "because", "last_used_at")
    readonly_fields = ("resting", "because", "last_used_at")
    buttons = (Button("rest", _("Let it call again"), end_rest, shown=rests),)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: another number is another row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow what the house allows."""
        return super(ActingModelAdmin, self).has_delete_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a number, show a known one whole."""
        return super().get_fields(request, obj) if obj else ("provider", "number")

    def save_model(
        self, request: HttpRequest, obj: CallerNumber, form: forms.ModelForm, change: bool
    ) -> None:
        """Add the number. Raises a refusal of the action."""
        given = form.cleaned_data
        made = actions.add_caller_number(
            provider_id=given["provider"].pk, number=given["number"], by=by_of(request)
        )
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: CallerNumber) -> None:
        """Remove the number."""
        actions.remove_caller_number(number_id=obj.pk, by=by_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CallerNumber]) -> None:
        """Remove one after the other."""
        for number in queryset:
            self.delete_model(request, number)

    @admin.display(description=_("state"), ordering="rests_until")
    def resting(self, number: CallerNumber) -> SafeString:
        """Say whether it rests."""
        if number.rests_until is None or number.rests_until <= timezone.now():
            return badge(_("May call"), "good")
        return format_html(
            "{} {} {}", badge(_("Rests"), "warn"), _("until"), reader().moment(number.rests_until)
        )

    @admin.display(description=_("because"))
    def because(self, number: CallerNumber) -> str:
        """Write the provider's word."""
        return number.rests_because or self.empty_value_display
