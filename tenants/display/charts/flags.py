"""A mark over a line chart: something unusual stood at this label."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from tenants.display.charts import svg
from tenants.display.charts.colours import colour_at
from tenants.display.charts.values import check_colour

HALF, HIGH = 6.0, 10.0


@dataclass(frozen=True, slots=True)
class Flag:
    """What is unusual at one label, counted from 0: said in words, pointing up or down."""

    at: int
    words: str
    is_up: bool = True
    colour: str = ""

    def __post_init__(self) -> None:
        check_colour(self.colour)

    def drawn(self, x: float, top: float, bottom: float) -> SafeString:
        """Return a pole from the head of the plot to its foot, and its point in the margin above."""
        colour, said = colour_at(0, self.colour), svg.tooltip(self.words)
        pole = svg.element(
            "path",
            said,
            d=f"M{x:.2f} {top:.2f}V{bottom:.2f}",
            stroke=colour,
            stroke_width=1.4,
            stroke_dasharray="3 4",
        )
        foot, tip = (top - 1, top - 1 - HIGH) if self.is_up else (top - 1 - HIGH, top - 1)
        point = f"M{x - HALF:.2f} {foot:.2f}H{x + HALF:.2f}L{x:.2f} {tip:.2f}Z"
        return svg.together((pole, svg.element("path", said, d=point, fill=colour)))
