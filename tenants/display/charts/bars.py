"""Horizontal bars: one row per category, its name before and its figure after the bar."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenants.display.charts import svg
from tenants.display.charts.colours import colour_at
from tenants.display.charts.scale import Scale
from tenants.display.charts.text import width
from tenants.display.charts.values import Category, Table, check_key, fold
from tenants.display.formats import Formats

WIDTH = 560.0
ROW = 34.0
BAR = 18.0
GAP = 10.0
NAMES = 190.0  # the most that names may take


@dataclass(frozen=True, slots=True)
class _Room:
    """Where names end and bars may lie."""

    names: float
    scale: Scale


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of categories in the order given; `share` adds each one's part of the total."""

    kind: ClassVar[str] = "bars"
    key: str
    title: str
    description: str
    categories: tuple[Category, ...]
    share: bool = False
    heading: str = ""
    limit: int = 30

    def __post_init__(self) -> None:
        check_key(self.key)

    def svg(self, formats: Formats) -> SafeString:
        """Draw the bars; categories past the limit are summed in one."""
        shown = fold(self.categories, self.limit)
        if not shown:
            said = _("No data yet")
            return svg.empty(self.kind, self.key, self.title, self.description, said, (WIDTH, 120.0))
        figures = [self._figure(category, formats) for category in shown]
        room = _room(shown, figures)
        rows = [_row(room, index, *pair) for index, pair in enumerate(zip(shown, figures, strict=True))]
        size = (WIDTH, len(shown) * ROW + 4)
        links = any(category.href for category in shown)
        return svg.root(self.kind, self.key, self.title, self.description, size, *rows, links=links)

    def table(self, formats: Formats) -> Table:
        """Return every category with its figure, and its share when bars show it."""
        headings = (self.heading or _("Category"), _("Amount"), *([_("Share")] if self._whole else []))
        rows = tuple(
            (category.label, formats.number(category.value), *self._shares(category, formats))
            for category in self.categories
        )
        return Table(self.title, headings, rows, tuple(category.href for category in self.categories))

    @property
    def _whole(self) -> float:
        """The total that shares are of; 0 when shares would mean nothing."""
        if not self.share or any(category.value < 0 for category in self.categories):
            return 0.0
        return float(sum(category.value for category in self.categories))

    def _shares(self, category: Category, formats: Formats) -> list[str]:
        return [formats.percent(float(category.value) / self._whole)] if self._whole else []

    def _figure(self, category: Category, formats: Formats) -> str:
        return " · ".join([formats.number(category.value), *self._shares(category, formats)])


def _room(shown: tuple[Category, ...], figures: list[str]) -> _Room:
    names = min(NAMES, max(width(category.label, svg.TEXT) for category in shown))
    values = [float(category.value) for category in shown]
    low, high = min(0.0, *values), max(0.0, *values)
    end = WIDTH - max(width(text, svg.TEXT) for text in figures) - GAP
    return _Room(names, Scale(low, high if high > low else low + 1, names + GAP, end))


def _row(room: _Room, index: int, category: Category, figure: str) -> SafeString:
    top, told = index * ROW + 4, f"{category.label[:200]}: {figure}"
    line = top + BAR / 2 + 4.5
    return svg.linked(
        category.href,
        told,
        svg.label(0.0, line, category.label, room.names),
        _bar(top, room.scale.start, room.scale.end, fill="currentColor", fill_opacity=0.06),
        _bar(
            top,
            *_reach(room.scale, float(category.value)),
            svg.tooltip(told),
            fill=colour_at(index, category.colour),
        ),
        svg.label(WIDTH, line, figure, WIDTH, text_anchor="end"),
    )


def _reach(scale: Scale, value: float) -> tuple[float, float]:
    """From where to where a bar goes; the least of values still shows a sliver."""
    zero, end = scale(0), scale(value)
    least = 2.0 if value else 0.0
    return (min(end, zero - least), zero) if value < 0 else (zero, max(end, zero + least))


def _bar(top: float, start: float, end: float, *inside: SafeString, **attributes: object) -> SafeString:
    return svg.element("rect", *inside, x=start, y=top, width=end - start, height=BAR, rx=4.0, **attributes)
