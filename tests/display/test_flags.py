"""Marks over a line chart: what was unusual, and the rows under each label (W1, W8)."""

from typing import Any

import pytest

from tenants.display.charts import Flag, Lines, Series
from tenants.display.formats import Formats
from tests.display.drawing import SVG, assert_sound

CHILE = Formats("es", "CL", "America/Santiago")


def test_a_week_that_turned_is_flagged_and_leads_to_its_rows() -> None:
    """W1: the label's points are one link; the table says what the mark means and links the same rows."""
    labels, hrefs = ("W1", "W2"), ("/c/?week=1", "/c/?week=2")
    flags = (Flag(1, "fell by 30 points", is_up=False, colour="#c0453a"),)
    series = (Series("Good", (80, 50)), Series("Bad", (10, None)))
    chart = Lines("turns", "Turns", "", labels, series, hrefs=hrefs, flags=flags)
    root = assert_sound(chart.svg(CHILE))
    assert [one.attrib["href"] for one in root.iter(f"{SVG}a")] == list(hrefs)
    assert "fell by 30 points" in chart.svg(CHILE)
    table = chart.table(CHILE)
    assert table.rows == (("W1", "80", "10", ""), ("W2", "50", "–", "fell by 30 points"))
    assert table.hrefs == hrefs


@pytest.mark.parametrize("wrong", [{"flags": (Flag(2, "?"),)}, {"hrefs": ("/one/",)}])
def test_a_flag_or_link_without_its_label_is_refused(wrong: dict[str, Any]) -> None:
    """Nothing unsound gets as far as the page."""
    with pytest.raises(ValueError, match="label"):
        Lines("turns", "Turns", "", ("W1", "W2"), (Series("Good", (1, 2)),), **wrong)
