"""Public holidays of a country, with the days an account adds or works nevertheless (C13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays


@dataclass(frozen=True, slots=True)
class DaysOff:
    """The holidays of `country`; `extra` days are off too, `worked` ones are not.

    A day in both is off: whoever says both is not sure.
    """

    country: str
    extra: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    @classmethod
    def of(cls, country: str, *, extra: Iterable[date] = (), worked: Iterable[date] = ()) -> "DaysOff":
        """Return the days off of a country (ISO 3166) and an account's own changes."""
        return cls(country, frozenset(extra), frozenset(worked))

    def __contains__(self, day: object) -> bool:
        if day in self.extra:
            return True
        return isinstance(day, date) and day in _national(self.country, day.year) and day not in self.worked


def knows_country(country: str) -> bool:
    """Answer whether the holidays of a country (ISO 3166, two letters) are known at all."""
    return country in _countries()


@cache
def _countries() -> frozenset[str]:
    return frozenset(code for code in holidays.list_supported_countries() if len(code) == 2)


@cache
def _national(country: str, year: int) -> frozenset[date]:
    """Return a year's holidays: plain sets, because the library's own answer parses what it is asked."""
    return frozenset(holidays.country_holidays(country, years=year))
