"""Points on two scales, as large as a third figure says, over four named zones."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenants.display.charts import svg
from tenants.display.charts.colours import colour_at
from tenants.display.charts.scale import TINY, Scale, nice_step
from tenants.display.charts.text import fit, width
from tenants.display.charts.values import Table, check_colour, check_href, check_key, check_number
from tenants.display.formats import Formats, Number

WIDTH, HEIGHT = 640.0, 400.0
TOP, FOOT, RIGHT = 14.0, 52.0, 16.0
SMALLEST, LARGEST = 5.0, 22.0
MOST_POINTS = 60
STEPS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """One mark: where it stands, how large it is (0 or more), and its rows."""

    label: str
    x: Number
    y: Number
    size: Number = 0
    colour: str = ""
    href: str = ""

    def __post_init__(self) -> None:
        for value in (self.x, self.y, self.size):
            check_number(value)
        if self.size < 0:
            raise ValueError("a point cannot be smaller than nothing")
        check_colour(self.colour)
        check_href(self.href)


class Axis(NamedTuple):
    """What a scale measures. `cut` parts low from high; `high` is its end, None: the points say."""

    label: str
    cut: Number | None = None
    high: Number | None = None


class Zones(NamedTuple):
    """Names of the four corners: low x and high y first, clockwise."""

    top_left: str
    top_right: str
    bottom_right: str
    bottom_left: str


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "_Box") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0 and down > 0


@dataclass(frozen=True, slots=True)
class Scatter:
    """Up to 60 points, else ValueError; names that would lie over others stand in tooltip and table alone."""

    kind: ClassVar[str] = "scatter"
    key: str
    title: str
    description: str
    points: tuple[Point, ...]
    x: Axis
    y: Axis
    zones: Zones | None = None
    size_label: str = ""
    heading: str = ""

    def __post_init__(self) -> None:
        check_key(self.key)
        if len(self.points) > MOST_POINTS:
            raise ValueError("too many points for one chart")

    def svg(self, formats: Formats) -> SafeString:
        """Draw zones, scales, points and the names that find room."""
        if not self.points:
            return svg.empty(self)
        plot = _Plot(self, formats)
        drawn = (*plot.grid(), *plot.zones(), *plot.axes(), *plot.points(), *plot.names())
        links = any(point.href for point in self.points)
        return svg.root(
            self.kind, self.key, self.title, self.description, (WIDTH, HEIGHT), *drawn, links=links
        )

    def narrow(self, formats: Formats) -> SafeString:
        """Return nothing: two scales need their width, and scroll on a phone."""
        return SafeString("")

    def table(self, formats: Formats) -> Table:
        """Return one row per point: both figures, and the size where it means something."""
        more = (self.size_label,) if self.size_label else ()
        rows = tuple(
            (point.label, formats.number(point.x), formats.number(point.y))
            + ((formats.number(point.size),) if self.size_label else ())
            for point in self.points
        )
        headings = (self.heading or _("Category"), self.x.label, self.y.label, *more)
        return Table(self.title, headings, rows, tuple(point.href for point in self.points))


class _Plot:
    """One drawing of a scatter: scales, what they carry, and which places are taken."""

    def __init__(self, chart: Scatter, formats: Formats) -> None:
        self._chart, self._formats = chart, formats
        across = self._across = _ticks([float(point.x) for point in chart.points], chart.x)
        up = self._up = _ticks([float(point.y) for point in chart.points], chart.y)
        widest = max(width(formats.compact(step), svg.TEXT) for step in up)
        self._x = Scale(across[0], across[-1], widest + 14, WIDTH - RIGHT - LARGEST / 2)
        self._y = Scale(up[0], up[-1], HEIGHT - FOOT, TOP + LARGEST / 2)
        self._largest = max(float(point.size) for point in chart.points)
        self._taken: list[_Box] = []

    def grid(self) -> Iterator[SafeString]:
        """Yield the lines and figures of both scales."""
        for step in self._up:
            yield self._rule(f"M{self._x.start:.2f} {self._y(step):.2f}H{self._x.end:.2f}", 0.13)
            yield self._figure(self._x.start - 8, self._y(step) + 4, step, "end")
        half = 0.0
        for step in self._across:
            told = width(self._formats.compact(step), svg.TEXT) / 2
            if self._x(step) - told >= half and self._x(step) + told <= WIDTH:
                yield self._figure(self._x(step), self._y.start + 18, step, "middle")
                half = self._x(step) + told + 8

    def zones(self) -> Iterator[SafeString]:
        """Yield the cuts and the names of the corners they make."""
        x, y = self._chart.x.cut, self._chart.y.cut
        if x is not None and y is not None:
            yield self._rule(
                f"M{self._x(float(x)):.2f} {self._y.end:.2f}V{self._y.start:.2f}", 0.55, dash="5 4"
            )
            yield self._rule(
                f"M{self._x.start:.2f} {self._y(float(y)):.2f}H{self._x.end:.2f}", 0.55, dash="5 4"
            )
            yield from self._corners(self._x(float(x)), self._y(float(y)))

    def axes(self) -> Iterator[SafeString]:
        """Yield what the scales measure."""
        across = f"{self._chart.x.label} →"
        yield svg.label(self._x.end, HEIGHT - 10, across, 300.0, text_anchor="end", font_weight="600")
        yield svg.label(self._x.start - 8, HEIGHT - 10, f"↑ {self._chart.y.label}", 260.0, font_weight="600")

    def points(self) -> Iterator[SafeString]:
        """Yield the marks, the largest beneath."""
        for at, point in sorted(enumerate(self._chart.points), key=lambda pair: -float(pair[1].size)):
            x, y, r = self._place(point)
            self._taken.append(_Box(x - r / 2, y - r / 2, x + r / 2, y + r / 2))
            mark = svg.element(
                "circle",
                svg.tooltip(self._told(point)),
                cx=x,
                cy=y,
                r=r,
                fill=colour_at(at, point.colour),
                fill_opacity=0.75,
                stroke="currentColor",
                stroke_opacity=0.5,
            )
            yield svg.linked(point.href, self._told(point), mark)

    def names(self) -> Iterator[SafeString]:
        """Yield the names that find room beside their points, in the order given."""
        for point in self._chart.points:
            x, y, r = self._place(point)
            shown = fit(point.label, 150.0, svg.TEXT)
            wide = width(shown, svg.TEXT)
            box = next((box for box in _beside(x, y, r, wide) if self._is_free(box)), None)
            if shown and box is not None:
                self._taken.append(box)
                yield svg.label(box.left, box.bottom - 4, point.label, 150.0)

    def _corners(self, x: float, y: float) -> Iterator[SafeString]:
        if self._chart.zones is None:
            return
        sides = ((self._x.start, x), (x, self._x.end))
        above, below = (self._y.end, y - self._y.end), (self._y.start - 22, self._y.start - y)
        corners = ((sides[0], above), (sides[1], above), (sides[1], below), (sides[0], below))
        for name, ((left, right), (top, high)) in zip(self._chart.zones, corners, strict=True):
            shown = fit(name, right - left - 12, svg.TEXT)
            # A corner too small for its name keeps quiet.
            if len(shown) < 3 or high < 22:
                continue
            box = _Box(left + 6, top + 2, left + 6 + width(shown, svg.TEXT), top + 20)
            self._taken.append(box)
            yield svg.label(box.left, box.bottom - 4, name, right - left - 12, fill_opacity=0.6)

    def _place(self, point: Point) -> tuple[float, float, float]:
        # By area, not by radius: twice the figure is twice the ink.
        share = (float(point.size) / self._largest) ** 0.5 if self._largest > TINY else 0.0
        return self._x(float(point.x)), self._y(float(point.y)), SMALLEST + share * (LARGEST - SMALLEST)

    def _is_free(self, box: _Box) -> bool:
        inside = (
            box.left >= self._x.start and box.right <= WIDTH and box.top >= 0 and box.bottom <= self._y.start
        )
        return inside and not any(box.overlaps(other) for other in self._taken)

    def _told(self, point: Point) -> str:
        figures = [(self._chart.x.label, point.x), (self._chart.y.label, point.y)]
        if self._chart.size_label:
            figures.append((self._chart.size_label, point.size))
        said = ", ".join(f"{name} {self._formats.number(value)}" for name, value in figures)
        return f"{point.label[:200]}: {said}"

    def _rule(self, path: str, opacity: float, dash: str | None = None) -> SafeString:
        return svg.element(
            "path", d=path, fill="none", stroke="currentColor", stroke_opacity=opacity, stroke_dasharray=dash
        )

    def _figure(self, x: float, y: float, step: float, anchor: str) -> SafeString:
        told = self._formats.compact(step)
        return svg.label(x, y, told, 120.0, text_anchor=anchor, fill_opacity=0.75)


def _ticks(values: list[float], axis: Axis) -> list[float]:
    """Return nice steps from 0, or below it, to the end of the scale, cut included."""
    known = [*values, 0.0, *(float(end) for end in (axis.cut, axis.high) if end is not None)]
    low, high = min(known), max(known)
    if high - low < TINY:
        high = low + 1.0
    step = nice_step(high - low, STEPS)
    first = -int(-low / step + 1 - 1e-9) if low < 0 else 0
    places = [(first + at) * step for at in range(STEPS + 3)]
    last = next(at for at, place in enumerate(places) if place >= high - 1e-9 * abs(high))
    return [round(place, 12) for place in places[: last + 1]]


def _beside(x: float, y: float, r: float, wide: float) -> Iterator[_Box]:
    """Yield where a name may stand: right, left, above, below its point."""
    yield _Box(x + r + 4, y - 9, x + r + 4 + wide, y + 9)
    yield _Box(x - r - 4 - wide, y - 9, x - r - 4, y + 9)
    yield _Box(x - wide / 2, y - r - 20, x + wide / 2, y - r - 2)
    yield _Box(x - wide / 2, y + r + 2, x + wide / 2, y + r + 20)
