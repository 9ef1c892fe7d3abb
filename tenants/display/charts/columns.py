"""Columns over time: what came stacked upwards, what went downwards, and above them the level that remains.

The level has a scale of its own, in a panel of its own: on a common one a day's moves would vanish beside it,
and two scales in one panel would say whatever their steps were chosen to say.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenants.display.charts import marks, svg
from tenants.display.charts.colours import colour_at
from tenants.display.charts.scale import Scale, ticks
from tenants.display.charts.text import fit, width
from tenants.display.charts.values import Series, Table, check_href, check_key
from tenants.display.formats import Formats, Number

WIDTH = 640.0
TOP, FOOT, BETWEEN = 12.0, 30.0, 24.0
PLOT, SHARED_PLOT, LEVEL_PLOT = 230.0, 170.0, 100.0
NAMES, NAME_ROW = 262.0, 19.0
MOST_SERIES, MOST_LABELS = 8, 120
BROADEST = 30.0


@dataclass(frozen=True, slots=True)
class _Panel:
    """One pair of axes: where labels stand across, values up."""

    left: float
    right: float
    y: Scale
    steps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Stacked columns, `level` as a line above; `hrefs` lead from a label to its rows.

    `starred`: places, from 0, of columns with a star over them, which words beside the chart explain.
    `is_cycle`: the labels are all there are, as the hours of a day, so that none is older than another.

    Raises ValueError for more than eight series, 120 labels, lengths that differ or a negative value.
    """

    kind: ClassVar[str] = "columns"
    key: str
    title: str
    description: str
    labels: tuple[str, ...]
    above: tuple[Series, ...]
    below: tuple[Series, ...] = ()
    level: Series | None = None
    heading: str = ""
    hrefs: tuple[str, ...] = ()
    starred: frozenset[int] = frozenset()
    is_cycle: bool = False

    def __post_init__(self) -> None:
        check_key(self.key)
        for href in self.hrefs:
            check_href(href)
        if len(self._stacked) > MOST_SERIES or len(self.labels) > MOST_LABELS:
            raise ValueError("too many series or labels for one chart")
        lengths = {len(one.values) for one in self._all} | ({len(self.hrefs)} if self.hrefs else set())
        if lengths - {len(self.labels)}:
            raise ValueError("every series needs one value for each label")
        if any(value is not None and value < 0 for one in self._stacked for value in one.values):
            raise ValueError("a column cannot be of less than nothing")

    def svg(self, formats: Formats) -> SafeString:
        """Draw the panels, what stands in them and their names."""
        if not any(value for one in self._all for value in one.values):
            return svg.empty(self)
        left, right = self._sides(formats)
        level, panel = self._panels(left, right)
        drawn = [
            svg.element("defs", *(self._fill(at, one) for at, one in enumerate(self._stacked))),
            *_grid(panel, formats),
            *self._columns(panel, formats),
            *self._dates(panel),
            *self._legend(panel, formats),
        ]
        if level is not None and self.level is not None:
            drawn += [*_grid(level, formats), *self._level(level, self.level, formats)]
        links = any(self.hrefs) or any(one.href for one in self._all)
        size = (WIDTH, panel.y.start + FOOT)
        return svg.root(self.kind, self.key, self.title, self.description, size, *drawn, links=links)

    def narrow(self, formats: Formats) -> SafeString:
        """Return nothing: a trend needs its width, and scrolls on a phone."""
        return SafeString("")

    def table(self, formats: Formats) -> Table:
        """Return one row per label: the level, then every series; a dash where nothing was measured."""
        columns = [[_told(value, formats) for value in one.values] for one in self._all]
        rows = tuple(zip(self.labels, *columns, strict=True))
        headings = (self.heading or _("Date"), *(one.label for one in self._all))
        return Table(self.title, headings, rows, self.hrefs)

    @property
    def _stacked(self) -> tuple[Series, ...]:
        return (*self.above, *self.below)

    @property
    def _all(self) -> tuple[Series, ...]:
        return (*(() if self.level is None else (self.level,)), *self._stacked)

    def _sides(self, formats: Formats) -> tuple[float, float]:
        steps = [*self._steps(), *(self._level_steps() if self.level else ())]
        half = min(max((width(label, svg.TEXT) for label in self.labels), default=0.0) / 2, 60.0)
        left = max(max(width(formats.compact(abs(step)), svg.TEXT) for step in steps) + 12, half)
        named = [
            width(one.label, svg.TEXT) + width(_sum(one, formats), svg.TEXT, bold=True) for one in self._all
        ]
        return left, WIDTH - max(min(NAMES, max(named) + 50), half)

    def _panels(self, left: float, right: float) -> tuple[_Panel | None, _Panel]:
        steps = self._steps()
        if self.level is None:
            return None, _Panel(left, right, Scale(steps[0], steps[-1], TOP + PLOT, TOP), steps)
        higher = self._level_steps()
        foot = TOP + LEVEL_PLOT
        level = _Panel(left, right, Scale(higher[0], higher[-1], foot, TOP), higher)
        top = foot + BETWEEN
        return level, _Panel(left, right, Scale(steps[0], steps[-1], top + SHARED_PLOT, top), steps)

    def _steps(self) -> tuple[float, ...]:
        return tuple(ticks(-_highest(self.below), _highest(self.above)))

    def _level_steps(self) -> tuple[float, ...]:
        known = [float(value) for value in (self.level.values if self.level else ()) if value is not None]
        return tuple(ticks(min(known, default=0.0), max(known, default=0.0), 3))

    def _fill(self, at: int, one: Series) -> SafeString:
        return marks.pattern(f"{self.key}-{at}", at, colour_at(at, one.colour))

    def _columns(self, panel: _Panel, formats: Formats) -> list[SafeString]:
        return [self._column(panel, at, formats) for at in range(len(self.labels))]

    def _column(self, panel: _Panel, at: int, formats: Formats) -> SafeString:
        band = (panel.right - panel.left) / len(self.labels)
        broad = min(BROADEST, band * 0.74)
        x = panel.left + band * (at + 0.5) - broad / 2
        drawn, up, down = [], 0.0, 0.0
        for place, one in enumerate(self._stacked):
            value = float(one.values[at] or 0)
            start = up if place < len(self.above) else down - value
            up, down = (up + value, down) if place < len(self.above) else (up, down - value)
            if value:
                told = f"{one.label[:200]}, {self.labels[at][:80]}: {_told(one.values[at], formats)}"
                foot, top = panel.y(start), panel.y(start + value)
                drawn.append(self._segment(place, (x, top, broad, max(foot - top, 1.0)), told))
        if at in self.starred:
            over = panel.y(up) - 2
            drawn.append(svg.label(x + broad / 2, over, "*", broad + 8, text_anchor="middle"))
        href = self.hrefs[at] if self.hrefs and drawn else ""
        return svg.linked(href, f"{self.labels[at][:80]}: {formats.number(round(up - down, 2))}", *drawn)

    def _segment(self, place: int, box: tuple[float, float, float, float], told: str) -> SafeString:
        x, y, broad, high = box
        fill = f"url(#{self.key}-{place})"
        return svg.element("rect", svg.tooltip(told), x=x, y=y, width=broad, height=high, fill=fill)

    def _dates(self, panel: _Panel) -> list[SafeString]:
        band = (panel.right - panel.left) / len(self.labels)
        widest = min(max(width(label, svg.TEXT) for label in self.labels), 120.0)
        every = max(1, math.ceil((widest + 14) / band))
        # Counted from the last: today is the label that people look for.
        return [
            svg.label(
                panel.left + band * (at + 0.5),
                panel.y.start + 20,
                self.labels[at],
                120.0,
                text_anchor="middle",
                fill_opacity=0.75,
            )
            for at in range(len(self.labels) - 1, -1, -every)
        ]

    def _legend(self, panel: _Panel, formats: Formats) -> list[SafeString]:
        return [self._name(panel, place, one, formats) for place, one in enumerate(self._stacked)]

    def _name(self, panel: _Panel, place: int, one: Series, formats: Formats) -> SafeString:
        y, x = panel.y.end + 6 + place * NAME_ROW, panel.right + 16
        swatch = svg.element(
            "rect", x=x, y=y - 6, width=12.0, height=12.0, rx=3.0, fill=f"url(#{self.key}-{place})"
        )
        return _named(one, _sum(one, formats), x + 18, y, swatch)

    def _level(self, panel: _Panel, one: Series, formats: Formats) -> list[SafeString]:
        band = (panel.right - panel.left) / len(self.labels)
        points = [
            (at, panel.left + band * (at + 0.5), panel.y(float(value)))
            for at, value in enumerate(one.values)
            if value is not None
        ]
        colour = colour_at(len(self._stacked), one.colour)
        dots = [
            svg.element(
                "path",
                svg.tooltip(f"{one.label[:200]}, {self.labels[at][:80]}: {_told(one.values[at], formats)}"),
                d=marks.marker(0, x, y, 3.0),
                fill=colour,
            )
            for at, x, y in points
        ]
        line = svg.element("path", d=_path(points), fill="none", stroke=colour, stroke_width=2.4)
        x, y = panel.right + 16, panel.y.end + 6
        mark = svg.element("path", d=marks.marker(0, x + 6, y), fill=colour)
        return [line, *dots, _named(one, _last(one, formats), x + 18, y, mark)]


