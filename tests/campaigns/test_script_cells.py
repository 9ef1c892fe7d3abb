"""V5, C3, C6: what a client's file holds is said as what the script declares it to be."""

from datetime import date
from decimal import Decimal

import pytest

from campaigns.imports.spoken import read_spoken
from campaigns.scripting import read_script, render_script

VARIABLES = {
    "vigencia": {"type": "date"},
    "cuota": {"type": "money"},
    "puntos": {"type": "number"},
    "plan": {"type": "text"},
}
SCRIPT = read_script("{{vigencia}} {{cuota}} {{puntos}} {{plan}}", VARIABLES)


@pytest.mark.parametrize(
    ("name", "cell", "meant"),
    [
        ("vigencia", "31/12/2026", date(2026, 12, 31)),
        ("vigencia", "2026-12-31", date(2026, 12, 31)),
        ("vigencia", "46387", date(2026, 12, 31)),
        ("vigencia", "31/02/2026", "31/02/2026"),
        ("vigencia", "pronto", "pronto"),
        ("cuota", "98.500", Decimal(98500)),
        ("cuota", "$ 98.500,40", Decimal(98500)),
        ("cuota", "98500.0", Decimal(98500)),
        ("cuota", "US$ 98", "US$ 98"),
        ("cuota", "", ""),
        ("puntos", "1.200", Decimal(1200)),
        ("puntos", "2,5", Decimal("2.5")),
        ("puntos", "−3", Decimal(-3)),
        ("puntos", "12.0", Decimal(12)),
        ("puntos", "9" * 100, "9" * 100),
        ("puntos", "muchos", "muchos"),
        ("plan", "98.500", "98.500"),
        ("otra", "98.500", "98.500"),
    ],
)
def test_it_reads_a_cell_as_its_type(name, cell, meant):
    """V5: one reading of cells in the house; what cannot be read stays for the script to refuse."""
    assert read_spoken(SCRIPT, {name: cell}, currency="CLP") == {name: meant}


def test_either_name_of_the_debt_is_read():
    """V3: a column called deuda is money, too."""
    script = read_script("{{deuda}}", {})
    for name in ("deuda", "monto_total"):
        assert read_spoken(script, {name: "98.500"}, currency="CLP") == {name: Decimal(98500)}


def test_what_is_no_text_stays_as_it_is():
    """V5: days and amounts of our own rows are not read again."""
    known = {"vigencia": date(2026, 12, 31), "cuota": Decimal("98.500"), "plan": None}
    assert read_spoken(SCRIPT, known, currency="CLP") == known


def test_it_says_what_the_file_means():
    """V5: from the cells to the words."""
    cells = {"vigencia": "31-12-2026", "cuota": "98.500", "puntos": "1.200", "plan": "Hogar"}
    rendered = render_script(SCRIPT, read_spoken(SCRIPT, cells, currency="CLP"), country="CL")
    assert rendered.text == "31 de diciembre de 2026 $98.500 1.200 Hogar"


def test_it_names_what_the_file_does_not_mean():
    """V6: a wrong cell is unreadable, not silent."""
    cells = {"vigencia": "pronto", "cuota": "0", "puntos": "", "plan": "Hogar"}
    rendered = render_script(SCRIPT, read_spoken(SCRIPT, cells, currency="CLP"), country="CL")
    assert (rendered.unreadable, rendered.missing) == (("vigencia",), ("puntos",))


@pytest.mark.parametrize(
    ("cell", "faults"), [("-5.000", ("monto_total",)), ("(1)", ("monto_total",)), ("0", ())]
)
@pytest.mark.parametrize("name", ["deuda", "monto_total"])
def test_a_debt_is_never_less_than_nothing(name, cell, faults):
    """C7: nobody is told by a voice that they owe minus five thousand; other money may be a credit."""
    script = read_script("{{deuda}} {{cuota}}", {"cuota": {"type": "money"}})
    rendered = render_script(
        script, read_spoken(script, {name: cell, "cuota": "-100"}, currency="CLP"), country="CL"
    )
    assert (rendered.unreadable, rendered.missing) == (faults, ())


def test_a_default_below_nothing_is_said_to_nobody():
    """C7: who has no debt in the file is refused, rather than told a blank or a minus."""
    script = read_script("{{deuda}}", {"deuda": {"type": "money", "default": "-1"}})
    rendered = render_script(script, {}, country="CL")
    assert (rendered.unreadable, rendered.missing) == (("monto_total",), ())
