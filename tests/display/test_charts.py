"""Charts are sound for any figures and any words (W8)."""

import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.display.charts import (
    Axis,
    Bars,
    Category,
    Chart,
    Columns,
    Doughnut,
    Lines,
    Point,
    Radar,
    Scatter,
    Series,
    Spark,
    Waterfall,
    Zones,
    bars,
    columns,
    doughnut,
    lines,
    radar,
    scatter,
    waterfall,
)
from tenants.display.charts.colours import PALETTE, REST, contrast, readable
from tenants.display.charts.lines import apart
from tenants.display.charts.scale import ticks
from tenants.display.charts.svg import NARROW, TEXT
from tenants.display.charts.text import fit, width
from tenants.display.formats import Formats
from tests.display.drawing import SVG, assert_sound

CHILE = Formats("es", "CL", "America/Santiago")
DRAWN = ("svg", "title", "desc", "text", "tspan", "rect", "path", "a", "defs", "pattern", "circle")
WORDS = st.text(max_size=120)
FIGURES = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e15, 1e15, allow_nan=False),
    st.decimals(-1000, 1000, allow_nan=False, places=2),
)
SHARES = st.one_of(st.integers(0, 10**15), st.floats(0, 1e9), st.decimals(0, 1000, places=2))
HREFS = st.sampled_from(["", "/personas/?persona=diana&x=<1>"])
PERSONAS = (
    Category("Diana", 1840),
    Category("Mateo", 1213, "#ff00ff", "/p/mateo/"),
    Category("Sin <b>", 947),
)


def bars_of(*categories: Category, share: bool = False) -> Bars:
    """Bars with everything else filled in."""
    return Bars("share", "Contacts by persona", "Who is who", categories, share=share)


def lines_of(labels: tuple[str, ...], *series: Series) -> Lines:
    """Lines with everything else filled in."""
    return Lines("trend", "Contacts a week", "", labels, series)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Category, WORDS, FIGURES, st.just(""), HREFS), max_size=45), st.booleans())
def test_bars_are_sound_for_any_categories(categories, share):
    """W8: well formed, inside the frame, no label over another."""
    chart = bars_of(*categories, share=share)
    assert_sound(chart.svg(CHILE))
    assert_sound(chart.narrow(CHILE))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Category, WORDS, SHARES, st.just(""), HREFS), max_size=20))
def test_a_doughnut_is_sound_for_any_shares(categories):
    """W8: as for bars."""
    chart = Doughnut("share", "Share", "", tuple(categories))
    assert_sound(chart.svg(CHILE))
    assert_sound(chart.narrow(CHILE))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_lines_are_sound_for_any_series(data):
    """W8: as for bars; gaps in the measurements included."""
    labels = tuple(data.draw(st.lists(st.text(max_size=30), min_size=1, max_size=40)))
    values = st.lists(st.none() | FIGURES, min_size=len(labels), max_size=len(labels)).map(tuple)
    series = data.draw(st.lists(st.builds(Series, WORDS, values, st.just(""), HREFS), max_size=8))
    assert_sound(lines_of(labels, *series).svg(CHILE))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_columns_are_sound_for_any_series(data):
    """W8: as for bars; with and without a level above and moves below."""
    labels = tuple(data.draw(st.lists(st.text(max_size=30), min_size=1, max_size=40)))
    amounts = st.lists(st.none() | SHARES, min_size=len(labels), max_size=len(labels)).map(tuple)
    levels = st.lists(st.none() | FIGURES, min_size=len(labels), max_size=len(labels)).map(tuple)
    stacked = st.lists(st.builds(Series, WORDS, amounts, st.just(""), HREFS), max_size=4).map(tuple)
    level = data.draw(st.none() | st.builds(Series, WORDS, levels))
    chart = Columns("flow", "Moves", "", labels, data.draw(stacked), data.draw(stacked), level)
    assert_sound(chart.svg(CHILE))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Category, WORDS, st.integers(-(10**15), 10**15)), max_size=20))
def test_a_waterfall_is_sound_for_any_steps(steps):
    """W8: as for bars; sums below zero included."""
    chart = Waterfall("steps", "Score", "", tuple(steps), "Together")
    assert_sound(chart.svg(CHILE))
    assert_sound(chart.narrow(CHILE))