def _named(one: Series, figure: str, x: float, y: float, mark: SafeString) -> SafeString:
    room = WIDTH - x - width(figure, svg.TEXT, bold=True) - 6
    name = fit(one.label, room, svg.TEXT)
    words = svg.element(
        "text",
        *([svg.tooltip(one.label)] if name != one.label else []),
        svg.written(f"{name} "),
        svg.element("tspan", svg.written(figure), font_weight="600"),
        x=x,
        y=y + 4.5,
        font_size=svg.TEXT,
        fill="currentColor",
    )
    return svg.linked(one.href, f"{one.label[:200]}: {figure}", mark, words)


def _grid(panel: _Panel, formats: Formats) -> list[SafeString]:
    return [part for step in panel.steps for part in _step(panel, step, formats)]


def _step(panel: _Panel, step: float, formats: Formats) -> Iterable[SafeString]:
    y = panel.y(step)
    yield svg.element(
        "path",
        d=f"M{panel.left:.2f} {y:.2f}H{panel.right:.2f}",
        stroke="currentColor",
        stroke_opacity=0.4 if step == 0 else 0.13,
    )
    # Below the line lies what went, counted like what came: no minus.
    told = formats.compact(abs(step))
    yield svg.label(panel.left - 8, y + 4, told, panel.left, text_anchor="end", fill_opacity=0.75)


def _path(points: list[tuple[int, float, float]]) -> str:
    pieces, before = [], -2
    for at, x, y in points:
        pieces.append(f"{'L' if at == before + 1 else 'M'}{x:.2f} {y:.2f}")
        before = at
    return "".join(pieces)


def _highest(series: tuple[Series, ...]) -> float:
    stacks = zip(*(one.values for one in series), strict=True)
    return max((sum(float(value or 0) for value in stack) for stack in stacks), default=0.0)


def _told(value: Number | None, formats: Formats) -> str:
    return "–" if value is None else formats.number(value)


def _sum(series: Series, formats: Formats) -> str:
    return formats.compact(sum(float(value or 0) for value in series.values))


def _last(series: Series, formats: Formats) -> str:
    known = [value for value in series.values if value is not None]
    return formats.compact(known[-1]) if known else ""
