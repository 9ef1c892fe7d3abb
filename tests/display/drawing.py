"""Read a drawing back as an XML parser sees it, to check where its words lie."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from tenants.display.charts.text import width

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Box:
    """Where a line of text lies."""

    words: str
    left: float
    right: float
    top: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Say whether two texts would be drawn over each other, by more than a hair."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.5 and down > 0.5


def parse(markup: str) -> ET.Element:
    """Parse markup strictly; raises ParseError when it is not well formed."""
    return ET.fromstring(markup)  # noqa: S314 - our own drawing


def boxes(root: ET.Element) -> list[Box]:
    """Return the place of every text that is drawn."""
    return [_box(text) for text in root.iter(f"{SVG}text")]


def _box(text: ET.Element) -> Box:
    words = (text.text or "") + "".join(
        (child.text or "" if child.tag == f"{SVG}tspan" else "") + (child.tail or "") for child in text
    )
    size, x, y = (float(text.attrib[name]) for name in ("font-size", "x", "y"))
    long = width(words, size)
    left = x - long * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor", "start")]
    return Box(words, left, left + long, y - size * 0.75, y + size * 0.25)


def assert_sound(markup: str) -> ET.Element:
    """Assert that a chart is well formed, named, inside its frame, no text over another; return its root."""
    root = parse(markup)
    _x, _y, wide, high = (float(part) for part in root.attrib["viewBox"].split())
    assert root.attrib["role"] in {"img", "group"}
    ids = {one.attrib["id"] for one in root.iter() if "id" in one.attrib}
    assert {root.attrib["aria-labelledby"], root.attrib["aria-describedby"]} <= ids
    found = boxes(root)
    for at, box in enumerate(found):
        assert box.left >= -0.5, box
        assert box.right <= wide + 0.5, box
        assert box.top >= -0.5, box
        assert box.bottom <= high + 0.5, box
        for other in found[at + 1 :]:
            assert not box.overlaps(other), (box, other)
    return root
