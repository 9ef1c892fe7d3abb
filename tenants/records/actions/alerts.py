"""Alerts begin, last and end by what a look finds; each beginning and end is one row's (N17)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tenants.models import Cause
from tenants.records.actions.keeping import note
from tenants.records.models import AlertRefusal
from tenants.records.rules import CALM

Kept = TypeVar("Kept", bound=Cause)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that is wrong now. `figures` hold numbers, moments and ids for its words (S19)."""

    code: str
    subject: str = ""
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change(Generic[Kept]):
    """What a look changed."""

    opened: list[Kept]
    closed: list[Kept]


@transaction.atomic
def compare(
    *, kept: type[Kept], codes: Collection[str], alarms: Iterable[Alarm], now: datetime
) -> Change[Kept]:
    """Bring the alerts of `codes` in line with what is wrong now; return what began and what is over.

    `kept` is `Alert` inside a tenant, `PlatformAlert` for the installation itself.
    """
    wrong = {(alarm.code, alarm.subject): alarm for alarm in alarms}
    rows = kept._default_manager
    # Locked: of two looks at once, one tells of a beginning.
    held = rows.select_for_update().filter(code__in=list(codes), closed_at=None).order_by("id")
    standing = {(alert.code, alert.subject): alert for alert in held}
    for cause in wrong.keys() & standing.keys():
        rows.filter(pk=standing[cause].pk).update(seen_at=now, figures=wrong[cause].figures)
    begun = [wrong[cause] for cause in wrong.keys() - standing.keys()]
    return Change(_opened(kept, begun, now), _closed(held, now))


def mark_told(*, kept: type[Kept], alerts: Iterable[Kept], now: datetime) -> None:
    """Say that people have been written to about these."""
    rows = kept._default_manager.filter(pk__in=[alert.pk for alert in alerts], told_at=None)
    rows.update(told_at=now)


@transaction.atomic
def refuse_mail(*, person: UUID) -> None:
    """Write no more alerts to that administrator. Twice is once."""
    AlertRefusal.objects.get_or_create(person=person)
    note(verb="alerts_refused", of="member", id=person, by=person)


@transaction.atomic
def want_mail(*, person: UUID) -> None:
    """Write alerts to that administrator again. Twice is once."""
    AlertRefusal.objects.filter(person=person).delete()
    note(verb="alerts_wanted", of="member", id=person, by=person)


def _opened(kept: type[Kept], alarms: Iterable[Alarm], now: datetime) -> list[Kept]:
    made = []
    for alarm in alarms:
        alert, is_new = kept._default_manager.get_or_create(
            code=alarm.code,
            subject=alarm.subject,
            closed_at=None,
            defaults={"figures": alarm.figures, "opened_at": now, "seen_at": now},
        )
        made += [alert] if is_new else []
    return made


def _closed(held: QuerySet[Kept], now: datetime) -> list[Kept]:
    over = list(held.filter(seen_at__lte=now - CALM))
    held.model._default_manager.filter(pk__in=[alert.pk for alert in over]).update(closed_at=now)
    return over