def test_a_waterfall_tells_its_steps_with_signs_and_their_sum():
    """I10: the steps sum to the total; up and down differ by more than colour."""
    chart = Waterfall("steps", "Score", "", (Category("Phone", 12.25), Category("Name", -2.5)), "Together")
    assert chart.table(CHILE).rows == (("Phone", "+12,2"), ("Name", "-2,5"), ("Together", "+9,8"))
    shapes = [
        one.attrib["d"] for one in assert_sound(chart.svg(CHILE)).iter(f"{SVG}path") if "fill" in one.attrib
    ]
    ends = [[float(corner.split()[0]) for corner in shape[1:-1].split("L")] for shape in shapes]
    assert ends[0][2] > ends[0][0]
    assert ends[1][2] < ends[1][0]
    assert ends[1][0] == ends[0][2]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_radar_is_sound_for_any_shapes(data):
    """W8: as for bars; axes with and without a value."""
    labels = tuple(data.draw(st.lists(WORDS, min_size=3, max_size=12)))
    known = st.lists(st.none() | st.floats(0, 100), min_size=len(labels), max_size=len(labels)).map(tuple)
    series = data.draw(st.lists(st.builds(Series, WORDS, known, st.just(""), HREFS), max_size=4).map(tuple))
    chart = Radar("web", "Emotions", "", labels, series, top=100)
    assert_sound(chart.svg(CHILE))
    assert_sound(chart.narrow(CHILE))


@pytest.mark.parametrize("values", [(0.5, 1.01, 0), (0.5, -0.1, 0), (0.5, 0.5)])
def test_a_radar_refuses_what_lies_outside_its_web(values):
    """A point beyond the rim would be drawn over the names."""
    with pytest.raises(ValueError, match=r"outside|each axis"):
        Radar("web", "Emotions", "", ("a", "b", "c"), (Series("x", values),))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.builds(Point, WORDS, FIGURES, FIGURES, SHARES, st.just(""), HREFS), max_size=30).map(tuple),
    st.none() | FIGURES,
    st.none() | FIGURES,
)
def test_a_scatter_is_sound_for_any_points(points, across, up):
    """W8: as for bars; names that find no room are left out, and told by tooltip and table."""
    zones = Zones("Intense niche", "Critical priority", "Noise", "Observe")
    chart = Scatter("map", "Opportunities", "", points, Axis("Demand", across), Axis("Impact", up), zones)
    root = assert_sound(chart.svg(CHILE))
    assert len(list(root.iter(f"{SVG}circle"))) == len(points)
    assert len(chart.table(CHILE).rows) == len(points)


def test_twice_the_figure_is_twice_the_ink():
    """A bubble is compared by its area."""
    points = (Point("a", 1, 1, 4), Point("b", 2, 2, 1), Point("c", 3, 3, 0))
    root = assert_sound(Scatter("map", "Voices", "", points, Axis("x"), Axis("y")).svg(CHILE))
    radii = [float(one.attrib["r"]) - scatter.SMALLEST for one in root.iter(f"{SVG}circle")]
    assert radii == [pytest.approx(radii[1] * 2, abs=0.02), radii[1], 0.0]


@pytest.mark.parametrize("values", [(), (5,), (3, 3, 3), (1, 9, -4)])
def test_a_spark_line_is_sound(values):
    """W8: none, one, equal and negative values."""
    assert_sound(Spark("spark", "Trend", "", ("d",) * len(values), values).svg(CHILE))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), True, 10**19])
def test_it_refuses_what_is_no_figure(value):
    """A chart of NaN would be a chart of nothing."""
    with pytest.raises(ValueError, match="cannot show"):
        Category("x", value)


def test_a_share_refuses_negative_values():
    """Half of a whole cannot be less than nothing."""
    with pytest.raises(ValueError, match="negative"):
        Doughnut("share", "Share", "", (Category("x", -1),))


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "//evil.example", "https://evil.example", "/\\evil.example"]
)
def test_a_mark_never_links_off_the_site(href):
    """A stored link is not trusted either."""
    with pytest.raises(ValueError, match="this site"):
        Category("x", 1, href=href)


@pytest.mark.parametrize("colour", ["red", "#fff", '#123456" onload="x', "url(#a)"])
def test_a_colour_is_six_digits(colour):
    """A colour goes into an attribute."""
    with pytest.raises(ValueError, match="colour"):
        Category("x", 1, colour)


