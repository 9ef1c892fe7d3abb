"""Numbers, money, days and moments for one reader: the user's language, the tenant's country (W7)."""

import functools
import re
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

Number = int | float | Decimal
Width = Literal["narrow", "short", "long"]

# An English reader of a country without English conventions gets the American ones, not the British.
FALLBACK = {"en": "en_US"}
AMBIGUOUS_DOLLAR = re.compile(r"(?<![A-Z])\$")
CODE_AT_FIGURE = re.compile(r"(?<=[A-Z])(?=-?\d)|(?<=\d)(?=[A-Z])")
NO_BREAK = "\u00a0"
NOTHING = "–"  # where nobody knows, or nothing can be said
UNITS = ("d", "h", "min", "s")  # the same signs in Spanish and English


@functools.lru_cache(maxsize=256)
def locale_for(language: str, country: str) -> Locale:
    """Return Babel's locale of a language as written in a country; Spanish when nothing fits."""
    spoken = re.split("[-_]", language or "es")[0].lower()
    for name in (f"{spoken}_{country.upper()}", FALLBACK.get(spoken, spoken), "es"):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    raise LookupError(name)


@dataclass(frozen=True, slots=True)
class Formats:
    """How one reader writes values; every method returns plain text."""

    language: str = "es"
    country: str = "CL"
    timezone: str = "UTC"

    @property
    def locale(self) -> Locale:
        """Babel's locale for this reader."""
        return locale_for(self.language, self.country)

    @property
    def zone(self) -> ZoneInfo:
        """The tenant's time zone; UTC when its name is not known here."""
        try:
            return ZoneInfo(self.timezone)
        except (KeyError, OSError, ValueError):
            return ZoneInfo("UTC")

    def number(self, value: Number, decimals: int | None = None) -> str:
        """Write a number; `decimals` fixes the places, otherwise as many as needed up to three."""
        pattern = None if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(babel_numbers.format_decimal(value, format=pattern, locale=self.locale))

    def stored(self, value: Number) -> str:
        """Write a number with all the places that it has: a price of 0.0725 is not 0.073."""
        if not isinstance(value, Decimal):
            return self.number(value)
        places = -int(value.normalize().as_tuple().exponent)
        return self.number(value, max(0, places))

    def typed(self, value: Number) -> str:
        """Write a number into a field: ungrouped, with all its places, so that it is read back as itself."""
        whole, _mark, places = f"{Decimal(str(value)):f}".partition(".")
        places = places.rstrip("0")
        if len(places) == 3:
            places += "0"  # three places alone could be thousands to whoever reads them; a fourth cannot
        return f"{whole}{babel_numbers.get_decimal_symbol(self.locale)}{places}" if places else whole

    def compact(self, value: Number) -> str:
        """Write a number for a narrow place: 1,2 M; whole below ten thousand."""
        if -10_000 < value < 10_000:
            return self.number(round(float(value), 2))
        return str(babel_numbers.format_compact_decimal(value, fraction_digits=1, locale=self.locale))

    def figure(self, value: Number) -> str:
        """Write a number whole while it fits a legend, short from a thousand millions on."""
        if not -(10**9) < value < 10**9:
            return self.compact(value)
        return self.number(value, None if -1000 < value < 1000 else 0)

    def percent(self, ratio: Number, decimals: int = 1) -> str:
        """Write a ratio (0.25 → 25,0 %)."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + NO_BREAK + "%"
        return str(babel_numbers.format_percent(ratio, format=pattern, locale=self.locale))

    def money(self, amount: Number, currency: str = "") -> str:
        """Write money, in the country's currency unless told; a bare $ gets its code."""
        code = currency or self.currency
        text = str(babel_numbers.format_currency(amount, code, locale=self.locale))
        # CLDR asks for a space between a code and its figure, which Babel leaves out.
        text = CODE_AT_FIGURE.sub(NO_BREAK, text)
        return f"{text}{NO_BREAK}{code}" if AMBIGUOUS_DOLLAR.search(text) else text

    @property
    def currency(self) -> str:
        """ISO code of the country's currency."""
        return currency_of(self.country)

    def day(self, value: date) -> str:
        """Write a day with the month in letters, so that no reader can swap day and month."""
        if isinstance(value, datetime):
            value = value.astimezone(self.zone).date()
        return str(babel_dates.format_date(value, self._pattern("yMMMd"), locale=self.locale))

    def days(self, values: Sequence[date]) -> tuple[str, ...]:
        """Write days for a narrow place, as the labels of an axis: without the year while all share one."""
        one_year = len({value.year for value in values}) < 2
        return tuple(
            str(babel_dates.format_skeleton("MMMd", value, locale=self.locale))
            if one_year
            else self.day(value)
            for value in values
        )

    def clock(self, value: datetime) -> str:
        """Write the local time of day."""
        return self._time(value, "short")

    def moment(self, value: datetime) -> str:
        """Write a local day and time."""
        return f"{self.day(value)}, {self.clock(value)}"

    def exact(self, value: datetime) -> str:
        """Write a moment with seconds and the name of its zone, for a tooltip (W5)."""
        local = value.astimezone(self.zone)
        zone = babel_dates.get_timezone_name(local, locale=self.locale)
        return f"{self.day(local)}, {self._time(local, 'medium')} ({zone})"

    def ago(self, value: datetime, now: datetime, style: Width = "short") -> str:
        """Write how long ago or ahead a moment is: "hace 3 h", "en 2 días"."""
        apart = value - now
        if abs(apart) < timedelta(seconds=5):
            return _("just now")
        return str(babel_dates.format_timedelta(apart, add_direction=True, format=style, locale=self.locale))

    def duration(self, span: timedelta) -> str:
        """Write a length of time in its two largest units: "2 min 5 s"."""
        seconds = max(0, round(span.total_seconds()))
        amounts = (seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
        told = [f"{amount}{NO_BREAK}{unit}" for amount, unit in zip(amounts, UNITS, strict=True) if amount]
        return " ".join(told[:2]) or f"0{NO_BREAK}s"

    def _time(self, value: datetime, style: str) -> str:
        # Spanish product pages write 17:40; Babel would say "5:40 p. m." for most of the Americas.
        form = {"short": "HH:mm", "medium": "HH:mm:ss"}[style] if self.locale.language == "es" else style
        return str(babel_dates.format_time(value, form, tzinfo=self.zone, locale=self.locale))

    def _pattern(self, skeleton: str) -> str:
        # The medium style of some countries (CL) is all digits; the skeleton always names the month.
        found = self.locale.datetime_skeletons.get(skeleton)
        return str(found.pattern) if found else "d MMM y"


# Columns and fields are asked without their request; a context variable is this request's alone.
READER: ContextVar[Formats | None] = ContextVar("reader", default=None)


def currency_of(country: str) -> str:
    """Return the ISO code of a country's currency; US dollars when the country is not known."""
    codes = babel_numbers.get_territory_currencies(country.upper())
    return str(codes[0]) if codes else "USD"


def reader() -> Formats:
    """Return how the present reader writes values; outside of requests the language alone is known."""
    return READER.get() or Formats(get_language() or "es")


def aware(value: datetime | str | None) -> datetime | None:
    """Return a moment with a zone out of a datetime or its ISO text; None stays None."""
    if value is None or value == "":
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
