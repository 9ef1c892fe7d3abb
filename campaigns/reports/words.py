"""The words of the viewers' pages that no model carries: steps, promises, groups of outcomes, days."""

from collections.abc import Mapping
from datetime import date, timedelta

from babel.dates import format_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.models.words import OUTCOME_LABELS
from campaigns.queries.call_rows import UNDER_WAY
from campaigns.queries.entry_rows import PromiseKind, Step
from campaigns.rules import Outcome
from tenants.display.charts.colours import BLUE, GREY, LEAF, OCHRE, PLUM, RED, SKY, TEAL
from tenants.display.formats import Formats

Words = str | Promise
STEP_LABELS: Mapping[Step, Words] = {
    Step.DIALLED: pgettext_lazy("entries", "Dialled"),
    Step.REACHED: pgettext_lazy("entries", "Reached"),
    Step.PROMISED: pgettext_lazy("entries", "Reached and promised"),
    Step.FINISHED: pgettext_lazy("entries", "Ended by calls"),
    Step.SUCCEEDED: pgettext_lazy("entries", "Goal met"),
}
PROMISE_LABELS: Mapping[PromiseKind, Words] = {
    PromiseKind.ANY: _("With a promise"),
    PromiseKind.LATE: _("Promised after the last day"),
    PromiseKind.OPEN: _("Promised without an amount"),
}
CALL_OUTCOMES: Mapping[str, Words] = {
    **{str(outcome): words for outcome, words in OUTCOME_LABELS.items() if outcome != Outcome.UNSENT},
    UNDER_WAY: pgettext_lazy("call", "Under way"),
}
# Columns of a chart: eight patterns are told apart, fourteen are not. Each with its colour everywhere.
GROUPS: tuple[tuple[Words, str, tuple[str, ...]], ...] = (
    (OUTCOME_LABELS[Outcome.CONVERSED], TEAL, (Outcome.CONVERSED,)),
    (OUTCOME_LABELS[Outcome.CUT_SHORT], LEAF, (Outcome.CUT_SHORT,)),
    (_("Wishes"), BLUE, (Outcome.DO_NOT_CALL, Outcome.CALLBACK)),
    (OUTCOME_LABELS[Outcome.MACHINE], OCHRE, (Outcome.MACHINE,)),
    (OUTCOME_LABELS[Outcome.NOT_REACHED], GREY, (Outcome.NOT_REACHED,)),
    (OUTCOME_LABELS[Outcome.BAD_NUMBER], PLUM, (Outcome.BAD_NUMBER,)),
    (
        _("Faults"),
        RED,
        (
            Outcome.CARRIER,
            Outcome.REPUTATION,
            Outcome.CAPACITY,
            Outcome.MONEY,
            Outcome.PLATFORM,
            Outcome.UNKNOWN,
            Outcome.UNSENT,
        ),
    ),
    (CALL_OUTCOMES[UNDER_WAY], SKY, ("",)),
)
MONDAY = date(2024, 1, 1)


def weekday(number: int, formats: Formats, *, short: bool = False) -> str:
    """Return the name of a day of the week; Monday is 1."""
    day = MONDAY + timedelta(days=number - 1)
    return str(format_date(day, "ccc" if short else "cccc", locale=formats.locale))


def hour(number: int) -> str:
    """Return the hour that begins at a full hour, as clocks write it."""
    return f"{number:02}:00"
