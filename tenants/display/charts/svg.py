"""SVG as text: every attribute and every word goes through one escaping function."""

import re
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tenants.display.charts.text import LONGEST, fit
from tenants.display.charts.values import Chart

NARROW, NARROW_CLASS = 380.0, "chart-narrow"  # what a phone shows without scrolling
TEXT = 13.0  # never drawn below 11/13 of its size: the style sheet gives each kind a least width (W8)
FONT = "'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

# What XML 1.0 cannot carry, and the marks that would turn the reading direction of the rest.
UNWRITABLE = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)


def number(value: float) -> str:
    """Return a place or size as SVG writes it, to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def written(text: object) -> SafeString:
    """Escape any value for markup, marked safe or not; characters that XML cannot carry are dropped."""
    return escape(UNWRITABLE.sub("", str(text)))


def element(name: str, *children: SafeString, **attributes: object) -> SafeString:
    """Return one element; `_` in names stands for `-`, None leaves one out; texts come `written`."""
    told = {
        key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None
    }
    pairs = "".join(
        f' {key}="{number(value) if isinstance(value, float) else written(value)}"'
        for key, value in told.items()
    )
    return mark_safe(f"<{name}{pairs}>{together(children)}</{name}>")  # noqa: S308 - all is escaped  # nosec


def together(parts: Iterable[SafeString]) -> SafeString:
    """Join markup that `element` made."""
    return mark_safe("".join(parts))  # noqa: S308 - markup already  # nosec


def label(x: float, y: float, text: str, room: float, **attributes: object) -> SafeString:
    """Return a line of text cut to its room; the whole text is the tooltip of a cut one."""
    size = attributes.setdefault("font_size", TEXT)
    shown = fit(text, room, float(str(size)))
    whole = [tooltip(text)] if shown != " ".join(text.split()) else []
    attributes.setdefault("fill", "currentColor")
    return element("text", *whole, written(shown), x=x, y=y, **attributes)


def tooltip(text: str) -> SafeString:
    """Return the title that a mark shows when pointed at."""
    return element("title", written(text[:LONGEST]))


def linked(href: str, name: str, *children: SafeString) -> SafeString:
    """Wrap marks in a link when there is one."""
    return element("a", *children, href=href, aria_label=name) if href else together(children)


def root(
    kind: str,
    key: str,
    title: str,
    description: str,
    size: tuple[float, float],
    *children: SafeString,
    links: bool,
) -> SafeString:
    """Return the whole drawing: a group when it holds links, for an image hides its parts from readers."""
    return element(
        "svg",
        element("title", written(title), id=f"{key}-t"),
        element("desc", written(description or title), id=f"{key}-d"),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(size[0])} {number(size[1])}",
        width=size[0],
        height=size[1],
        class_=f"chart-{kind}",
        role="group" if links else "img",
        aria_labelledby=f"{key}-t",
        aria_describedby=f"{key}-d",
        font_family=FONT,
    )


def empty(chart: Chart, *, narrow: bool = False) -> SafeString:
    """Return the drawing of nothing yet: a quiet frame that says so (W5)."""
    size = (NARROW if narrow else 460.0, 140.0)
    kind, key = (f"{chart.kind} {NARROW_CLASS}", f"{chart.key}-n") if narrow else (chart.kind, chart.key)
    frame = element(
        "rect",
        x=1.0,
        y=1.0,
        width=size[0] - 2,
        height=size[1] - 2,
        rx=10.0,
        fill="none",
        stroke="currentColor",
        stroke_opacity=0.25,
        stroke_dasharray="5 5",
    )
    said = label(size[0] / 2, size[1] / 2 + 5, _("No data yet"), size[0] - 24, text_anchor="middle")
    return root(kind, key, chart.title, chart.description, size, frame, said, links=False)
