"""Lines over time: several series, each with its own dash, marker and a name at its end."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenants.display.charts import marks, svg
from tenants.display.charts.colours import DASHES, colour_at
from tenants.display.charts.flags import Flag
from tenants.display.charts.scale import Scale, ticks
from tenants.display.charts.text import fit, width
from tenants.display.charts.values import Series, Table, check_href, check_key
from tenants.display.formats import Formats, Number

WIDTH = 640.0
TOP, PLOT, FOOT = 12.0, 230.0, 30.0
NAMES = 180.0  # the most that the names at the lines' ends may take
NAME_ROW = 18.0
MOST_SERIES, MOST_LABELS = 8, 1000
WIDEST_COLUMN = 40.0
MARKED = 32  # with more points than this only the last one is marked


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where the plot lies in the drawing."""

    x: Scale
    y: Scale
    steps: tuple[float, ...]

    def points(self, series: Series) -> list[tuple[int, float, float]]:
        """Return (index, x, y) of each measured value."""
        found = enumerate(series.values)
        return [(at, self.x(at), self.y(float(value))) for at, value in found if value is not None]


@dataclass(frozen=True, slots=True)
class Lines:
    """Up to eight series over the same labels; `hrefs` lead from a label to its rows, `flags` mark labels.

    Raises ValueError for more series, when lengths differ, for a flag without a label.
    """

    kind: ClassVar[str] = "lines"
    key: str
    title: str
    description: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    heading: str = ""
    hrefs: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()

    def __post_init__(self) -> None:
        check_key(self.key)
        for href in self.hrefs:
            check_href(href)
        if len(self.hrefs) not in {0, len(self.labels)}:
            raise ValueError("every label needs a link, or none has one")
        if any(not 0 <= flag.at < len(self.labels) for flag in self.flags):
            raise ValueError("a flag stands at a label")
        if len(self.series) > MOST_SERIES or len(self.labels) > MOST_LABELS:
            raise ValueError("too many series or labels for one chart")
        if any(len(series.values) != len(self.labels) for series in self.series):
            raise ValueError("every series needs one value for each label")

    def svg(self, formats: Formats) -> SafeString:
        """Draw grid, lines and their names."""
        values = [float(value) for series in self.series for value in series.values if value is not None]
        if not values:
            return svg.empty(self)
        plot = self._plot(values, formats)
        drawn = (
            *_grid(plot, formats),
            *self._dates(plot),
            *self._flagged(plot),
            *(self._line(plot, index) for index in range(len(self.series))),
            *(self._marked(plot, at, formats) for at in self._marks()),
            *self._names(plot, formats),
        )
        size = (WIDTH, plot.y.start + FOOT)
        links = any(self.hrefs) or any(series.href for series in self.series)
        return svg.root(self.kind, self.key, self.title, self.description, size, *drawn, links=links)

    def narrow(self, formats: Formats) -> SafeString:
        """Return nothing: a trend needs its width, and scrolls on a phone."""
        return SafeString("")

    def table(self, formats: Formats) -> Table:
        """Return one row per label, one column per series, one of flags where there are any."""
        columns = [[_told(value, formats) for value in series.values] for series in self.series]
        headings = (self.heading or _("Date"), *(series.label for series in self.series))
        if self.flags:
            said = {flag.at: flag.words for flag in self.flags}
            columns.append([said.get(at, "") for at in range(len(self.labels))])
            headings += (_("Unusual"),)
        return Table(self.title, headings, tuple(zip(self.labels, *columns, strict=True)), self.hrefs)

    def _plot(self, values: list[float], formats: Formats) -> _Plot:
        steps = ticks(min(values), max(values))
        # Half a date hangs over each side, so both margins leave room for it.
        half = max((width(label, svg.TEXT) for label in self.labels), default=0.0) / 2
        half = min(half, 60.0)
        left = max(max(width(formats.compact(step), svg.TEXT) for step in steps) + 10, half)
        ends = [
            width(series.label, svg.TEXT) + width(_last(series, formats), svg.TEXT, bold=True)
            for series in self.series
        ]
        right = max(min(NAMES, max(ends) + 38), half)
        bottom = TOP + max(PLOT, len(self.series) * NAME_ROW)
        # A lone point stands in the middle.
        first, last = (0, len(self.labels) - 1) if len(self.labels) > 1 else (-1, 1)
        return _Plot(
            Scale(first, last, left, WIDTH - right), Scale(steps[0], steps[-1], bottom, TOP), tuple(steps)
        )

    def _dates(self, plot: _Plot) -> list[SafeString]:
        step = (plot.x.end - plot.x.start) / max(len(self.labels) - 1, 1)
        widest = min(max(width(label, svg.TEXT) for label in self.labels), 120.0)
        every = max(1, math.ceil((widest + 14) / step))
        return [
            svg.label(
                plot.x(at),
                plot.y.start + 20,
                self.labels[at],
                120.0,
                text_anchor="middle",
                fill_opacity=0.75,
            )
            for at in range(0, len(self.labels), every)
        ]

    def _line(self, plot: _Plot, index: int) -> SafeString:
        series = self.series[index]
        points = plot.points(series)
        path = svg.element(
            "path",
            d=_path(points),
            fill="none",
            stroke=colour_at(index, series.colour),
            stroke_width=2.2,
            stroke_linejoin="round",
            stroke_dasharray=DASHES[index] or None,
        )
        return svg.together([path] if points else [])

    def _marks(self) -> Iterable[int]:
        """Return which labels are marked: all of a short line, else its last ones and what is unusual."""
        if len(self.labels) <= MARKED:
            return range(len(self.labels))
        measured = [[at for at, value in enumerate(one.values) if value is not None] for one in self.series]
        return sorted({one[-1] for one in measured if one} | {flag.at for flag in self.flags})

    def _marked(self, plot: _Plot, at: int, formats: Formats) -> SafeString:
        """Draw the points of one label, all of them one link."""
        drawn, told = [], []
        for index, series in enumerate(self.series):
            value = series.values[at]
            if value is not None:
                said = f"{series.label[:200]}, {self.labels[at][:80]}: {_told(value, formats)}"
                shape = marks.marker(index, plot.x(at), plot.y(float(value)))
                mark = svg.element("path", svg.tooltip(said), d=shape, fill=colour_at(index, series.colour))
                drawn.append(mark)
                told.append(said)
        if not (self.hrefs and drawn):
            return svg.together(drawn)
        # The whole column is the link: points alone are too small to hit.
        return svg.linked(self.hrefs[at], "; ".join(told), self._column(plot, at), *drawn)

    def _column(self, plot: _Plot, at: int) -> SafeString:
        broad = min((plot.x.end - plot.x.start) / max(len(self.labels) - 1, 1), WIDEST_COLUMN)
        return svg.element(
            "rect",
            x=plot.x(at) - broad / 2,
            y=plot.y.end,
            width=broad,
            height=plot.y.start - plot.y.end,
            fill="#000000",
            fill_opacity=0.0,
        )

    def _flagged(self, plot: _Plot) -> list[SafeString]:
        return [flag.drawn(plot.x(flag.at), plot.y.end, plot.y.start) for flag in self.flags]

    def _names(self, plot: _Plot, formats: Formats) -> list[SafeString]:
        ends = [
            (index, *plot.points(series)[-1][1:])
            for index, series in enumerate(self.series)
            if plot.points(series)
        ]
        places = apart([y for _index, _x, y in ends], NAME_ROW, TOP + 4, plot.y.start)
        return [
            self._name(plot, index, (x, y), place, formats)
            for (index, x, y), place in zip(ends, places, strict=True)
        ]

    def _name(
        self, plot: _Plot, index: int, end: tuple[float, float], place: float, formats: Formats
    ) -> SafeString:
        series, start = self.series[index], plot.x.end + 24
        figure = _last(series, formats)
        room = WIDTH - start - width(figure, svg.TEXT, bold=True) - 6
        name = fit(series.label, room, svg.TEXT)
        lead = svg.element(
            "path",
            d=f"M{end[0] + 6:.2f} {end[1]:.2f}L{start - 13:.2f} {place:.2f}",
            fill="none",
            stroke="currentColor",
            stroke_opacity=0.3,
        )
        mark = svg.element(
            "path", d=marks.marker(index, start - 7, place), fill=colour_at(index, series.colour)
        )
        words = svg.element(
            "text",
            *([svg.tooltip(series.label)] if name != series.label else []),
            svg.written(f"{name} "),
            svg.element("tspan", svg.written(figure), font_weight="600"),
            x=start + 2,
            y=place + 4.5,
            font_size=svg.TEXT,
            fill="currentColor",
        )
        return svg.linked(series.href, f"{series.label[:200]}: {figure}", lead, mark, words)