@pytest.mark.parametrize("chart", [
    bars_of(Category("<script>alert(1)</script>", 1), Category('"><img src=x onerror=alert(1)>', 2)),
    Doughnut("d", "<script>t</script>", "d", (Category("<script>", 1), Category("</svg>", 2))),
    lines_of(("<script>",), Series("<script>", (1,)), Series("a\x00b\ud800\u202e", (2,))),
])  # fmt: skip
def test_every_word_is_escaped(chart: Chart):
    """A job title of <script> is only ever words."""
    markup = chart.svg(CHILE)
    root = assert_sound(markup)
    assert "<script" not in markup
    assert "<img" not in markup
    assert {one.tag for one in root.iter()} <= {f"{SVG}{name}" for name in DRAWN}
    assert not {
        name for one in root.iter() for name in one.attrib if name.startswith("on") or name == "style"
    }


def test_words_marked_safe_are_escaped_all_the_same():
    """A SafeString label must not smuggle markup in."""
    from django.utils.safestring import mark_safe

    chart = Bars("b", mark_safe("<b>t"), mark_safe("<i>d"), (Category(mark_safe("<u>x"), 1),))
    assert not re.search("<[biu]>", chart.svg(CHILE))


def test_a_huge_label_is_cut_and_told_whole_in_the_tooltip():
    """Nothing a person typed can push the figures away."""
    root = assert_sound(bars_of(Category("palabra " * 5000, 1), Category("x", 2)).svg(CHILE))
    drawn = next(root.iter(f"{SVG}text"))
    title = drawn.find(f"{SVG}title")
    assert title is not None
    assert (title.tail or "").endswith("…")
    assert len(title.text or "") == 300


def test_with_links_it_is_a_group_and_without_an_image():
    """An image hides its parts, links included, from screen readers."""
    assert assert_sound(bars_of(*PERSONAS).svg(CHILE)).attrib["role"] == "group"
    assert assert_sound(bars_of(Category("x", 1)).svg(CHILE)).attrib["role"] == "img"


def test_bars_and_table_tell_the_same_figures():
    """The data table beside the chart never disagrees with it."""
    chart = bars_of(*PERSONAS, share=True)
    table = chart.table(CHILE)
    assert table.rows == (
        ("Diana", "1.840", "46,0\u00a0%"), ("Mateo", "1.213", "30,3\u00a0%"),
        ("Sin <b>", "947", "23,7\u00a0%"),
    )  # fmt: skip
    assert table.hrefs == ("", "/p/mateo/", "")
    assert all(f"{row[1]} · {row[2]}" in chart.svg(CHILE) for row in table.rows)


def test_the_wide_and_the_narrow_drawing_share_a_page():
    """Both are in the document, so no name may stand in both."""
    chart = Doughnut("d", "t", "", PERSONAS)
    wide, narrow = (re.findall(r'id="([^"]+)"', drawn) for drawn in (chart.svg(CHILE), chart.narrow(CHILE)))
    assert not set(wide) & set(narrow)


def test_what_is_past_the_limit_is_summed():
    """The ring shows eight slices at most, and their sum is still the whole."""
    chart = Doughnut("d", "t", "", tuple(Category(str(at), at) for at in range(1, 21)))
    root = assert_sound(chart.svg(CHILE))
    assert len([one for one in root.iter(f"{SVG}path") if "url(" in one.get("fill", "")]) == 8
    assert len(chart.table(CHILE).rows) == 20


def test_the_sum_of_the_largest_figures_still_fits():
    """Forty figures of fifteen digits are summed in one without a word over another."""
    assert_sound(bars_of(*[Category("x" * 80, 10**15)] * 40, share=True).svg(CHILE))


def test_no_figures_say_so():
    """W5: nothing empty looks broken."""
    for chart in (
        bars_of(),
        Doughnut("d", "t", "", ()),
        Waterfall("w", "t", "", ()),
        lines_of(("a",), Series("x", (None,))),
        Radar("r", "t", "", ("a", "b", "c"), (Series("x", (None, None, None)),)),
        Scatter("s", "t", "", (), Axis("x"), Axis("y")),
    ):
        assert len(list(assert_sound(chart.svg(CHILE)).iter(f"{SVG}text"))) == 1


def test_a_line_breaks_where_nothing_was_measured():
    """A gap is never bridged by a guess."""
    root = assert_sound(lines_of(tuple("abcde"), Series("x", (1, 2, None, 4, 5))).svg(CHILE))
    line = next(one for one in root.iter(f"{SVG}path") if one.get("stroke-width") == "2.2")
    assert line.attrib["d"].count("M") == 2


