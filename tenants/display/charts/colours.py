"""Colours that hold 3:1 against light paper and dark slate alike, with a pattern and a marker for each."""

TEAL = "#1f8a7a"
RUST = "#c4622d"
BLUE = "#5b74c9"
OCHRE = "#b07d12"
PLUM = "#a3568f"
LEAF = "#4f8f3a"
SKY = "#2f86b5"
VIOLET = "#8a6fc0"
RED = "#c0453a"
GREY = "#7c8683"
# Alternates warm and cold, so that neighbours differ for colour-blind readers too.
PALETTE = (TEAL, RUST, BLUE, OCHRE, PLUM, LEAF, SKY, VIOLET)
REST = GREY
PATTERNS = ("solid", "rising", "dots", "falling", "grid", "level", "upright", "rings")
DASHES = ("", "7 4", "2 3", "10 3 2 3", "5 2", "1 4", "12 4", "8 3 1 3 1 3")

# Relative luminance (WCAG) between which a fill stands 3:1 off both #fbfaf6 and #1b2321.
DARKEST, LIGHTEST = 0.15, 0.282


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(colour: str) -> str:
    """Return the colour, mixed with white or black just far enough to be seen on both backgrounds."""
    shade = luminance(colour)
    if DARKEST <= shade <= LIGHTEST:
        return colour.lower()
    towards, bound = ("#ffffff", DARKEST) if shade < DARKEST else ("#000000", LIGHTEST)
    mixed = (_mix(colour, towards, step / 100) for step in range(1, 100))
    return next(found for found in mixed if (luminance(found) >= bound) == (bound == DARKEST))


def colour_at(index: int, wanted: str = "") -> str:
    """Return the wanted colour made readable, or the palette's at this place."""
    return readable(wanted) if wanted else PALETTE[index % len(PALETTE)]


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _mix(colour: str, towards: str, share: float) -> str:
    pairs = [(int(colour[at : at + 2], 16), int(towards[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)
