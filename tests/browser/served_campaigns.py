"""Campaigns of the served product: one that called for three weeks by two versions, one that never did."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from campaigns.models import Account, Arm, CallAttempt, Campaign, Debt, Entry, ScriptVersion, Tally
from campaigns.rules import (
    FINAL,
    AttemptState,
    EntryReason,
    EntryState,
    NextAction,
    Outcome,
)
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.campaigns.calling import ZONE, a_campaign, a_provider, an_account

PEOPLE, DAYS = 240, 21
FIRST_NAMES = ("Rosa", "Juan", "María José", "Pedro", "Camila", "Luis", "Ana")
LAST_NAMES = ("Quispe Mamani", "Soto", "Fernández de la Cruz", "Rojas", "Muñoz", "Ñancupil")


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a person: the last call's outcome, the state, why; how many of a hundred."""

    of_hundred: int
    outcome: str
    state: EntryState
    reason: EntryReason


FATES = (
    Fate(22, Outcome.CONVERSED, EntryState.SUCCEEDED, EntryReason.GOAL_MET),
    Fate(14, Outcome.CONVERSED, EntryState.EXHAUSTED, EntryReason.MAX_ATTEMPTS),
    Fate(16, Outcome.NOT_REACHED, EntryState.RETRY_WAIT, EntryReason.NOT_REACHED),
    Fate(12, Outcome.MACHINE, EntryState.RETRY_WAIT, EntryReason.MACHINE),
    Fate(7, Outcome.BAD_NUMBER, EntryState.FAILED, EntryReason.NO_NUMBER_LEFT),
    Fate(4, Outcome.DO_NOT_CALL, EntryState.SUPPRESSED, EntryReason.DO_NOT_CALL),
    Fate(4, Outcome.CALLBACK, EntryState.RETRY_WAIT, EntryReason.CALLBACK_ASKED),
    Fate(3, Outcome.CUT_SHORT, EntryState.NEEDS_REVIEW, EntryReason.CUT_SHORT),
    Fate(4, Outcome.CARRIER, EntryState.QUEUED, EntryReason.CARRIER),
    Fate(4, "", EntryState.ON_HOLD, EntryReason.UNKNOWN_ZONE),
    Fate(10, "", EntryState.QUEUED, EntryReason.OUTSIDE_WINDOW),
)
CONTACTS = {Outcome.CONVERSED, Outcome.DO_NOT_CALL, Outcome.CALLBACK, Outcome.CUT_SHORT}
ACTIONS = {EntryState.ON_HOLD: NextAction.CURE, EntryState.NEEDS_REVIEW: NextAction.REVIEW}


def fill_campaigns(acme: Tenant) -> dict[str, str]:
    """Give Acme campaigns; return the pages of them, of somebody who promised and of somebody who waits."""
    with tenant_scope(acme.schema_name):
        account = an_account(a_provider(name="línea de muestra"), code="muestra", funds="900")
        made = a_campaign(account, code="morosos-tramo-2")
        Campaign.objects.filter(pk=made.pk).update(
            name="Morosos de noviembre, tramo 2", started_at=timezone.now() - timedelta(days=DAYS)
        )
        _call(made, account)
        fresh = a_campaign(account, code="encuesta")
        Campaign.objects.filter(pk=fresh.pk).update(name="Encuesta de servicio", state="ready")
        promised = Entry.objects.filter(campaign=made, promise_amount__isnull=False).earliest("pk")
        waits = Entry.objects.filter(campaign=made, state=EntryState.RETRY_WAIT).earliest("pk")
    return {
        "campaign": reverse("campaigns:campaign", args=[made.pk]),
        "campaign_fresh": reverse("campaigns:campaign", args=[fresh.pk]),
        "entry_promised": reverse("campaigns:entry", args=[promised.pk]),
        "entry_waits": reverse("campaigns:entry", args=[waits.pk]),
    }


def _call(made: Campaign, account: Account) -> None:
    """Write people, their calls and the counters, as three weeks would have left them."""
    dice = random.Random(7)
    arms = [
        Arm.objects.create(campaign=made, version=version)
        for version in ScriptVersion.objects.order_by("pk")[:2]
    ]
    fates = dice.choices(FATES, [fate.of_hundred for fate in FATES], k=PEOPLE)
    Entry.objects.bulk_create(
        _person(made, at, fate, dice, arms[at % len(arms)] if fate.outcome else None)
        for at, fate in enumerate(fates)
    )
    people = list(Entry.objects.filter(campaign=made).order_by("row"))
    Debt.objects.bulk_create(
        Debt(
            entry=one,
            creditor="Banco del Sur",
            amount=Decimal(dice.randrange(40, 900) * 1000),
            days_overdue=60,
        )
        for one in people
    )
    calls = [
        call for one, fate in zip(people, fates, strict=True) for call in _calls(one, fate, account, dice)
    ]
    CallAttempt.objects.bulk_create(calls)
    _count(made, people, calls)


