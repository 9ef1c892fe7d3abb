"""Who is told outside and what was sent, for administrators (W16)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from tenants.actions import announcing
from tenants.admin.acting import by_of
from tenants.admin.buttons import Button
from tenants.admin.columns import badge, reader
from tenants.admin.model_admin import HouseModelAdmin, ReadOnlyModelAdmin
from tenants.admin.sites import tenant_site
from tenants.records.actions import webhooks
from tenants.records.events import label_of, offered
from tenants.records.models import WebhookDelivery, WebhookEndpoint, WebhookTry
from tenants.records.rules import DELIVERY_LABELS, FAULT_LABELS, STOP_LABELS, DeliveryState, Stop

TONES = {DeliveryState.DELIVERED: "good", DeliveryState.FAILED: "bad", DeliveryState.WAITING: "warn"}


def show_secret(request: HttpRequest, secret: str) -> None:
    """Show a secret on the next page, and never again."""
    messages.warning(request, _now("The secret, shown only now: %(secret)s") % {"secret": secret})


def rotate(request: HttpRequest, endpoint: WebhookEndpoint) -> str | Promise:
    """Make a new secret and show it."""
    show_secret(request, webhooks.rotate_secret(endpoint=endpoint.pk, now=timezone.now(), by=by_of(request)))
    return _("The secret before signs too for a day.")


def end_old(request: HttpRequest, endpoint: WebhookEndpoint) -> str | Promise:
    """Let the secret before sign nothing more."""
    webhooks.end_old_secret(endpoint=endpoint.pk, by=by_of(request))
    return _("The old secret has ended.")


def test(request: HttpRequest, endpoint: WebhookEndpoint) -> str | Promise:
    """Send a message that says nothing."""
    announcing.announce_test(endpoint=endpoint.pk, at=timezone.now(), by=by_of(request))
    return _("A test is on its way; the deliveries say how it went.")


def stop(request: HttpRequest, endpoint: WebhookEndpoint) -> str | Promise:
    """Tell it nothing more."""
    webhooks.stop_endpoint(endpoint=endpoint.pk, by=by_of(request))
    return _("Nothing is told there any more.")


def start(request: HttpRequest, endpoint: WebhookEndpoint) -> str | Promise:
    """Tell it again."""
    announcing.start_endpoint(endpoint=endpoint.pk, by=by_of(request))
    return _("It is told again, beginning with what waited.")


def is_told(_request: HttpRequest, endpoint: WebhookEndpoint) -> bool:
    """Say whether messages go there."""
    return not endpoint.stopped


def is_stopped(_request: HttpRequest, endpoint: WebhookEndpoint) -> bool:
    """Say whether no message goes there."""
    return bool(endpoint.stopped)


def has_two_secrets(_request: HttpRequest, endpoint: WebhookEndpoint) -> bool:
    """Say whether an old secret signs as well."""
    return bool(endpoint.old_seed)


class EndpointForm(forms.ModelForm):
    """An address and the events that it wants; the action says what is wrong with either."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Of a program that takes POST requests over https. Its secret is shown once, on saving."),
    )
    events = forms.MultipleChoiceField(label=_("Events"), widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = WebhookEndpoint
        fields = ("url", "events")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = list(offered().items())  # type: ignore[attr-defined]  # a choice field


@admin.register(WebhookEndpoint, site=tenant_site)
class WebhookEndpointAdmin(HouseModelAdmin):
    """Endpoints; the secret of each is shown once."""

    is_delicate = True  # a new endpoint's secret is shown
    icon = "webhook"
    form = EndpointForm
    list_display = ("url", "wants", "standing", "failing_since", "created_at")
    fields = ("url", "events", "standing", "failing_since", "created_at")
    readonly_fields = ("standing", "failing_since", "created_at")
    buttons = (
        Button("test", _("Send a test"), test, shown=is_told),
        Button(
            "rotate", _("Rotate the secret"), rotate, confirm=_("Make a new secret now?"), is_delicate=True
        ),
        Button("end-old", _("End the old secret"), end_old, shown=has_two_secrets, is_delicate=True),
        Button("stop", _("Stop"), stop, shown=is_told),
        Button("start", _("Start"), start, shown=is_stopped),
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show how it goes once there is something to tell."""
        return super().get_fields(request, obj) if obj else ("url", "events")

    @admin.display(description=_("events"))
    def wants(self, endpoint: WebhookEndpoint) -> str:
        """Name the events in words."""
        return "; ".join(map(label_of, endpoint.events))

    @admin.display(description=_("state"), ordering="stopped")
    def standing(self, endpoint: WebhookEndpoint) -> SafeString:
        """Say whether it is told, and how that goes."""
        if endpoint.stopped:
            return badge(
                STOP_LABELS[Stop(endpoint.stopped)], "" if endpoint.stopped == Stop.PERSON else "bad"
            )
        return badge(_("Fails"), "warn") if endpoint.failures else badge(_("Is told"), "good")

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: bool) -> None:
        """Make or change it by its action; a new one's secret is shown now, or never."""
        url, events, by = form.cleaned_data["url"], form.cleaned_data["events"], by_of(request)
        if change:
            webhooks.change_endpoint(endpoint=obj.pk, url=url, events=events, by=by)
            return
        made, secret = webhooks.add_endpoint(url=url, events=events, by=by)
        obj.pk = made.pk
        show_secret(request, secret)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], Any, Any]:
        """Name what goes; its log goes with it, which nobody may delete by itself."""
        named = [str(one) for one in objs]
        return named, {str(self.opts.verbose_name_plural): len(named)}, set(), []

    def delete_model(self, request: HttpRequest, obj: WebhookEndpoint) -> None:
        """Delete it by its action."""
        webhooks.remove_endpoint(endpoint=obj.pk, by=by_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        """Delete each by its action."""
        for endpoint in queryset:
            self.delete_model(request, endpoint)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Leave it to the action, which notes it."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""


def replay(request: HttpRequest, delivery: WebhookDelivery) -> str | Promise:
    """Send an ended message again."""
    announcing.announce_again(delivery=delivery.pk, now=timezone.now(), by=by_of(request))
    return _("The message goes out again under its own id.")


def _came_back(one: WebhookTry) -> str:
    """Say what a try brought: the status that came back, or why none did."""
    return f"HTTP {one.status}" if one.status else str(FAULT_LABELS.get(one.fault, one.fault))


def has_ended(_request: HttpRequest, delivery: WebhookDelivery) -> bool:
    """Say whether it can be sent again."""
    return delivery.ended_at is not None


@admin.register(WebhookDelivery, site=tenant_site)
class WebhookDeliveryAdmin(ReadOnlyModelAdmin):
    """The log: every message with its tries; what has ended can be sent again."""

    icon = "outbox"
    list_display = ("what", "endpoint", "how", "tries", "created_at", "ended_at")
    list_filter = ("state",)
    list_select_related = ("endpoint",)
    search_fields = ("id",)
    search_help_text = _("Search by the webhook-id")
    fields = ("id", "what", "endpoint", "how", "tries", "next_at", "created_at", "ended_at", "log_of", "body")
    buttons = (Button("replay", _("Send again"), replay, shown=has_ended),)

    def title_of(self, row: WebhookDelivery) -> str:
        """Say what it tells."""
        return label_of(row.type)

    @admin.display(description=_("event"), ordering="type")
    def what(self, delivery: WebhookDelivery) -> str:
        """Name the event in words."""
        return label_of(delivery.type)

    @admin.display(description=_("next try"))
    def next_at(self, delivery: WebhookDelivery) -> str:
        """Say when it is tried next; what has ended, or goes to a stopped endpoint, is not."""
        waits = delivery.ended_at is None and not delivery.endpoint.stopped
        return reader().moment(delivery.due_at) if waits else self.empty_value_display

    @admin.display(description=_("state"), ordering="state")
    def how(self, delivery: WebhookDelivery) -> SafeString:
        """Show the state in its colour."""
        state = DeliveryState(delivery.state)
        return badge(DELIVERY_LABELS[state], TONES[state])

    @admin.display(description=_("tries so far"))
    def log_of(self, delivery: WebhookDelivery) -> SafeString | str:
        """Write each try on a line: when, what came back or why nothing did, how long it took."""
        rows = [
            (reader().moment(one.at), _came_back(one), reader().number(one.took_ms))
            for one in delivery.log.all()
        ]
        return format_html_join("", "{} · {} · {} ms<br>", rows) or self.empty_value_display
