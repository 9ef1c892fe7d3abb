"""Tables of workbooks about campaigns: counts with their shares, calls by hour and day of the week."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from campaigns.queries.call_rows import UNDER_WAY
from campaigns.queries.choosing import Choice
from campaigns.queries.hours import WEEKDAYS, Timetable
from campaigns.queries.results import People
from campaigns.reports import words
from campaigns.reports.telling import period_of
from tenants.display.books import Block, Page, Ratio
from tenants.display.charts import Bars
from tenants.display.formats import Formats


def ratio(part: float, whole: float) -> Ratio | None:
    """Return a share of one, None of nothing."""
    return Ratio(part / whole) if whole else None


def rates_of(people: People) -> list[tuple[str, Ratio | None]]:
    """Return the three rates by their one definition, unrounded."""
    return [
        (_("Contact rate"), ratio(people.reached, people.dialled)),
        (_("Promise rate"), ratio(people.promised, people.reached)),
        (_("Success rate"), ratio(people.succeeded, people.finished)),
    ]


def counts_block(chart: Bars, counted: str, whole: int) -> Block:
    """Return what a chart counts, each with its share of the whole."""
    rows = [(one.label, one.value, ratio(float(one.value), whole)) for one in chart.categories]
    return Block((chart.heading, counted, _("Share")), rows, chart.title)


def calls_page(outcomes: Bars, times: Timetable, choice: Choice, formats: Formats) -> Page:
    """Return the sheet of what calls came to, and when."""
    clock = _("By the clock of %(zone)s, when the call was taken.") % {"zone": choice.zone}
    blocks = [counts_block(outcomes, _("Calls"), times.calls), _hours(times), _weekdays(times, formats)]
    return Page(_("Calls"), blocks, notes=[period_of(choice, formats), clock])


def _hours(times: Timetable) -> Block:
    parts = [(words.hour(hour), {"hour": hour}) for hour in times.hours]
    return _by_time(times, _("Outcomes by hour"), _("Hour"), parts)


def _weekdays(times: Timetable, formats: Formats) -> Block:
    parts = [(words.weekday(day, formats), {"weekday": day}) for day in WEEKDAYS]
    return _by_time(times, _("Outcomes by day of the week"), _("Day"), parts)


def _by_time(
    times: Timetable, title: str, heading: str, parts: Iterable[tuple[str, Mapping[str, int]]]
) -> Block:
    names = [name for name, _calls in times.outcomes().most_common()]
    told = [str(words.CALL_OUTCOMES.get(name or UNDER_WAY, name)) for name in names]
    rows = []
    for label, part in parts:
        found, contacts = times.outcomes(**part), times.contacts(**part)
        calls = found.total()
        counted = (found[name] for name in names)
        rows.append((label, calls, contacts, ratio(contacts, calls), *counted))
    return Block((heading, _("Calls"), _("Contacts"), _("Contact share"), *told), rows, title)
