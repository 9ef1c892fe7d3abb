"""PDFs from values: strangers' words stay words, nothing outside the template's folder, no endless work."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tenants.display.charts import Bars, Category, Columns, Doughnut, Series
from tenants.display.formats import reader
from tenants.display.pdf import NotSet, Report, Section, Sheet, report_pdf, typeset
from tenants.display.pdf.report import figure_of, small_figure_of, values_of
from tenants.display.pdf.typesetting import _writable
from tests.reading import plain, words_of

HOSTILE = (
    "#panic(1) $x^$ *b* _i_ `raw` \\ @ref <label> [x] // c /* c */",
    '"} #read("/etc/passwd") #import "@preview/x:0.1.0"',
    "a\x00b\u202edcba\u2066\ud800",
    "Ñandú · 𝕏 · 😍🤮❤️ · 日本 · شكرا",
    "x" * 5_000,
)
SHOWN = "#let told = json(bytes(sys.inputs.data))\n#told.text\n"


def template(folder: Path, text: str) -> Path:
    path = folder / "one.typ"
    path.write_text(text, encoding="utf-8")
    return path


def report(words: str, **said: Any) -> Report:
    section = Section(
        words,
        words,
        words,
        words,
        (words,),
        sheet=Sheet((words, words), ((words, words),), is_figures=False, rest=words),
    )
    known: dict[str, Any] = {
        "language": "es",
        "organisation": words,
        "kind": words,
        "title": words,
        "subtitle": words,
        "running": words,
        "facts": ((words, words),),
        "headline": words,
        "figures": ((words[:40], words[:40], words[:40]),),
        "findings": (words,),
        "sections": (section, section),
    }
    return Report(**known | said)


@pytest.mark.parametrize("words", HOSTILE)
def test_strangers_words_are_only_shown(words: str) -> None:
    """Exports: markup, code, marks without width and cries without blanks, at every place of a report."""
    assert report_pdf(report(words)).startswith(b"%PDF")


def test_an_empty_report_is_one_too() -> None:
    """W5: nothing yet is not broken."""
    assert report_pdf(report("x", figures=(), findings=(), sections=())).startswith(b"%PDF")


def test_marks_that_turn_the_reading_are_left_out() -> None:
    """S15: so are characters that no file should carry; all else stays."""
    assert _writable({"a": ["a\x00b\u202ec\u2066\ud800é😍", 1, None]}) == {"a": ["abcé😍", 1, None]}


@pytest.mark.parametrize(
    "text",
    [
        '#read("../secret.txt")',
        '#read("/etc/passwd")',
        "#let x = 0\n#while true { x += 1 }",
        "#panic(1)",
    ],
)
def test_what_a_template_may_not_do_is_refused(tmp_path: Path, text: str) -> None:
    """Exports: it reads its own folder only, and ends."""
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "templates"
    folder.mkdir()
    with pytest.raises(NotSet):
        typeset(template(folder, SHOWN + text), {"text": "x"})


def test_it_is_given_up_after_its_time(tmp_path: Path) -> None:
    """F6: nobody waits for ever; starting alone takes longer than this."""
    with pytest.raises(NotSet):
        typeset(template(tmp_path, SHOWN), {"text": "x"}, wall_seconds=0.001)


def test_the_template_is_told_plain_values() -> None:
    """Tuples become lists; the words around come in the reader's language."""
    with translation.override("en"):
        values = values_of(report("x"))
    assert values["words"]["page"] == "Page"
    assert values["sections"][0]["sheet"]["rows"] == (("x", "x"),)


@pytest.mark.parametrize(("count", "last"), [(13, "Last"), (25, "13 others"), (60, "48 others")])
def test_the_overview_stays_on_the_first_page(count: int, last: str) -> None:
    """Exports: many bars are cut to the largest, whatever their order, and the others are counted."""
    named = tuple(Category(f"Persona {number}", number + 1) for number in range(count - 1))
    parts = (*named, Category("Last", 10_000 if count > 13 else 0))
    with translation.override("en"):
        charts = Bars("a", "Bars", "", parts, share=True), Doughnut("b", "Ring", "", parts)
        overview = tuple(small_figure_of(chart, reader()) for chart in charts)
        said: dict[str, Any] = {"facts": (("A", "B"),) * 6, "figures": (("A", "1", "2"),) * 5}
        (words,) = words_of(report_pdf(report("x", headline="", overview=overview, sections=(), **said)))
    assert [one for one in ("Overview", "Bars", "Ring", "Last", last) if plain(one) not in words] == []


@pytest.mark.parametrize("figure", [7, 70_000])
def test_all_hours_of_a_day_are_told(figure: int) -> None:
    """Exports, W3: a day has no newest hours; what is too wide goes on below."""
    labels = tuple(f"{hour:02}:00" for hour in range(24))
    series = (Series("Calls", tuple(figure + hour for hour in range(24))),)
    chart = Columns("hours", "By hour", "", labels, series, heading="Hour", is_cycle=True)
    drawn = figure_of(chart, reader())
    assert drawn.sheet
    told = [drawn.sheet, *drawn.further]
    assert [name for one in told for name in one.headings[1:]] == list(labels)
    assert [cell for one in told for cell in one.rows[0][1:]] == [
        reader().number(figure + hour) for hour in range(24)
    ]
    words = "".join(words_of(report_pdf(report("x", sections=(Section("Calls", figures=(drawn,)),)))))
    assert [label for label in labels if words.count(label) < 1] == []
    assert plain(drawn.further[0].rows[0][1]) in words


def test_days_that_run_on_are_cut_to_the_newest() -> None:
    """Exports: a list of days is the workbook's."""
    labels = tuple(f"Apr {day}" for day in range(1, 31))
    chart = Columns("days", "By day", "", labels, (Series("Calls", (100_000,) * 30),), heading="Day")
    with translation.override("en"):
        drawn = figure_of(chart, reader())
    assert drawn.sheet
    assert (drawn.sheet.headings[1:], drawn.further) == (labels[-12:], ())
    assert drawn.sheet.rest == "18 more rows are in the workbook."
