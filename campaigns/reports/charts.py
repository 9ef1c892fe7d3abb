"""The charts of campaigns, each from what a query answers; what it draws it also tells as a table."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from campaigns.models.words import ENTRY_STATE_LABELS
from campaigns.queries.call_rows import UNDER_WAY
from campaigns.queries.campaigns import rate
from campaigns.queries.entry_rows import PromiseKind, Step
from campaigns.queries.hours import WEEKDAYS, Timetable
from campaigns.queries.promised import PromisedDay
from campaigns.queries.results import Day, People
from campaigns.reports import addresses, words
from campaigns.rules import EntryState
from tenants.display.charts import Bars, Category, Columns, Series
from tenants.display.charts.colours import GREY, OCHRE, TEAL
from tenants.display.formats import Formats

# More columns than that are told by the week.
MOST_DAYS = 45
CONTACTS, OTHERS = TEAL, GREY
Params = Mapping[str, object]


def daily(days: Sequence[Day], params: Params, formats: Formats) -> Columns:
    """Draw the calls of each day, of each week when there are many days."""
    by_week = len(days) > MOST_DAYS
    spans = _spans(days, 7 if by_week else 1)
    return Columns(
        "daily",
        _("Calls by week") if by_week else _("Calls by day"),
        _("Calls that the provider took; a contact is a call in which somebody spoke."),
        formats.days([span[0].on for span in spans]),
        _contacts(spans, params),
        heading=_("Week from") if by_week else _("Day"),
        hrefs=tuple(_of_span(span, params) for span in spans),
    )


def funnel(people: People, entries: int, params: Params) -> Bars:
    """Draw how many people come how far."""
    steps = (
        Category(_("Entries"), entries, "", addresses.entries(**params)),
        _step(_("Dialled"), people.dialled, Step.DIALLED, params),
        _step(_("Reached"), people.reached, Step.REACHED, params),
        _step(_("Promised"), people.promised, Step.PROMISED, params),
        _step(_("Goal met"), people.succeeded, Step.SUCCEEDED, params),
    )
    told = _("A goal may be met without a promise, and a promise made without meeting the goal.")
    return Bars("funnel", _("From the list to the goal"), told, steps, heading=_("Step"))


def states(counts: Mapping[EntryState, int], params: Params) -> Bars:
    """Draw where people stand now."""
    shown = tuple(
        Category(str(ENTRY_STATE_LABELS[state]), count, "", addresses.entries(**params, state=state))
        for state, count in counts.items()
        if count
    )
    told = _("Each entry is in one state.")
    return Bars("states", _("Where entries stand"), told, shown, share=True, heading=_("State"))


def outcomes(found: Timetable, params: Params) -> Bars:
    """Draw what the calls came to."""
    counted = [(one or UNDER_WAY, calls) for one, calls in found.outcomes().items()]
    shown = tuple(
        Category(str(words.CALL_OUTCOMES[name]), calls, "", addresses.calls(**params, outcome=name))
        for name, calls in sorted(counted, key=lambda one: (-one[1], one[0]))
        if name in words.CALL_OUTCOMES
    )
    told = _("Of calls, not of people: who is called three times counts three times.")
    return Bars("outcomes", _("Outcomes of calls"), told, shown, share=True, heading=_("Outcome"))


def by_hour(found: Timetable, params: Params, zone: str) -> Columns:
    """Draw what the calls of each hour came to, the hours with calls and those between."""
    told = _("By the clock of %(zone)s, when the call was taken. Above: contacts of a hundred calls.")
    hours = found.hours
    return Columns(
        "hours",
        _("Outcomes by hour"),
        told % {"zone": zone},
        tuple(words.hour(hour) for hour in hours),
        _grouped([found.outcomes(hour=hour) for hour in hours]),
        level=_answered([(found.contacts(hour=hour), found.outcomes(hour=hour).total()) for hour in hours]),
        heading=_("Hour"),
        hrefs=tuple(addresses.calls(**params, hour=hour) for hour in hours),
        is_cycle=True,
    )


def by_weekday(found: Timetable, params: Params, zone: str, formats: Formats) -> Columns:
    """Draw what the calls of each day of the week came to."""
    told = _("By the clock of %(zone)s. Above: contacts of a hundred calls.")
    return Columns(
        "weekdays",
        _("Outcomes by day of the week"),
        told % {"zone": zone},
        tuple(words.weekday(day, formats, short=True) for day in WEEKDAYS),
        _grouped([found.outcomes(weekday=day) for day in WEEKDAYS]),
        level=_answered([(found.contacts(weekday=d), found.outcomes(weekday=d).total()) for d in WEEKDAYS]),
        heading=_("Day"),
        hrefs=tuple(addresses.calls(**params, weekday=day) for day in WEEKDAYS),
        is_cycle=True,
    )


def promised(
    days: Sequence[PromisedDay], currency: str, params: Params, formats: Formats, *, are_more: bool
) -> Columns:
    """Draw what is promised for each day, in one currency; `are_more`: there are older days."""
    own = [day for day in days if day.currency == currency]
    told = _("In %(currency)s, by the day that was promised; promises without an amount add nothing.")
    newest = _("Only the newest days are drawn.")
    told = f"{told} {newest}" if are_more else told
    href = addresses.entries(**params, promise=PromiseKind.ANY)
    return Columns(
        "promised",
        _("Promised by day"),
        told % {"currency": currency or _("no currency")},
        formats.days([day.on for day in own]),
        (Series(_("Promised"), tuple(day.amount for day in own), OCHRE, href),),
        heading=_("Day"),
    )


def _step(label: str, count: int, step: Step, params: Params) -> Category:
    return Category(label, count, "", addresses.entries(**params, step=step))


def _grouped(columns: Sequence[Counter[str]]) -> tuple[Series, ...]:
    """Return one series for each group of outcomes that occurs."""
    found = (
        Series(str(label), tuple(sum(column[one] for one in group) for column in columns), colour)
        for label, colour, group in words.GROUPS
    )
    return tuple(one for one in found if any(one.values))


def _answered(parts: Sequence[tuple[int, int]]) -> Series:
    """Return the part of (contacts, calls) in percent."""
    return Series(_("Contacts, %"), tuple(rate(contacts, calls) for contacts, calls in parts), CONTACTS)


def _spans(days: Sequence[Day], length: int) -> list[Sequence[Day]]:
    return [days[at : at + length] for at in range(0, len(days), length)]


def _contacts(spans: Sequence[Sequence[Day]], params: Params) -> tuple[Series, Series]:
    contacts = tuple(sum(day.contacts for day in span) for span in spans)
    calls = (sum(day.calls for day in span) for span in spans)
    others = tuple(made - met for made, met in zip(calls, contacts, strict=True))
    href = addresses.calls(**params, contact="1")
    return Series(_("Contacts"), contacts, CONTACTS, href), Series(_("Other calls"), others, OTHERS)


def _of_span(span: Sequence[Day], params: Params) -> str:
    return addresses.calls(**{**params, "start_date": span[0].on, "end_date": span[-1].on})
