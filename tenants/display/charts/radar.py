"""A web of axes around a centre: one shape for each series over the same questions."""

import math
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenants.display.charts import marks, svg
from tenants.display.charts.colours import DASHES, colour_at
from tenants.display.charts.values import Series, Table, check_href, check_key
from tenants.display.formats import Formats, Number

WIDTH, RADIUS = 460.0, 112.0
ROW, RINGS = 25.0, 4
FEWEST_AXES, MOST_AXES, MOST_SERIES = 3, 12, 4


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the web lies, and how much room its axes' names have on either side."""

    key: str
    kind: str
    width: float
    centre: tuple[float, float]

    def at(self, axis: int, axes: int, share: float) -> tuple[float, float]:
        """Return the place of a share (0 the centre, 1 the rim) on an axis, clockwise from the top."""
        angle = 2 * math.pi * axis / axes
        return (
            self.centre[0] + RADIUS * share * math.sin(angle),
            self.centre[1] - RADIUS * share * math.cos(angle),
        )


@dataclass(frozen=True, slots=True)
class Radar:
    """Shapes over 3 to 12 axes from 0 to `top`; None has no point. `hrefs` lead from an axis to its rows.

    Raises ValueError for other numbers of axes, more than four series, lengths that differ, values outside.
    """

    kind: ClassVar[str] = "radar"
    key: str
    title: str
    description: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    top: float = 1.0
    heading: str = ""
    hrefs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_key(self.key)
        for href in self.hrefs:
            check_href(href)
        if not FEWEST_AXES <= len(self.labels) <= MOST_AXES or len(self.series) > MOST_SERIES:
            raise ValueError("too few or too many axes or series for one web")
        lengths = {len(one.values) for one in self.series} | ({len(self.hrefs)} if self.hrefs else set())
        if lengths - {len(self.labels)}:
            raise ValueError("every series needs one value for each axis")
        known = [value for one in self.series for value in one.values if value is not None]
        if any(not 0 <= value <= self.top for value in known):
            raise ValueError("a value lies outside the web")

    def svg(self, formats: Formats) -> SafeString:
        """Draw web, shapes and legend."""
        return self._drawn(formats, narrow=False)

    def narrow(self, formats: Formats) -> SafeString:
        """Draw it for a phone."""
        return self._drawn(formats, narrow=True)

    def table(self, formats: Formats) -> Table:
        """Return one row per axis, one column per series; a dash where nothing was measured."""
        columns = [[_told(value, formats) for value in one.values] for one in self.series]
        headings = (self.heading or _("Category"), *(one.label for one in self.series))
        return Table(self.title, headings, tuple(zip(self.labels, *columns, strict=True)), self.hrefs)

    def _drawn(self, formats: Formats, *, narrow: bool) -> SafeString:
        if not any(value is not None for one in self.series for value in one.values):
            return svg.empty(self, narrow=narrow)
        layout = _layout(self.key, narrow=narrow)
        drawn = (
            *self._web(layout),
            *(self._shape(layout, index, one, formats) for index, one in enumerate(self.series)),
            *self._names(layout),
            *self._legend(layout),
        )
        size = (layout.width, layout.centre[1] + RADIUS + 34 + len(self.series) * ROW)
        links = any(self.hrefs) or any(one.href for one in self.series)
        return svg.root(layout.kind, layout.key, self.title, self.description, size, *drawn, links=links)

    def _web(self, layout: _Layout) -> list[SafeString]:
        axes = len(self.labels)
        rings = [
            [layout.at(axis, axes, ring / RINGS) for axis in range(axes)] for ring in range(1, RINGS + 1)
        ]
        spokes = "".join(_line([layout.centre, layout.at(axis, axes, 1)]) for axis in range(axes))
        paths = [*(f"{_line(ring)}Z" for ring in rings), spokes]
        quiet = {"fill": "none", "stroke": "currentColor", "stroke_opacity": 0.16}
        return [svg.element("path", d=path, **quiet) for path in paths]

    def _shape(self, layout: _Layout, index: int, one: Series, formats: Formats) -> SafeString:
        axes, colour = len(self.labels), colour_at(index, one.colour)
        found = [
            (axis, layout.at(axis, axes, float(value) / self.top))
            for axis, value in enumerate(one.values)
            if value is not None
        ]
        outline = svg.element(
            "path",
            d=f"{_line([place for _axis, place in found])}Z",
            fill=colour,
            fill_opacity=0.16,
            stroke=colour,
            stroke_width=2.2,
            stroke_linejoin="round",
            stroke_dasharray=DASHES[index] or None,
        )
        points = [
            svg.element("path", svg.tooltip(said), d=marks.marker(index, *place), fill=colour)
            for axis, place in found
            for said in (self._said(one, axis, formats),)
        ]
        return svg.together((outline, *points) if found else ())

    def _said(self, one: Series, axis: int, formats: Formats) -> str:
        return f"{one.label[:200]}, {self.labels[axis][:80]}: {_told(one.values[axis], formats)}"

    def _names(self, layout: _Layout) -> list[SafeString]:
        return [self._name(layout, axis) for axis in range(len(self.labels))]

    def _name(self, layout: _Layout, axis: int) -> SafeString:
        x, y = layout.at(axis, len(self.labels), 1.1)
        side = round(x - layout.centre[0])
        anchor = "middle" if abs(side) < 8 else "start" if side > 0 else "end"
        room = {"middle": 150.0, "start": layout.width - x, "end": x}[anchor]
        drawn = svg.label(x, y + 4.5, self.labels[axis], room, text_anchor=anchor)
        href = self.hrefs[axis] if self.hrefs else ""
        return svg.linked(href, self.labels[axis][:200], drawn)

    def _legend(self, layout: _Layout) -> list[SafeString]:
        top = layout.centre[1] + RADIUS + 30
        return [self._row(layout, index, one, top + index * ROW) for index, one in enumerate(self.series)]

    def _row(self, layout: _Layout, index: int, one: Series, top: float) -> SafeString:
        mark = svg.element("path", d=marks.marker(index, 7.0, top + 12), fill=colour_at(index, one.colour))
        name = svg.label(22.0, top + 17, one.label, layout.width - 24)
        return svg.linked(one.href, one.label[:200], mark, name)


def _layout(key: str, *, narrow: bool) -> _Layout:
    if narrow:
        kind = f"radar {svg.NARROW_CLASS}"
        return _Layout(f"{key}-n", kind, svg.NARROW, (svg.NARROW / 2, RADIUS + 26))
    return _Layout(key, "radar", WIDTH, (WIDTH / 2, RADIUS + 26))


def _line(places: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in places)


def _told(value: Number | None, formats: Formats) -> str:
    return "–" if value is None else formats.number(value)
