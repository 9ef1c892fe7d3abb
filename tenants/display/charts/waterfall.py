"""A waterfall: from nothing to a sum, each step beginning where the one before ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenants.display.charts import svg
from tenants.display.charts.colours import PALETTE
from tenants.display.charts.scale import TINY, Scale
from tenants.display.charts.text import width
from tenants.display.charts.values import Category, Table, check_key
from tenants.display.formats import Formats

WIDTH = 560.0
NAMES = 210.0  # the most that names may take beside their steps
GAP = 10.0
# Up, down, and the sum; an arrow's direction says the same without colour.
UP, DOWN, SUM = PALETTE[0], PALETTE[1], PALETTE[2]
POINT = 7.0  # how long an arrow's head is


@dataclass(frozen=True, slots=True)
class _Bar:
    """A step from one height to another; the last one is the sum."""

    label: str
    start: float
    end: float
    figure: str
    colour: str
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the parts of a row lie: names beside the steps when wide, above them when narrow."""

    key: str
    kind: str
    width: float
    row: float
    names: float
    bar: float
    scale: Scale


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Steps in the order given and their sum, named `total`; figures carry their sign."""

    kind: ClassVar[str] = "waterfall"
    key: str
    title: str
    description: str
    steps: tuple[Category, ...]
    total: str = ""
    heading: str = ""
    decimals: int = 1

    def __post_init__(self) -> None:
        check_key(self.key)

    def svg(self, formats: Formats) -> SafeString:
        """Draw the steps and their sum."""
        return self._drawn(formats, narrow=False)

    def narrow(self, formats: Formats) -> SafeString:
        """Draw them for a phone, names above them."""
        return self._drawn(formats, narrow=True)

    def table(self, formats: Formats) -> Table:
        """Return every step with its figure, and the sum."""
        rows = tuple((bar.label, bar.figure) for bar in self._bars(formats))
        return Table(self.title, (self.heading or _("Step"), _("Amount")), rows)

    def _drawn(self, formats: Formats, *, narrow: bool) -> SafeString:
        bars = list(self._bars(formats))
        if not self.steps:
            return svg.empty(self, narrow=narrow)
        layout = _narrow(self.key, bars) if narrow else _wide(self.key, bars)
        rows = [part for at, bar in enumerate(bars) for part in _row(layout, at, bar)]
        size = (layout.width, len(bars) * layout.row + 4)
        return svg.root(layout.kind, layout.key, self.title, self.description, size, *rows, links=False)

    def _bars(self, formats: Formats) -> Iterator[_Bar]:
        heights = list(accumulate((float(step.value) for step in self.steps), initial=0.0))
        for step, start, end in zip(self.steps, heights, heights[1:], strict=False):
            figure = _signed(float(step.value), formats, self.decimals)
            yield _Bar(step.label, start, end, figure, DOWN if end < start else UP)
        told = _signed(heights[-1], formats, self.decimals)
        yield _Bar(self.total or _("Total"), 0.0, heights[-1], told, SUM, is_sum=True)


def _signed(value: float, formats: Formats, decimals: int) -> str:
    sign = "+" if round(value, decimals) > 0 else ""
    return sign + formats.number(value, decimals)


def _wide(key: str, bars: list[_Bar]) -> _Layout:
    names = min(NAMES, max(width(bar.label, svg.TEXT) for bar in bars))
    end = WIDTH - max(width(bar.figure, svg.TEXT) for bar in bars) - GAP
    return _Layout(key, "waterfall", WIDTH, 28, names, 2, _scale(bars, names + GAP, end))


def _narrow(key: str, bars: list[_Bar]) -> _Layout:
    kind = f"waterfall {svg.NARROW_CLASS}"
    return _Layout(f"{key}-n", kind, svg.NARROW, 42, 0, 18, _scale(bars, 0, svg.NARROW))


def _scale(bars: list[_Bar], start: float, end: float) -> Scale:
    heights = [0.0, *(bar.end for bar in bars)]
    low, high = min(heights), max(heights)
    return Scale(low, high if high - low > TINY else low + 1, start, end)


def _row(layout: _Layout, at: int, bar: _Bar) -> Iterator[SafeString]:
    top = at * layout.row + 4
    text = top + (10 if layout.bar > GAP else 14)
    room = layout.names or layout.width - width(bar.figure, svg.TEXT) - GAP
    weight = 700 if bar.is_sum else None
    yield svg.label(0.0, text, bar.label, room, font_weight=weight)
    yield svg.label(layout.width, text, bar.figure, layout.width, text_anchor="end", font_weight=weight)
    yield _line(layout.scale(bar.end), top + layout.bar, layout.row, is_last=bar.is_sum)
    told = svg.tooltip(f"{bar.label[:200]}: {bar.figure}")
    shape = _shape(layout.scale(bar.start), layout.scale(bar.end), top + layout.bar, is_sum=bar.is_sum)
    yield svg.element("path", told, d=shape, fill=bar.colour)


def _line(x: float, y: float, down: float, *, is_last: bool) -> SafeString:
    """Lead from a step's end to the next one's beginning."""
    if is_last:
        return svg.together(())
    marks = {"stroke": "currentColor", "stroke_opacity": 0.35, "stroke_dasharray": "2 3"}
    return svg.element("path", d=f"M{svg.number(x)} {svg.number(y)}V{svg.number(y + down)}", **marks)


def _shape(start: float, end: float, top: float, *, is_sum: bool) -> str:
    """Return an arrow from start to end, or a plain bar for the sum; the least of steps is still seen."""
    high = 16.0
    if abs(end - start) < 2:
        end = start + (2 if end >= start else -2)
    head = 0.0 if is_sum else min(POINT, abs(end - start)) * (1 if end > start else -1)
    neck, middle, low = end - head, top + high / 2, top + high
    corners = [(start, top), (neck, top), (end, middle), (neck, low), (start, low)]
    if is_sum:
        corners = [(start, top), (end, top), (end, low), (start, low)]
    return "M" + "L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in corners) + "Z"
