"""What a chart is made of: categories, series, the table beside it; nothing unsound gets this far."""

import math
import re
from dataclasses import dataclass
from typing import ClassVar, Protocol

from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from tenants.display.charts.colours import REST
from tenants.display.formats import Formats, Number

KEY = re.compile(r"[a-z][a-z0-9-]{0,62}")
LARGEST = 10**18  # sums included: past it figures are wider than bars
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def check_number(value: Number) -> None:
    """Raise ValueError unless the value is a finite number up to 10**18."""
    if isinstance(value, bool) or not math.isfinite(value) or not -LARGEST <= value <= LARGEST:
        raise ValueError(f"a chart cannot show {value!r}")


def check_key(key: str) -> None:
    """Raise ValueError unless the key can name elements of a page."""
    if not KEY.fullmatch(key):
        raise ValueError(f"a chart's key is a slug, not {key!r}")


def check_colour(colour: str) -> None:
    """Raise ValueError unless the colour is empty (choose one) or #rrggbb."""
    if colour and not COLOUR.fullmatch(colour):
        raise ValueError(f"a colour is #rrggbb, not {colour!r}")


def check_href(href: str) -> None:
    """Raise ValueError unless the link stays on this site."""
    if href and (href[0] not in "/?" or href[:2] in {"//", "/\\"}):
        raise ValueError("a chart only links to pages of this site")


@dataclass(frozen=True, slots=True)
class Category:
    """One bar or slice; `href` leads to its rows, `colour` is #rrggbb or empty."""

    label: str
    value: Number
    colour: str = ""
    href: str = ""

    def __post_init__(self) -> None:
        check_number(self.value)
        check_colour(self.colour)
        check_href(self.href)


def fold(categories: tuple[Category, ...], limit: int) -> tuple[Category, ...]:
    """Return at most `limit` categories; the last sums up all past it and says how many."""
    if len(categories) <= limit:
        return categories
    kept, rest = categories[: limit - 1], categories[limit - 1 :]
    label = ngettext("%(count)d other", "%(count)d others", len(rest)) % {"count": len(rest)}
    return (*kept, Category(label, sum(float(one.value) for one in rest), REST))


@dataclass(frozen=True, slots=True)
class Series:
    """One line: a value for each of the chart's labels, None where nothing was measured."""

    label: str
    values: tuple[Number | None, ...]
    colour: str = ""
    href: str = ""

    def __post_init__(self) -> None:
        for value in self.values:
            if value is not None:
                check_number(value)
        check_colour(self.colour)
        check_href(self.href)


@dataclass(frozen=True, slots=True)
class Table:
    """The same figures as text: the first column names the row, the others are numbers."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    hrefs: tuple[str, ...] = ()

    @property
    def linked_rows(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Rows as (name, link or "", figures)."""
        links = self.hrefs or ("",) * len(self.rows)
        return [(row[0], link, row[1:]) for row, link in zip(self.rows, links, strict=True)]


class Chart(Protocol):
    """What templates and exports need of any chart."""

    kind: ClassVar[str]

    @property
    def key(self) -> str:
        """A slug, unique on the page."""
        ...

    @property
    def title(self) -> str:
        """What is shown, as a heading."""
        ...

    @property
    def description(self) -> str:
        """What it says, in a sentence."""
        ...

    def svg(self, formats: Formats) -> SafeString:
        """Draw it."""
        ...

    def narrow(self, formats: Formats) -> SafeString:
        """Draw it for a phone; empty when the drawing is the same."""
        ...

    def table(self, formats: Formats) -> Table:
        """Tell it."""
        ...
