"""What is asked of a page that stands in the browser; every probe returns its findings as lines."""

import gzip
import json
from collections.abc import Callable, Iterable

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Response

from tests.browser.chromium import EVERY_LOOK, Look

SMALLEST_PX = 11
FIRST_VIEW_BYTES = 60 * 1024
# The theme's sheet, scripts and icons are 140 KB of it, and kept by the browser from then on.
FIRST_VIEW_OF_ADMINS_BYTES = 220 * 1024

_OVERFLOW = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const boxed = (one) => {
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  const wide = [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > room + 1 && !boxed(one)).slice(0, 3)
    .map((one) => `<${one.tagName.toLowerCase()} class="${one.getAttribute("class") || ""}">`);
  return [`${document.documentElement.scrollWidth} px wide on ${room}: ${wide.join(" ")}`];
}"""

_SMALL_TEXT = """(least) => {
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement, style = getComputedStyle(holder);
    const words = node.data.trim();
    const mute = /^(script|style|noscript|template)$/i.test(holder.tagName);
    if (!words || mute || style.visibility === "hidden") continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1 || !holder.checkVisibility()) continue;
    const drawn = holder.closest("svg") && holder.getScreenCTM ? Math.abs(holder.getScreenCTM().d) : 1;
    const size = Math.round(parseFloat(style.fontSize) * drawn * 10) / 10;
    if (size < least && !holder.closest(".unseen, .sr-only")) found.set(`${size} px`, words.slice(0, 40));
  }
  return [...found].map(([size, words]) => `text of ${size}: ${words}`);
}"""

# A name that the font does not have stands there as the word it is.
_UNDRAWN_ICONS = """async () => {
  await document.fonts.ready;
  const widthOf = (one) => Math.max(one.scrollWidth, one.getBoundingClientRect().width);
  const isWord = (one) => one.checkVisibility() && one.textContent.trim()
    && widthOf(one) > 1.5 * parseFloat(getComputedStyle(one).fontSize);
  return [...document.querySelectorAll(".material-symbols-outlined")].filter(isWord)
    .map((one) => `no icon ${one.textContent.trim()}`);
}"""

# Sheets write icons too, where no element bears the name.
_ICONS_OF_SHEETS = """() => {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const text = rules.map((rule) => rule.cssText).join();
  const names = new Set([...text.matchAll(/content: *"([a-z0-9_]{3,})"/g)].map((found) => found[1]));
  for (const name of names) {
    const icon = document.createElement("span");
    icon.className = "material-symbols-outlined";
    icon.textContent = name;
    document.body.append(icon);
  }
  return names.size;
}"""

# A rule meant for another thing of the same class tears a table's parts asunder. Stacked, it has no columns.
_ASKEW_TABLES = """() => [...document.querySelectorAll("table")].flatMap((table) => {
  const rows = [table.tHead?.rows[0], table.tBodies[0]?.rows[0]];
  const [heads, cells] = rows.map((row) => [...(row?.cells || [])]);
  const drawn = [...heads, ...cells].every((one) => getComputedStyle(one).display === "table-cell");
  if (!table.checkVisibility() || !drawn || heads.length !== cells.length) return [];
  if ([...heads, ...cells].some((one) => one.colSpan > 1)) return [];
  const left = (one) => one.getBoundingClientRect().left;
  return heads.filter((head, at) => Math.abs(left(head) - left(cells[at])) > 1).slice(0, 1)
    .map((head) => `askew under its heading ${head.textContent.trim()}: table ${table.className}`);
})"""

# Rows of a table are alike: asking after each of fifty takes seconds and tells nothing more.
_FEWER_ROWS = """() => document.querySelectorAll("tbody").forEach(
  (body) => [...body.rows].slice(6).forEach((row) => row.remove()))"""

_AXE = """async (options) => {
  const seen = await axe.run(document, options);
  return seen.violations.filter((one) => ["serious", "critical"].includes(one.impact)).map((one) =>
    [one.id, one.impact, one.nodes.length, one.nodes[0].target.join(" "), one.nodes[0].html.slice(0, 160),
     (one.nodes[0].any[0] || one.nodes[0].all[0] || one.nodes[0].none[0] || {}).message || ""]);
}"""


def overflows(page: Page) -> list[str]:
    """Find what makes the page scroll sideways (W8)."""
    found: list[str] = page.evaluate(_OVERFLOW)
    return found


def small_texts(page: Page) -> list[str]:
    """Find text that is drawn smaller than 11 px, charts included (W8)."""
    found: list[str] = page.evaluate(_SMALL_TEXT, SMALLEST_PX)
    return found


def inaccessible(page: Page, *rules: str) -> list[str]:
    """Ask axe for what is serious or critical by all rules or some (W8). Takes rows out of long tables."""
    page.evaluate(_FEWER_ROWS)
    page.evaluate(AXE_SCRIPT)
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = page.evaluate(_AXE, {"resultTypes": ["violations"]} | only)
    return [
        f"axe {impact} {rule} ({count}x): {where} {html} {message}"
        for rule, impact, count, where, html, message in found
    ]


def ill_coloured(page: Page) -> list[str]:
    """Ask axe only for what colours can spoil."""
    return inaccessible(page, "color-contrast", "link-in-text-block")


def undrawn_icons(page: Page) -> list[str]:
    """Find names of icons that the font does not draw."""
    found: list[str] = page.evaluate(_UNDRAWN_ICONS)
    return found


def show_icons_of_sheets(page: Page) -> int:
    """Write every icon that a sheet of the page names at its end; return how many."""
    shown: int = page.evaluate(_ICONS_OF_SHEETS)
    return shown


def askew_tables(page: Page) -> list[str]:
    """Find tables whose headings do not stand over their columns."""
    found: list[str] = page.evaluate(_ASKEW_TABLES)
    return found


Probe = Callable[[Page], list[str]]
PROBES: list[Probe] = [overflows, small_texts, undrawn_icons, askew_tables, inaccessible]


def views(look: Look, at: int) -> Iterable[tuple[Look, Iterable[Probe]]]:
    """Choose how a state is seen: light or dark by turns, and both when every look is asked for."""
    if EVERY_LOOK:
        return [(look, PROBES), (look.other, [ill_coloured])]
    return [(look.other if at % 2 else look, PROBES)]


def weighed(page: Page, open_it: Callable[[], object]) -> dict[str, int]:
    """Return {address: bytes gzipped} of everything that opening the page brings in."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  a built-in cannot be listened with
    open_it()
    page.wait_for_load_state("load")
    return {answer.url: len(gzip.compress(answer.body(), 9)) for answer in answers if answer.ok}


def told(weights: dict[str, int]) -> str:
    """Name the weights, heaviest first."""
    return json.dumps(dict(sorted(weights.items(), key=lambda one: -one[1])), indent=1)
