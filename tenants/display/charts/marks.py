"""Shapes that tell series apart without colour: fill patterns, point marks, slices of a ring."""

import math
import re

from django.utils.safestring import SafeString

from tenants.display.charts.colours import PATTERNS
from tenants.display.charts.svg import element, number, together

_TILES = {
    "rising": "M-2 2 2 -2M0 8 8 0M6 10 10 6",
    "falling": "M-2 6 2 10M0 0 8 8M6 -2 10 2",
    "grid": "M0 4H8M4 0V8",
    "level": "M0 4H8",
    "upright": "M4 0V8",
}


def pattern(ident: str, index: int, colour: str) -> SafeString:
    """Return the definition of a fill: colour and pattern both tell it from its neighbours."""
    name = PATTERNS[index % len(PATTERNS)]
    ground = element("rect", width=8.0, height=8.0, fill=colour)
    marks = {"fill": "none", "stroke": "#ffffff", "stroke_width": 1.4, "stroke_opacity": 0.55}
    match name:
        case "solid":
            over = together(())
        case "dots":
            over = element("circle", cx=4.0, cy=4.0, r=1.5, fill="#ffffff", fill_opacity=0.6)
        case "rings":
            over = element("circle", cx=4.0, cy=4.0, r=2.4, **marks)
        case _:
            over = element("path", d=_TILES[name], **marks)
    return element("pattern", ground, over, id=ident, width=8.0, height=8.0, patternUnits="userSpaceOnUse")


def marker(index: int, x: float, y: float, r: float = 3.6) -> str:
    """Return the path of a point's mark; eight shapes, each told from the others without colour."""
    shapes = (
        f"M{-r} 0A{r} {r} 0 1 1 {r} 0A{r} {r} 0 1 1 {-r} 0Z",
        f"M{-r} {-r}H{r}V{r}H{-r}Z",
        f"M0 {-r * 1.25:.2f}L{r * 1.2:.2f} {r}H{-r * 1.2:.2f}Z",
        f"M0 {-r * 1.4:.2f}L{r * 1.4:.2f} 0L0 {r * 1.4:.2f}L{-r * 1.4:.2f} 0Z",
        f"M0 {r * 1.25:.2f}L{r * 1.2:.2f} {-r}H{-r * 1.2:.2f}Z",
        f"M-1.3 {-r}H1.3V-1.3H{r}V1.3H1.3V{r}H-1.3V1.3H{-r}V-1.3H-1.3Z",
        f"M{-r * 1.5:.2f} -1.6H{r * 1.5:.2f}V1.6H{-r * 1.5:.2f}Z",
        f"M-1.6 {-r * 1.5:.2f}H1.6V{r * 1.5:.2f}H-1.6Z",
    )
    return _moved(shapes[index % len(shapes)], x, y)


def arc(cx: float, cy: float, outer: float, inner: float, start: float, end: float) -> str:
    """Return the path of a ring's slice between two angles, clockwise from the top, in radians."""
    if end - start >= 2 * math.pi - 1e-6:
        halves = (
            arc(cx, cy, outer, inner, 0, math.pi),
            arc(cx, cy, outer, inner, math.pi, 2 * math.pi - 1e-5),
        )
        return "".join(halves)
    large = int(end - start > math.pi)
    (ax, ay), (bx, by) = _on(cx, cy, outer, start), _on(cx, cy, outer, end)
    (dx, dy), (ex, ey) = _on(cx, cy, inner, end), _on(cx, cy, inner, start)
    far, near = number(outer), number(inner)
    return f"M{ax} {ay}A{far} {far} 0 {large} 1 {bx} {by}L{dx} {dy}A{near} {near} 0 {large} 0 {ex} {ey}Z"


def _on(cx: float, cy: float, r: float, angle: float) -> tuple[str, str]:
    return f"{cx + r * math.sin(angle):.2f}", f"{cy - r * math.cos(angle):.2f}"


def _moved(path: str, x: float, y: float) -> str:
    # A translate attribute would do too, but plain paths survive every PDF converter.
    out: list[str] = []
    for command, numbers in re.findall(r"([MLHVAZ])([^MLHVAZ]*)", path):
        values = [float(number) for number in numbers.split()]
        shift = {"M": (x, y), "L": (x, y), "H": (x,), "V": (y,), "A": (0, 0, 0, 0, 0, x, y), "Z": ()}[command]
        out.append(command + " ".join(number(value + by) for value, by in zip(values, shift, strict=True)))
    return "".join(out)