def apart(places: list[float], least: float, top: float, bottom: float) -> list[float]:
    """Return the places moved as little as needed to lie `least` apart inside [top, bottom], order kept."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    edge = top - least
    for index in order:
        edge = moved[index] = max(moved[index], edge + least)
    edge = bottom + least
    for index in reversed(order):
        edge = moved[index] = min(moved[index], edge - least)
    return moved


def _grid(plot: _Plot, formats: Formats) -> list[SafeString]:
    drawn = []
    for step in plot.steps:
        y = plot.y(step)
        drawn.append(
            svg.element(
                "path",
                d=f"M{plot.x.start:.2f} {y:.2f}H{plot.x.end:.2f}",
                stroke="currentColor",
                stroke_opacity=0.4 if step == 0 else 0.13,
            )
        )
        drawn.append(
            svg.label(
                plot.x.start - 8,
                y + 4,
                formats.compact(step),
                plot.x.start,
                font_size=svg.TEXT,
                text_anchor="end",
                fill_opacity=0.75,
            )
        )
    return drawn


def _path(points: list[tuple[int, float, float]]) -> str:
    # A gap in the measurements is a gap in the line, never a straight guess across it.
    pieces, before = [], -2
    for at, x, y in points:
        pieces.append(f"{'L' if at == before + 1 else 'M'}{x:.2f} {y:.2f}")
        before = at
    return "".join(pieces)


def _told(value: Number | None, formats: Formats) -> str:
    return "–" if value is None else formats.number(value)


def _last(series: Series, formats: Formats) -> str:
    measured = [value for value in series.values if value is not None]
    return formats.compact(measured[-1]) if measured else ""
