"""Who carries the calls is added, changed, stopped and started; the numbers that calls go out from."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberFormat, example_number, format_number

from campaigns.actions.provider_facts import BadProvider, ProviderFacts, checked_provider, variable_of
from campaigns.dispatch.alerts import clear_alert as clear_alert_of
from campaigns.dispatch.clocks import clock_for
from campaigns.dispatch.lines import key_of
from campaigns.dispatch.waking import hurry
from campaigns.models import CallAlert, CallerNumber, CampaignSettings, Provider
from campaigns.providers.calling import E164
from campaigns.rules import AlertKind, BreakerState, ProviderKind, Stop
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

SIMULATOR_NAME = "Simulator"
SIMULATOR_AGENT = "agent_simulator"


class UnknownProvider(Refused):
    """There is no such provider, number or alert in this tenant."""

    code = "provider_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such provider, number or alert.")


class ProviderExists(Refused):
    """Another provider has this name, or the provider this number."""

    code = "provider_exists"
    message = _("It is there already.")


class KeyMissing(Refused):
    """The environment holds no key of this name, so nothing could be said to the provider."""

    code = "provider_key_missing"


@transaction.atomic
def create_provider(
    *, kind: ProviderKind, facts: ProviderFacts, tenant: str, by: UUID | None = None
) -> Provider:
    """Add a provider; `tenant` is the short name whose keys may be named.

    Raises BadProvider, ProviderExists.
    """
    made = Provider(kind=kind, **checked_provider(facts, tenant=tenant))
    _save(made)
    note(verb="created", of="provider", id=made.pk, by=by, change={"kind": str(kind)})
    return made


@transaction.atomic
def change_provider(
    *, provider_id: int, changes: ProviderFacts, tenant: str, by: UUID | None = None
) -> Provider:
    """Change what is named and differs; its kind stays.

    Raises UnknownProvider, BadProvider, ProviderExists.
    """
    found = _held(provider_id)
    wanted: dict[str, Any] = {**checked_provider(changes, tenant=tenant)}
    changed = {name: value for name, value in wanted.items() if getattr(found, name) != value}
    for name, value in changed.items():
        setattr(found, name, value)
    if changed:
        _save(found, *changed)
        note(verb="changed", of="provider", id=found.pk, by=by, change=changed)
        hurry(found.pk)
    return found


@transaction.atomic
def stop_provider(*, provider_id: int, now: datetime, by: UUID | None = None) -> Provider:
    """Let nothing leave for a provider until somebody starts it; live calls finish. Twice is once.

    Raises UnknownProvider.
    """
    found = _held(provider_id)
    if found.stopped_at is None:
        found.stopped_at, found.stopped_because = now, Stop.BY_HAND
        found.save(update_fields=["stopped_at", "stopped_because"])
        note(verb="stop", of="provider", id=found.pk, by=by)
    return found


@transaction.atomic
def start_provider(*, provider_id: int, now: datetime, by: UUID | None = None) -> Provider:
    """Let calls leave at once, whatever stopped them: stop, rest and breaker end, their alerts are cleared.

    Raises UnknownProvider, KeyMissing.
    """
    found = _held(provider_id)
    check_key(found)
    rested: dict[str, Any] = {
        "stopped_at": None,
        "stopped_because": "",
        "rests_until": None,
        "backoffs": 0,
        "breaker": BreakerState.CLOSED,
        "breaker_cause": "",
        # What failed before somebody said so proves nothing any more.
        "breaker_until": clock_for(found, lambda: now)(),
        "breaker_opened": 0,
    }
    Provider.objects.filter(pk=found.pk).update(**rested)
    for kind in (AlertKind.PROVIDER_STOPPED, AlertKind.BREAKER_OPEN):
        clear_alert_of(kind, str(found.pk), now=now)
    note(verb="start", of="provider", id=found.pk, by=by)
    hurry(found.pk)
    found.refresh_from_db()
    return found


@transaction.atomic
def add_caller_number(*, provider_id: int, number: str, by: UUID | None = None) -> CallerNumber:
    """Let calls of a provider go out from one more number.

    Raises UnknownProvider, BadProvider, ProviderExists.
    """
    provider = _held(provider_id)
    if not E164.fullmatch(number):
        raise BadProvider("number", _("Write the number as +56912345678."))
    made, is_new = CallerNumber.objects.get_or_create(provider=provider, number=number)
    if not is_new:
        raise ProviderExists
    note(verb="created", of="caller_number", id=made.pk, by=by, change={"provider": provider.pk})
    hurry(provider.pk)
    return made


@transaction.atomic
def remove_caller_number(*, number_id: int, by: UUID | None = None) -> None:
    """Let no call go out from a number any more; an account that chose it alone has all. Twice is once."""
    gone, _rows = CallerNumber.objects.filter(pk=number_id).delete()
    if gone:
        note(verb="deleted", of="caller_number", id=number_id, by=by)


@transaction.atomic
def end_rest(*, number_id: int, now: datetime, by: UUID | None = None) -> None:
    """Let a number that was marked as spam or blocked call again. Raises UnknownProvider."""
    found = CallerNumber.objects.select_for_update().filter(pk=number_id).first()
    if found is None:
        raise UnknownProvider
    found.rests_until, found.rests_because = None, ""
    found.save(update_fields=["rests_until", "rests_because"])
    clear_alert_of(AlertKind.NUMBER_RESTS, found.number, now=now)
    note(verb="start", of="caller_number", id=found.pk, by=by)
    hurry(found.provider_id)


@transaction.atomic
def clear_alert(*, alert_id: int, now: datetime, by: UUID | None = None) -> None:
    """Say that an alert was seen; the next cause raises it anew. Twice keeps the first moment."""
    live = CallAlert.objects.filter(pk=alert_id, cleared_at=None)
    if live.update(cleared_at=now, cleared_by=by):
        note(verb="clear", of="call_alert", id=alert_id, by=by)


def make_defaults(*, country: str) -> None:
    """Give a new tenant its settings and a provider that calls nobody, with one number; may repeat."""
    CampaignSettings.objects.get_or_create(id=1)
    provider, _made = Provider.objects.get_or_create(
        name=SIMULATOR_NAME, defaults={"kind": ProviderKind.SIMULATOR, "agent_id": SIMULATOR_AGENT}
    )
    example = example_number(country) or example_number("CL")
    if example is not None and not provider.numbers.exists():
        CallerNumber.objects.create(provider=provider, number=format_number(example, PhoneNumberFormat.E164))


def check_key(provider: Provider) -> None:
    """Raise KeyMissing unless the environment holds the provider's key."""
    if not key_of(provider):
        simulated = provider.kind == ProviderKind.SIMULATOR
        variable = "MINGA_SIMULATOR_KEY" if simulated else variable_of(provider.key_name)
        words = _(
            "The environment variable %(variable)s holds no key: without one nothing can be said to it."
        )
        raise KeyMissing(words % {"variable": variable}, variable=variable)


def address_of(provider: Provider) -> str:
    """Return where a provider is spoken to; "" for its own well-known address."""
    simulated = provider.kind == ProviderKind.SIMULATOR
    return provider.base_url or (settings.SIMULATOR_URL if simulated else "")


def _held(provider_id: int) -> Provider:
    found = Provider.objects.select_for_update().filter(pk=provider_id).first()
    if found is None:
        raise UnknownProvider
    return found


def _save(provider: Provider, *fields: str) -> None:
    try:
        with transaction.atomic():
            provider.save(update_fields=fields or None)
    except IntegrityError as error:
        raise ProviderExists from error
    if not fields:
        provider.refresh_from_db()
