"""Cut the admin theme's icon font down to the icons that can be asked for (`make icons`).

The theme brings 4,000 icons in 291 KB, most of what a first look at the administration would weigh. A name is
kept when it stands, as any word, in the theme's code or in ours: rather some too many than one too few.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import unfold
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
THEME = Path(unfold.__file__).parent
CODE = (".py", ".html", ".js", ".css")
FONT = Path("unfold/fonts/material-symbols/Material-Symbols-Outlined.woff2")
SOURCES = (THEME, *(ROOT / name for name in ("templates", "static/minga", "tenants", "config")),
           *(ROOT / name for name in ("personas", "identity", "campaigns", "insights")))  # fmt: skip


def words() -> set[str]:
    """Return every word of the code that names icons."""
    files = (file for source in SOURCES for file in source.rglob("*") if file.suffix in CODE)
    return {word for file in files for word in re.findall(r"[a-z0-9_]+", file.read_text("utf-8"))}


def icons(font: TTFont) -> Iterator[tuple[str, str]]:
    """Yield each icon's name and glyph: a name is a ligature of its letters."""
    letters = {glyph: chr(code).lower() for code, glyph in font.getBestCmap().items()}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in (getattr(one, "ExtSubTable", one) for one in lookup.SubTable):
            for first, ligatures in getattr(table, "ligatures", {}).items():
                for one in ligatures:
                    yield "".join(letters.get(part, "?") for part in (first, *one.Component)), one.LigGlyph


def main() -> None:
    """Write the font that is served instead of the theme's."""
    font, asked = TTFont(THEME / "static" / FONT), words()
    kept = {name: glyph for name, glyph in icons(font) if name in asked}
    # Without the closure: it would follow each letter to every name that begins with it.
    cutter = Subsetter(Options(layout_closure=False, hinting=False, drop_tables=["FFTM"]))
    cutter.populate(glyphs=kept.values(), unicodes={ord(letter) for name in kept for letter in name})
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(ROOT / "static" / FONT)


if __name__ == "__main__":
    main()
