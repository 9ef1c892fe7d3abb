"""A ring of shares, its total in the hole, its legend with figures at the side or below."""

import math
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tenants.display.charts import marks, svg
from tenants.display.charts.colours import colour_at
from tenants.display.charts.text import width
from tenants.display.charts.values import Category, Table, check_key, fold
from tenants.display.formats import Formats

WIDTH = 460.0
RADIUS, HOLE = 78.0, 50.0
ROW = 25.0
LIMIT = 8  # as many patterns as there are


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where ring and legend lie; `key` starts the names of the fills."""

    key: str
    kind: str
    size: tuple[float, float]
    centre: tuple[float, float]
    legend: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Doughnut:
    """Shares of a whole; past eight categories the smallest are summed. Raises ValueError below zero."""

    kind: ClassVar[str] = "doughnut"
    key: str
    title: str
    description: str
    categories: tuple[Category, ...]
    heading: str = ""

    def __post_init__(self) -> None:
        check_key(self.key)
        if any(category.value < 0 for category in self.categories):
            raise ValueError("a share cannot be negative")

    @property
    def total(self) -> float:
        """The whole."""
        return sum(float(category.value) for category in self.categories)

    def svg(self, formats: Formats) -> SafeString:
        """Draw the ring with its legend at the side."""
        return self._drawn(formats, narrow=False)

    def narrow(self, formats: Formats) -> SafeString:
        """Draw the ring for a phone, its legend below."""
        return self._drawn(formats, narrow=True)

    def table(self, formats: Formats) -> Table:
        """Return every category with its figure and share."""
        headings = (self.heading or _("Category"), pgettext("chart", "Amount"), _("Share"))
        rows = tuple(
            (one.label, formats.number(one.value), self._share(one, formats)) for one in self.categories
        )
        return Table(self.title, headings, rows, tuple(category.href for category in self.categories))

    def _drawn(self, formats: Formats, *, narrow: bool) -> SafeString:
        if not self.total:
            return svg.empty(self, narrow=narrow)
        shown = fold(tuple(sorted(self.categories, key=lambda category: -category.value)), LIMIT)
        layout = (_narrow if narrow else _wide)(self.key, len(shown))
        parts = (
            _fills(layout, shown),
            *self._slices(layout, shown, formats),
            _centre(layout, formats.figure(self.total)),
            *self._legend(layout, shown, formats),
        )
        links = any(category.href for category in shown)
        return svg.root(
            layout.kind, layout.key, self.title, self.description, layout.size, *parts, links=links
        )

    def _share(self, category: Category, formats: Formats) -> str:
        return formats.percent(float(category.value) / self.total if self.total else 0)

    def _told(self, category: Category, formats: Formats) -> str:
        figure, share = formats.number(category.value), self._share(category, formats)
        return f"{category.label[:200]}: {figure} · {share}"

    def _slices(self, layout: _Layout, shown: tuple[Category, ...], formats: Formats) -> list[SafeString]:
        drawn, at = [], 0.0
        for index, category in enumerate(shown):
            sweep = float(category.value) / self.total * 2 * math.pi
            if sweep:
                told = self._told(category, formats)
                path = _slice(layout, at, sweep)
                mark = svg.element("path", svg.tooltip(told), d=path, fill=_fill(layout, index))
                drawn.append(svg.linked(category.href, told, mark))
            at += sweep
        return drawn

    def _legend(self, layout: _Layout, shown: tuple[Category, ...], formats: Formats) -> list[SafeString]:
        figures = [(formats.figure(one.value), self._share(one, formats)) for one in shown]
        shares = max(width(share, svg.TEXT) for _figure, share in figures)
        amounts = max(width(figure, svg.TEXT) for figure, _share in figures)
        left, top = layout.legend
        end = layout.size[0]
        room = end - left - 22 - shares - amounts - 24
        return [
            svg.together(
                (
                    _swatch(layout, index),
                    svg.label(left + 22, line, category.label, room),
                    svg.label(end - shares - 12, line, amount, amounts + 8, text_anchor="end"),
                    svg.label(end, line, share, shares + 8, text_anchor="end", fill_opacity=0.75),
                )
            )
            for index, (category, (amount, share)) in enumerate(zip(shown, figures, strict=True))
            for line in (top + index * ROW + 17,)
        ]


def _wide(key: str, rows: int) -> _Layout:
    height = max(2 * RADIUS, rows * ROW)
    legend = (2 * RADIUS + 20, height / 2 - rows * ROW / 2)
    return _Layout(key, "doughnut", (WIDTH, height), (RADIUS, height / 2), legend)


def _narrow(key: str, rows: int) -> _Layout:
    below = 2 * RADIUS + 14
    kind = f"doughnut {svg.NARROW_CLASS}"
    return _Layout(f"{key}-n", kind, (svg.NARROW, below + rows * ROW), (svg.NARROW / 2, RADIUS), (0.0, below))


def _fill(layout: _Layout, index: int) -> str:
    return f"url(#{layout.key}-p{index})"


def _fills(layout: _Layout, shown: tuple[Category, ...]) -> SafeString:
    patterns = (
        marks.pattern(f"{layout.key}-p{index}", index, colour_at(index, category.colour))
        for index, category in enumerate(shown)
    )
    return svg.element("defs", *patterns)


def _slice(layout: _Layout, at: float, sweep: float) -> str:
    # A gap of two units parts neighbours on any background; slivers keep half of theirs.
    gap = min(1 / HOLE, sweep / 4) if sweep < 2 * math.pi - 1e-6 else 0.0
    return marks.arc(*layout.centre, RADIUS, HOLE, at + gap, at + sweep - gap)


def _swatch(layout: _Layout, index: int) -> SafeString:
    left, top = layout.legend
    place = {"x": left, "y": top + index * ROW + 5, "width": 14.0, "height": 14.0, "rx": 3.0}
    return svg.element("rect", **place, fill=_fill(layout, index))


def _centre(layout: _Layout, figure: str) -> SafeString:
    (x, y), room = layout.centre, 2 * HOLE - 16
    size = max(svg.TEXT, min(24.0, 24.0 * room / max(width(figure, 24.0, bold=True), 1.0)))
    return svg.together(
        (
            svg.label(x, y + 2, figure, room * 1.2, text_anchor="middle", font_size=size, font_weight="600"),
            svg.label(x, y + 20, _("Total"), room, text_anchor="middle", fill_opacity=0.75),
        )
    )
