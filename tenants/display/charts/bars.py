"""Horizontal bars: one row per category, with its name and its figure."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tenants.display.charts import svg
from tenants.display.charts.colours import colour_at
from tenants.display.charts.scale import TINY, Scale
from tenants.display.charts.text import width
from tenants.display.charts.values import Category, Table, check_key, fold
from tenants.display.formats import Formats

WIDTH = 560.0
GAP = 10.0
NAMES = 190.0  # the most that names may take beside their bars


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the parts of a row lie: names beside the bars when wide, above them when narrow."""

    key: str
    kind: str
    width: float
    row: float
    names: float
    text: float
    bar: float
    thick: float
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
        return self._drawn(formats, narrow=False)

    def narrow(self, formats: Formats) -> SafeString:
        """Draw the bars for a phone, names above them."""
        return self._drawn(formats, narrow=True)

    def table(self, formats: Formats) -> Table:
        """Return every category with its figure, and its share when bars show it."""
        counted = (pgettext("chart", "Amount"), *([_("Share")] if self._whole else []))
        headings = (self.heading or _("Category"), *counted)
        rows = tuple(
            (category.label, formats.number(category.value), *self._shares(category, formats))
            for category in self.categories
        )
        return Table(self.title, headings, rows, tuple(category.href for category in self.categories))

    def _drawn(self, formats: Formats, *, narrow: bool) -> SafeString:
        shown = fold(self.categories, self.limit)
        if not shown:
            return svg.empty(self, narrow=narrow)
        figures = [self._figure(category, formats) for category in shown]
        layout = _narrow(self.key, shown) if narrow else _wide(self.key, shown, figures)
        rows = [_row(layout, index, *pair) for index, pair in enumerate(zip(shown, figures, strict=True))]
        size = (layout.width, len(shown) * layout.row + 4)
        links = any(category.href for category in shown)
        return svg.root(layout.kind, layout.key, self.title, self.description, size, *rows, links=links)

    @property
    def _whole(self) -> float:
        """The total that shares are of; 0 when shares would mean nothing."""
        if not self.share or any(category.value < 0 for category in self.categories):
            return 0.0
        return sum(float(category.value) for category in self.categories)

    def _shares(self, category: Category, formats: Formats) -> list[str]:
        return [formats.percent(float(category.value) / self._whole)] if self._whole else []

    def _figure(self, category: Category, formats: Formats) -> str:
        return " · ".join([formats.number(category.value), *self._shares(category, formats)])


def _wide(key: str, shown: tuple[Category, ...], figures: list[str]) -> _Layout:
    names = min(NAMES, max(width(category.label, svg.TEXT) for category in shown))
    end = WIDTH - max(width(text, svg.TEXT) for text in figures) - GAP
    scale = _scale(shown, names + GAP, end)
    return _Layout(key, "bars", WIDTH, row=34, names=names, text=13.5, bar=0, thick=18, scale=scale)


def _narrow(key: str, shown: tuple[Category, ...]) -> _Layout:
    scale = _scale(shown, 0, svg.NARROW)
    kind = f"bars {svg.NARROW_CLASS}"
    return _Layout(f"{key}-n", kind, svg.NARROW, row=44, names=0, text=10, bar=18, thick=12, scale=scale)


def _scale(shown: tuple[Category, ...], start: float, end: float) -> Scale:
    values = [float(category.value) for category in shown]
    low, high = min(0.0, *values), max(0.0, *values)
    return Scale(low, high if high - low > TINY else low + 1, start, end)


def _row(layout: _Layout, index: int, category: Category, figure: str) -> SafeString:
    top, told = index * layout.row + 4, f"{category.label[:200]}: {figure}"
    scale, room = layout.scale, layout.names or layout.width - width(figure, svg.TEXT) - GAP
    return svg.linked(
        category.href,
        told,
        svg.label(0.0, top + layout.text, category.label, room),
        svg.label(layout.width, top + layout.text, figure, layout.width, text_anchor="end"),
        _bar(layout, top, scale.start, scale.end, fill="currentColor", fill_opacity=0.06),
        _bar(
            layout,
            top,
            *_reach(scale, float(category.value)),
            svg.tooltip(told),
            fill=colour_at(index, category.colour),
        ),
    )


def _reach(scale: Scale, value: float) -> tuple[float, float]:
    """From where to where a bar goes; the least of values still shows a sliver."""
    zero, end = scale(0), scale(value)
    least = 2.0 if value else 0.0
    return (min(end, zero - least), zero) if value < 0 else (zero, max(end, zero + least))


def _bar(
    layout: _Layout, top: float, start: float, end: float, *inside: SafeString, **attributes: object
) -> SafeString:
    place = {"x": start, "y": top + layout.bar, "width": end - start, "height": layout.thick, "rx": 4.0}
    return svg.element("rect", *inside, **place, **attributes)
