"""When do people answer? Calls by hour of the day, day of the week and outcome, on one clock."""

from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from campaigns.queries.choosing import Choice, calls_made

WEEKDAYS = range(1, 8)


@dataclass(frozen=True, slots=True)
class Cell:
    """The calls of one hour of one day of the week (ISO, Monday is 1) with one outcome; "" is under way."""

    weekday: int
    hour: int
    outcome: str
    calls: int
    contacts: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """All calls by hour, weekday and outcome."""

    cells: tuple[Cell, ...]

    @property
    def calls(self) -> int:
        return sum(cell.calls for cell in self.cells)

    @property
    def hours(self) -> range:
        """The hours with calls and those between."""
        used = [cell.hour for cell in self.cells]
        return range(min(used), max(used) + 1) if used else range(0)

    def outcomes(self, *, hour: int | None = None, weekday: int | None = None) -> Counter[str]:
        """Return calls by outcome, of an hour or of a day of the week if wanted."""
        found: Counter[str] = Counter()
        for cell in self.cells:
            if hour in (None, cell.hour) and weekday in (None, cell.weekday):
                found[cell.outcome] += cell.calls
        return found

    def contacts(self, *, hour: int | None = None, weekday: int | None = None) -> int:
        """Return the contacts of an hour or of a day of the week."""
        return sum(
            cell.contacts
            for cell in self.cells
            if hour in (None, cell.hour) and weekday in (None, cell.weekday)
        )


def timetable(*, choice: Choice) -> Timetable:
    """Return the chosen calls by the clock of the choice. One query."""
    zone = ZoneInfo(choice.zone)
    timed = calls_made(choice).annotate(
        hour=ExtractHour("accepted_at", tzinfo=zone), weekday=ExtractIsoWeekDay("accepted_at", tzinfo=zone)
    )
    counted = timed.values_list("weekday", "hour", "outcome").annotate(
        calls=Count("pk"), contacts=Count("pk", filter=Q(is_contact=True))
    )
    return Timetable(tuple(Cell(*row) for row in counted))