def _person(made: Campaign, at: int, fate: Fate, dice: random.Random, arm: Arm | None) -> Entry:
    now, is_contact = timezone.now(), fate.outcome in CONTACTS
    promises = is_contact and dice.random() < 0.5
    return Entry(
        campaign=made,
        person_key=f"D:CL:served-{at}",
        document=f"{10_000_000 + at}-5",
        name=f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}",
        phones=[{"number": f"+5697{1_000_000 + at}", "kind": "mobile", "repaired": False}],
        zones=ZONE,
        state=fate.state,
        reason=fate.reason,
        next_action=ACTIONS.get(fate.state, NextAction.NOTHING if fate.state in FINAL else NextAction.WAIT),
        earliest_at=now + timedelta(hours=dice.randrange(2, 90)),
        finished_at=now - timedelta(days=dice.randrange(1, DAYS)) if fate.state in FINAL else None,
        outcome=fate.outcome,
        is_reached=is_contact,
        attempts=int(bool(fate.outcome)),
        promise_on=date.today() + timedelta(days=dice.randrange(1, 25)) if promises else None,  # noqa: DTZ011
        promise_amount=Decimal(dice.randrange(20, 500) * 1000) if promises and dice.random() < 0.9 else None,
        fecha_maxima=date.today() + timedelta(days=20),  # noqa: DTZ011
        arm=arm,
        row=at + 2,
    )


def _calls(one: Entry, fate: Fate, account: Account, dice: random.Random) -> list[CallAttempt]:
    if not fate.outcome:
        return []
    outcomes = [Outcome.NOT_REACHED] * dice.randrange(0, 3) + [Outcome(fate.outcome)]
    moments = sorted(_moment(dice) for _outcome in outcomes)
    return [
        _attempt(one, number, outcome, moment, account, dice)
        for number, (outcome, moment) in enumerate(zip(outcomes, moments, strict=True), 1)
    ]


def _moment(dice: random.Random) -> datetime:
    day = date.today() - timedelta(days=dice.randrange(1, DAYS))  # noqa: DTZ011
    return datetime.combine(day, time(dice.choice(range(9, 20)), dice.randrange(60)), ZoneInfo(ZONE))


def _attempt(
    one: Entry, number: int, outcome: Outcome, at: datetime, account: Account, dice: random.Random
) -> CallAttempt:
    provider, is_contact = account.provider, outcome in CONTACTS
    assert provider is not None
    seconds = dice.randrange(20, 240) if is_contact else 0
    ended = at + timedelta(seconds=20 + seconds)
    return CallAttempt(
        entry=one,
        campaign_id=one.campaign_id,
        account=account,
        provider=provider,
        number=number,
        person_key=one.person_key,
        to_number=one.phones[0]["number"],
        from_number="+56600000001",
        state=AttemptState.CLOSED,
        on=at.date(),
        lease_until=at,
        max_call_seconds=300,
        reserved=Decimal("0.77"),
        claimed_at=at,
        sent_at=at,
        accepted_at=at,
        ended_at=ended,
        closed_at=ended,
        outcome=outcome,
        is_goal_met=one.state == EntryState.SUCCEEDED if is_contact else None,
        is_counted=outcome is not Outcome.CARRIER,
        is_contact=is_contact,
        duration_ms=seconds * 1000,
        charge=Decimal("0.02") + Decimal("0.15") * seconds / 60 if is_contact else Decimal("0.01"),
    )


def _count(made: Campaign, people: list[Entry], calls: list[CallAttempt]) -> None:
    states = Counter(str(one.state) for one in people)
    Tally.objects.filter(campaign=made).update(
        entries=len(people),
        dialled=len({call.entry_id for call in calls}),
        reached=sum(one.is_reached for one in people),
        promised=sum(one.promise_on is not None for one in people),
        calls=len(calls),
        charged=sum(call.charge for call in calls),
        talk_ms=sum(call.duration_ms for call in calls),
        **states,
    )
