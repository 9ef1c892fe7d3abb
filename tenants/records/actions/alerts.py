"""Alerts begin, last and end by what a look finds; each beginning and end is one row's (N17)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tenants.records.actions.keeping import note
from tenants.records.models import Alert, AlertRefusal
from tenants.records.rules import CALM


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that is wrong now. `figures` hold numbers, moments and ids for its words (S19)."""

    code: str
    subject: str = ""
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What a look changed."""

    opened: list[Alert]
    closed: list[Alert]


@transaction.atomic
def compare(*, codes: Collection[str], alarms: Iterable[Alarm], now: datetime) -> Change:
    """Bring the alerts of `codes` in line with what is wrong now; return what began and what is over."""
    wrong = {(alarm.code, alarm.subject): alarm for alarm in alarms}
    # Locked: of two looks at once, one tells of a beginning.
    held = Alert.objects.select_for_update().filter(code__in=list(codes), closed_at=None).order_by("id")
    standing = {(alert.code, alert.subject): alert for alert in held}
    for cause in wrong.keys() & standing.keys():
        Alert.objects.filter(pk=standing[cause].pk).update(seen_at=now, figures=wrong[cause].figures)
    return Change(
        _opened([wrong[cause] for cause in wrong.keys() - standing.keys()], now), _closed(held, now)
    )


def mark_told(*, alerts: Iterable[Alert], now: datetime) -> None:
    """Say that administrators have been written to about these."""
    Alert.objects.filter(pk__in=[alert.pk for alert in alerts], told_at=None).update(told_at=now)


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


def _opened(alarms: Iterable[Alarm], now: datetime) -> list[Alert]:
    made = []
    for alarm in alarms:
        alert, is_new = Alert.objects.get_or_create(
            code=alarm.code,
            subject=alarm.subject,
            closed_at=None,
            defaults={"figures": alarm.figures, "opened_at": now, "seen_at": now},
        )
        made += [alert] if is_new else []
    return made


def _closed(held: QuerySet[Alert], now: datetime) -> list[Alert]:
    over = list(held.filter(seen_at__lte=now - CALM))
    Alert.objects.filter(pk__in=[alert.pk for alert in over]).update(closed_at=now)
    return over
