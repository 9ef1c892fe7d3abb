"""What was promised: how much of what is owed, for when, and what falls short of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from campaigns.models import Debt, Entry
from campaigns.queries.choosing import Choice

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Promises:
    """The promises in one currency; `open` ones name no amount, `late` ones come after the last day."""

    currency: str
    promises: int
    amount: Decimal
    owed: Decimal
    shortfall: Decimal
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class PromisedDay:
    """What is promised for one day, in one currency."""

    on: date
    currency: str
    promises: int
    amount: Decimal


def shortfall(owed: Decimal | None, promised: Decimal | None) -> Decimal | None:
    """Return what a promise leaves open of the debt that the call spoke of; None when one is not known."""
    return None if owed is None or promised is None else max(owed - promised, NOTHING)


def is_late() -> Q:
    """Return the condition of promises for a day after the last one."""
    return Q(promise_on__gt=F("fecha_maxima"))


def promises_of(*, choice: Choice) -> list[Promises]:
    """Return the promises of the chosen campaigns by currency, the most first. One query."""
    short = Greatest(F("owed") - F("promise_amount"), Value(NOTHING), output_field=_money())
    counted = (
        _promised(choice)
        .values("currency")
        .annotate(
            promises=Count("pk"),
            amount=Sum("promise_amount", default=NOTHING),
            # What is owed by those who named an amount, or it would not add up with the shortfall.
            all_owed=Sum("owed", filter=Q(promise_amount__isnull=False), default=NOTHING),
            shortfall=Sum(short, filter=Q(promise_amount__isnull=False, owed__isnull=False), default=NOTHING),
            open=Count("pk", filter=Q(promise_amount=None)),
            late=Count("pk", filter=is_late()),
        )
    )
    rows = [
        Promises(
            row["currency"],
            row["promises"],
            row["amount"],
            row["all_owed"],
            row["shortfall"],
            row["open"],
            row["late"],
        )
        for row in counted
    ]
    return sorted(rows, key=lambda one: (-one.promises, one.currency))


def promised_days(*, choice: Choice, most: int) -> list[PromisedDay]:
    """Return what is promised for each day, the newest `most` days, oldest first. One query."""
    counted = _promised(choice).values_list("promise_on", "currency")
    summed = counted.annotate(promises=Count("pk"), amount=Sum("promise_amount", default=NOTHING))
    rows = [PromisedDay(*row) for row in summed.order_by("-promise_on", "currency")[:most]]
    return rows[::-1]


def _promised(choice: Choice) -> Any:
    """Return who promised, with what the call spoke of: the larger debt (C7)."""
    largest = Debt.objects.filter(entry=OuterRef("pk")).order_by("-amount", "pk")
    return (
        Entry.objects.filter(choice.campaigns("campaign__"), promise_on__isnull=False)
        .annotate(
            owed=Subquery(largest.values("amount")[:1], output_field=_money()),
            currency=Coalesce(Subquery(largest.values("currency")[:1]), Value("")),
        )
        .order_by()
    )


def _money() -> DecimalField:
    return DecimalField(max_digits=16, decimal_places=4)
