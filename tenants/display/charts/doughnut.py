"""A ring of shares, its total in the hole and its legend with figures at the side."""

import math
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenants.display.charts import marks, svg
from tenants.display.charts.colours import colour_at
from tenants.display.charts.text import width
from tenants.display.charts.values import Category, Table, check_key, fold
from tenants.display.formats import Formats

WIDTH = 420.0
RADIUS, HOLE = 78.0, 50.0
LEGEND = 2 * RADIUS + 20  # where the legend starts
ROW = 25.0
LIMIT = 8  # as many patterns as there are


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
        return float(sum(category.value for category in self.categories))

    def svg(self, formats: Formats) -> SafeString:
        """Draw ring and legend."""
        if not self.total:
            said = _("No data yet")
            return svg.empty(self.kind, self.key, self.title, self.description, said, (WIDTH, 2 * RADIUS))
        largest = sorted(self.categories, key=lambda category: -category.value)
        shown = fold(tuple(largest), LIMIT)
        height = max(2 * RADIUS, len(shown) * ROW)
        parts = (
            self._fills(shown),
            *self._slices(shown, height / 2, formats),
            self._centre(height / 2, formats),
            *self._legend(shown, height / 2, formats),
        )
        links = any(category.href for category in shown)
        return svg.root(
            self.kind, self.key, self.title, self.description, (WIDTH, height), *parts, links=links
        )

    def table(self, formats: Formats) -> Table:
        """Return every category with its figure and share."""
        headings = (self.heading or _("Category"), _("Amount"), _("Share"))
        rows = tuple(
            (one.label, formats.number(one.value), self._share(one, formats)) for one in self.categories
        )
        return Table(self.title, headings, rows, tuple(category.href for category in self.categories))

    def _share(self, category: Category, formats: Formats) -> str:
        return formats.percent(float(category.value) / self.total if self.total else 0)

    def _told(self, category: Category, formats: Formats) -> str:
        figure, share = formats.number(category.value), self._share(category, formats)
        return f"{category.label[:200]}: {figure} · {share}"

    def _fills(self, shown: tuple[Category, ...]) -> SafeString:
        patterns = (
            marks.pattern(f"{self.key}-p{index}", index, colour_at(index, category.colour))
            for index, category in enumerate(shown)
        )
        return svg.element("defs", *patterns)

    def _slices(self, shown: tuple[Category, ...], middle: float, formats: Formats) -> list[SafeString]:
        drawn, at = [], 0.0
        for index, category in enumerate(shown):
            sweep = float(category.value) / self.total * 2 * math.pi
            if sweep:
                # A gap of two units parts neighbours on any background; slivers keep half of theirs.
                gap = min(1 / HOLE, sweep / 4) if sweep < 2 * math.pi - 1e-6 else 0.0
                path = marks.arc(RADIUS, middle, RADIUS, HOLE, at + gap, at + sweep - gap)
                told = self._told(category, formats)
                mark = svg.element("path", svg.tooltip(told), d=path, fill=f"url(#{self.key}-p{index})")
                drawn.append(svg.linked(category.href, told, mark))
            at += sweep
        return drawn

    def _centre(self, middle: float, formats: Formats) -> SafeString:
        figure = formats.figure(self.total)
        room = 2 * HOLE - 16
        size = min(24.0, 24.0 * room / max(width(figure, 24.0, bold=True), 1.0))
        return svg.together(
            (
                svg.label(
                    RADIUS,
                    middle + 2,
                    figure,
                    room * 1.2,
                    text_anchor="middle",
                    font_size=max(size, svg.TEXT),
                    font_weight="600",
                ),
                svg.label(RADIUS, middle + 20, _("Total"), room, text_anchor="middle", fill_opacity=0.75),
            )
        )

    def _legend(self, shown: tuple[Category, ...], middle: float, formats: Formats) -> list[SafeString]:
        top = middle - len(shown) * ROW / 2
        figures = [(formats.figure(one.value), self._share(one, formats)) for one in shown]
        shares = max(width(share, svg.TEXT) for _figure, share in figures)
        amounts = max(width(figure, svg.TEXT) for figure, _share in figures)
        room = WIDTH - LEGEND - 22 - shares - amounts - 24
        return [
            svg.together(
                (
                    svg.element(
                        "rect",
                        x=LEGEND,
                        y=top + index * ROW + 5,
                        width=14.0,
                        height=14.0,
                        rx=3.0,
                        fill=f"url(#{self.key}-p{index})",
                    ),
                    svg.label(LEGEND + 22, top + index * ROW + 17, category.label, room),
                    svg.label(
                        WIDTH - shares - 12,
                        top + index * ROW + 17,
                        figures[index][0],
                        amounts + 8,
                        text_anchor="end",
                    ),
                    svg.label(
                        WIDTH,
                        top + index * ROW + 17,
                        figures[index][1],
                        shares + 8,
                        text_anchor="end",
                        fill_opacity=0.75,
                    ),
                )
            )
            for index, category in enumerate(shown)
        ]
