"""A line the size of a word, for tiles: the trend only, no axis."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tenants.display.charts import marks, svg
from tenants.display.charts.colours import colour_at
from tenants.display.charts.scale import TINY, Scale
from tenants.display.charts.values import Table, check_colour, check_key, check_number
from tenants.display.formats import Formats, Number

WIDTH, HEIGHT, EDGE = 120.0, 32.0, 4.0


@dataclass(frozen=True, slots=True)
class Spark:
    """A trend of at least two values; fewer draw an empty picture."""

    kind: ClassVar[str] = "spark"
    key: str
    title: str
    description: str
    labels: tuple[str, ...]
    values: tuple[Number, ...]
    colour: str = ""

    def __post_init__(self) -> None:
        check_key(self.key)
        check_colour(self.colour)
        for value in self.values:
            check_number(value)
        if len(self.labels) != len(self.values):
            raise ValueError("every value needs its label")

    def svg(self, formats: Formats) -> SafeString:
        """Draw the line and its last point."""
        values = [float(value) for value in self.values]
        drawn = _marks(values, colour_at(0, self.colour)) if len(values) > 1 else ()
        return svg.root(
            self.kind, self.key, self.title, self.description, (WIDTH, HEIGHT), *drawn, links=False
        )

    def narrow(self, formats: Formats) -> SafeString:
        """Return nothing: it is small already."""
        return SafeString("")

    def table(self, formats: Formats) -> Table:
        """Return each label with its value."""
        rows = tuple(
            (label, formats.number(value)) for label, value in zip(self.labels, self.values, strict=True)
        )
        return Table(self.title, (_("Date"), _("Amount")), rows)


def _marks(values: list[float], colour: str) -> tuple[SafeString, SafeString]:
    low, high = min(values), max(values)
    x = Scale(0, len(values) - 1, EDGE, WIDTH - EDGE)
    y = (
        Scale(low, high, HEIGHT - EDGE, EDGE)
        if high - low > TINY
        else Scale(low - 1, low + 1, HEIGHT - EDGE, EDGE)
    )
    points = [(x(at), y(value)) for at, value in enumerate(values)]
    path = "M" + "L".join(f"{one:.2f} {other:.2f}" for one, other in points)
    line = svg.element("path", d=path, fill="none", stroke=colour, stroke_width=2.0, stroke_linejoin="round")
    return line, svg.element("path", d=marks.marker(0, *points[-1], 3.0), fill=colour)
