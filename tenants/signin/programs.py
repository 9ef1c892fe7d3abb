"""What does a browser or a program call itself? A word or two; the header itself is not kept (S19)."""

import re

# The first that fits: most browsers name those they resemble, too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
# "python-requests/2.32" and the like; never more of what somebody may have written there.
PRODUCT = re.compile(r"[A-Za-z][\w.-]{0,38}", re.ASCII)


def program_of(agent: str) -> str:
    """Return browser and system, else the product's name, of a User-Agent; nothing for nonsense."""
    browser, system = _first(BROWSERS, agent), _first(SYSTEMS, agent)
    if browser:
        return " · ".join(filter(None, (browser, system)))
    found = PRODUCT.match(agent)
    return found[0] if found else ""


def _first(marks: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in marks if mark in agent), "")