def test_columns_stack_upwards_what_came_and_downwards_what_went():
    """Each segment begins where the one before ended, on its own side of nothing."""
    came, went = (Series("in", (3,)), Series("again", (1,))), (Series("out", (2,)),)
    chart = Columns("flow", "t", "", ("mon",), came, went, Series("end", (90,)), hrefs=("/red/",))
    root = assert_sound(chart.svg(CHILE))
    pieces = [
        one for one in root.iter(f"{SVG}rect") if "url(" in one.get("fill", "") and one.get("rx") is None
    ]
    (one, two, three) = [(float(each.attrib["y"]), float(each.attrib["height"])) for each in pieces]
    assert one[1] == pytest.approx(3 * two[1], abs=0.02)
    assert two[0] + two[1] == pytest.approx(one[0], abs=0.02)
    assert three[0] == pytest.approx(one[0] + one[1], abs=0.02)
    assert chart.table(CHILE).rows == (("mon", "90", "3", "1", "2"),)
    assert chart.table(CHILE).hrefs == ("/red/",)
    assert root.attrib["role"] == "group"


def test_a_column_of_less_than_nothing_is_refused():
    """What went is told as an amount, below the line."""
    with pytest.raises(ValueError, match="less than nothing"):
        Columns("flow", "t", "", ("a",), (Series("x", (-1,)),))
    with pytest.raises(ValueError, match="one value for each"):
        Columns("flow", "t", "", ("a",), (Series("x", (1,)),), hrefs=("/a/", "/b/"))


def test_series_must_match_the_labels():
    """A value without a date is a mistake of ours, told at once."""
    with pytest.raises(ValueError, match="one value for each"):
        lines_of(("a", "b"), Series("x", (1,)))


@given(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15))
def test_ticks_are_even_few_and_around_the_values(one, other):
    """Steps of 1, 2, 2.5 or 5; zero is always one of them."""
    low, high = min(one, other), max(one, other)
    found = ticks(low, high)
    hair = (found[1] - found[0]) * 1e-6
    assert found[0] <= min(low, 0) + hair
    assert found[-1] >= max(high, 0) - hair
    assert 2 <= len(found) <= 8
    assert 0 in found
    gaps = [after - before for before, after in pairwise(found)]
    assert gaps == pytest.approx([gaps[0]] * len(gaps))


@given(st.lists(st.floats(12, 240), max_size=8))
def test_names_at_the_ends_keep_apart_and_in_order(places):
    """Eight rows of 18 always fit in 230."""
    moved = apart(places, 18, 16, 242)
    order = sorted(range(len(places)), key=places.__getitem__)
    assert all(moved[after] - moved[before] >= 18 - 1e-6 for before, after in pairwise(order))
    assert all(16 - 1e-6 <= place <= 242 + 1e-6 for place in moved)


@given(st.text(max_size=400), st.floats(20, 300))
def test_a_fitted_text_fits(text, room):
    """What is drawn is never wider than its room."""
    assert width(fit(text, room, TEXT), TEXT) <= room + 1e-6


@given(st.integers(0, 0xFFFFFF))
def test_any_colour_is_made_visible_on_both_backgrounds(number):
    """W8: graphics hold 3:1 on light and on dark."""
    found = readable(f"#{number:06x}")
    assert contrast(found, "#ffffff") >= 3
    assert contrast(found, "#1b2321") >= 3


@pytest.mark.parametrize("colour", [*PALETTE, REST])
def test_the_palette_is_visible_on_both_backgrounds(colour):
    """W8, and none is changed by the check."""
    assert readable(colour) == colour


def test_the_style_sheet_never_shrinks_words_below_11_pixels():
    """W8: the least width of each kind of chart keeps its 13 unit letters at 11 pixels or more."""
    sheet = (Path(__file__).parents[2] / "static/minga/minga.css").read_text()
    kinds = {"bars": bars.WIDTH, "doughnut": doughnut.WIDTH, "lines": lines.WIDTH, "narrow": NARROW}
    kinds["columns"] = columns.WIDTH
    kinds["waterfall"] = waterfall.WIDTH
    kinds |= {"radar": radar.WIDTH, "scatter": scatter.WIDTH}
    for kind, wide in kinds.items():
        found = re.search(rf"\.chart-{kind}\s*{{[^}}]*min-width:\s*(\d+)px", sheet)
        assert found, kind
        assert int(found[1]) * TEXT / wide >= 11
