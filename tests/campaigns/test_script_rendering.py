"""V4, V5, V6: what one person hears, and what goes to the provider."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.scripting import (
    MissingValues,
    Piece,
    VariableType,
    built_in_values,
    call_variables,
    faults_of_values,
    read_script,
    render,
    render_script,
)
from campaigns.scripting.values import LONGEST_VALUE, read_value, say, spoken_text

KNOWN = built_in_values(
    name="Camila Rojas",
    document="9876543-3",
    creditor="Tienda Sur",
    amount=Decimal("98500.0000"),
    fecha_limite=date(2026, 3, 3),
    fecha_maxima=date(2026, 3, 7),
    instalments=3,
    days_overdue=1200,
)
ANY_TEXT = st.text(st.characters(), max_size=80)


def said(text: str, values=KNOWN, variables=None, country="CL", language="es", currency="") -> str:
    return render(text, variables or {}, values, country=country, language=language, currency=currency).text


def test_it_says_what_is_known_as_local_text():
    """V5: the spec's own examples: "3 de marzo de 2026", "$98.500"; a RUT has dots."""
    text = "{{nombre}} {{rut}} {{empresa}} {{deuda}} {{fecha_limite}} {{cuotas_adeudadas}} {{dias_vencidos}}"
    assert said(text) == "Camila Rojas 9.876.543-3 Tienda Sur $98.500 3 de marzo de 2026 3 1.200"


def test_it_says_it_in_english_for_an_english_page():
    """V5, W7: the same values by Babel in another language."""
    assert said("{{monto_total}}, {{fecha_limite}}, {{dias_vencidos}}", language="en") == (
        "98,500 Chilean pesos, March 3, 2026, 1,200"
    )


@pytest.mark.parametrize(
    ("country", "amount", "currency", "words"),
    [
        ("CL", "98500", "", "$98.500"),
        ("CL", "98500.5", "", "$98.501"),
        ("CL", "1234567", "", "$1.234.567"),
        ("CL", "1500", "USD", "US$1.500"),
        ("CL", "1500.5", "EUR", "1.500,50 euros"),
        ("CO", "98500.5", "", "$98.500,50"),
        ("CO", "98500", "CLP", "98.500 pesos chilenos"),
        ("PE", "98500.5", "", "S/ 98,500.50"),
        ("MX", "98500", "", "$98,500"),
        ("PY", "98500.4", "", "Gs. 98.500"),
        ("EC", "98500.05", "", "$98.500,05"),
    ],
)
def test_it_says_money_as_the_country_does(country, amount, currency, words):
    """V5: whole amounts without cents; a currency that would be spelt is named."""
    assert said("{{deuda}}", {"deuda": amount}, country=country, currency=currency) == words


@pytest.mark.parametrize(
    ("given", "kind", "meant"),
    [
        ("2026-03-03", VariableType.DATE, date(2026, 3, 3)),
        (date(2026, 3, 3), VariableType.DATE, date(2026, 3, 3)),
        (datetime(2026, 3, 3, tzinfo=UTC), VariableType.DATE, None),
        ("2026-02-29", VariableType.DATE, None),
        ("03/03/2026", VariableType.DATE, None),
        ("0001-01-01", VariableType.DATE, None),
        (45000, VariableType.DATE, None),
        ("98500", VariableType.MONEY, Decimal(98500)),
        (" 98500.5 ", VariableType.MONEY, Decimal("98500.5")),
        (98500, VariableType.MONEY, Decimal(98500)),
        (0.1 + 0.2, VariableType.NUMBER, Decimal("0.3")),
        ("98.500,00", VariableType.MONEY, None),
        ("98.500", VariableType.MONEY, None),
        ("98500.000", VariableType.MONEY, Decimal(98500)),
        (Decimal("98.500"), VariableType.MONEY, Decimal("98.5")),
        ("$98500", VariableType.MONEY, None),
        ("1e5", VariableType.NUMBER, None),
        ("NaN", VariableType.NUMBER, None),
        (float("nan"), VariableType.NUMBER, None),
        (float("inf"), VariableType.MONEY, None),
        (Decimal("sNaN"), VariableType.MONEY, None),
        (10**40, VariableType.NUMBER, None),
        ("٣", VariableType.NUMBER, None),
        (True, VariableType.NUMBER, None),
        (True, VariableType.TEXT, None),
        ([], VariableType.TEXT, None),
        ({"a": 1}, VariableType.TEXT, None),
        (7, VariableType.TEXT, "7"),
        (Decimal("1E+3"), VariableType.TEXT, "1000"),
        ("  ", VariableType.TEXT, None),
        ("", VariableType.MONEY, None),
        (None, VariableType.DATE, None),
    ],
)
def test_it_reads_values_in_one_written_form(given, kind, meant):
    """V5: ISO days and plain numbers; what people type is the import's to read (C3, C6)."""
    assert read_value(given, kind) == meant


def test_a_rut_has_dots_only_in_chile():
    """V5: elsewhere a document is said as it is stored."""
    assert said("{{rut}}", {"rut": "1-9"}) == "1-9"
    assert said("{{rut}}", {"rut": "12345678-K"}) == "12.345.678-K"
    assert said("{{rut}}", {"rut": "12345678-5"}, country="PE") == "12345678-5"


def test_it_never_fills_in_a_value():
    """V4: a value that holds a variable stays what it is, also when that variable has a value."""
    values = {"nombre": "{{empresa}}", "empresa": "{{nombre}} {{rut}}", "rut": "{{{{nombre}}}}"}
    assert said("{{nombre}}|{{empresa}}|{{rut}}", values) == "{{empresa}}|{{nombre}} {{rut}}|{{{{nombre}}}}"


@given(ANY_TEXT, ANY_TEXT)
def test_a_value_never_reaches_another(one, other):
    """V4: whatever two values hold, each is said in its own place, once."""
    rendered = render("<{{nombre}}><{{empresa}}>", {}, {"nombre": one, "empresa": other}, country="CL")
    whole = {"nombre": spoken_text(one), "empresa": spoken_text(other)}
    expected = [whole[name] or f"{{{{{name}}}}}" for name in ("nombre", "empresa")]
    assert rendered.text == f"<{expected[0]}><{expected[1]}>"
    assert rendered.missing == tuple(name for name, words in whole.items() if not words)


@given(ANY_TEXT)
def test_the_provider_finds_nothing_to_fill_in(text):
    """V4: no text that leaves the house holds two braces together, and nothing else is lost."""
    script = read_script("{{nombre}} { {", {})
    try:
        told = call_variables(script, {"nombre": text}, country="CL")
    except MissingValues:
        assert spoken_text(text) == ""
        return
    assert not any("{{" in words or "}}" in words for words in told.values())
    assert told["nombre"].replace(" ", "") == spoken_text(text).replace(" ", "")


def test_the_provider_gets_the_variables_the_debt_by_both_names_and_the_whole_text():
    """V4, C17: all of it text, and nothing that the script does not speak of (S19)."""
    script = read_script("Hola {{ nombre }}: {{deuda}}.", {"plan": {"type": "text", "default": "básico"}})
    assert call_variables(script, KNOWN | {"secreto": "no"}, country="CL") == {
        "nombre": "Camila Rojas",
        "monto_total": "$98.500",
        "deuda": "$98.500",
        "plan": "básico",
        "guion": "Hola Camila Rojas: $98.500.",
    }


def test_no_call_is_made_without_a_value():
    """V6: what is missing and what cannot be read are named; the provider gets nothing."""
    script = read_script("{{nombre}} {{vigencia}} {{deuda}}", {"vigencia": {"type": "date"}})
    with pytest.raises(MissingValues) as refused:
        call_variables(script, {"nombre": " \u200b ", "vigencia": "pronto", "deuda": 5}, country="CL")
    assert refused.value.extra["names"] == ["nombre", "vigencia"]


def test_it_tells_missing_from_unreadable():
    """V6: an import says of a row which cells are blank and which are wrong."""
    script = read_script("{{nombre}} {{vigencia}}", {"vigencia": {"type": "date"}})
    assert faults_of_values(script, {"vigencia": "2026-13-01"}) == (("nombre",), ("vigencia",))
    assert faults_of_values(script, {"nombre": "Ana", "vigencia": "2026-12-01"}) == ((), ())


def test_a_default_is_said_without_a_value_and_never_instead_of_a_wrong_one():
    """V3, V6: "pronto" in the file is a fault to mend, not a blank."""
    variables = {"vigencia": {"type": "date", "default": "2026-12-31"}}
    assert said("{{vigencia}}", {}, variables) == "31 de diciembre de 2026"
    assert said("{{vigencia}}", {"vigencia": ""}, variables) == "31 de diciembre de 2026"
    wrong = render("{{vigencia}}", variables, {"vigencia": "pronto"}, country="CL")
    assert (wrong.unreadable, wrong.is_whole, wrong.text) == (("vigencia",), False, "{{vigencia}}")


def test_an_optional_variable_without_value_is_silent():
    """V3: nothing is said, nothing is missing."""
    variables = {"nota": {"type": "text", "required": False}}
    rendered = render("Hola{{nota}}.", variables, {}, country="CL")
    assert (rendered.text, rendered.is_whole) == ("Hola.", True)


def test_it_gives_the_pieces_for_a_preview():
    """V4: a page can mark what was filled in without reading the text again."""
    rendered = render("Hola {{nombre}}, {{ deuda }}", {}, {"nombre": "Ana"}, country="CL")
    assert rendered.pieces == (
        Piece("Hola "),
        Piece("Ana", "nombre"),
        Piece(", "),
        Piece("{{monto_total}}", "monto_total"),
    )
    assert (rendered.used, rendered.missing) == (("nombre", "monto_total"), ("monto_total",))


@pytest.mark.parametrize(
    ("value", "spoken"),
    [
        ("  Ana \n\t María\r\n", "Ana María"),
        ("Ana\0María", "Ana María"),
        ("Ana\x1b[31m", "Ana [31m"),
        ("A\u202enA\u202c", "AnA"),
        ("Jose\u0301", "José"),
        ("a\u00adb\u200bc\ufeff", "abc"),
        ("\ud800Ana", "Ana"),
        ("\u2028Ana\u2029", "Ana"),
        ("Ana 🙂", "Ana 🙂"),
    ],
)
def test_a_voice_gets_one_clean_line(value, spoken):
    """V5: no control, direction or invisible characters."""
    assert spoken_text(value) == spoken


def test_a_long_value_ends_with_a_word():
    """V5: at most 300 characters, no half word."""
    words = "palabra " * 1_000
    assert spoken_text(words) == "palabra " * 36 + "palabra"
    assert len(spoken_text("x" * 1_000)) == LONGEST_VALUE


@given(ANY_TEXT)
def test_what_is_clean_stays_as_it_is(text):
    """V5: cleaning twice changes nothing."""
    once = spoken_text(text)
    assert spoken_text(once) == once
    assert once == once.strip()
    assert once.isprintable()


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_is_said_with_its_month_in_letters(day):
    """V5: nobody can swap day and month."""
    words = say(day, VariableType.DATE, country="CL", language="es")
    number, _of, month, _of_year, year = words.split()
    assert (int(number), int(year)) == (day.day, day.year)
    assert month.isalpha()


@given(st.decimals(-(10**12), 10**12, places=2))
def test_money_keeps_its_amount(amount):
    """V5: whatever the amount, the digits that are said are its own."""
    words = say(amount, VariableType.MONEY, country="MX", language="es")
    assert Decimal("".join(char for char in words if char in "0123456789.")) == abs(amount)


def test_the_text_may_name_a_variable_many_times():
    """V4: ten thousand places are filled in one pass."""
    script = read_script("{{rut}}" * 2_800, {})
    began = time.perf_counter()
    rendered = render_script(script, {"rut": "x" * 1_000_000}, country="CL")
    assert time.perf_counter() - began < 3
    assert rendered.text == "x" * LONGEST_VALUE * 2_800


def test_the_one_name_of_the_debt_wins():
    """V3: given by both names, monto_total is meant."""
    assert said("{{deuda}}", {"deuda": 1, "monto_total": 2}) == "$2"
    assert said("{{deuda}}", {"monto_total": 2, "deuda": 1}) == "$2"


def test_what_is_not_known_leaves_the_place_to_a_column():
    """V3: a file's own fecha_limite counts where the campaign knows none."""
    known = built_in_values(name="Ana", creditor="Tienda Sur")
    assert known == {"nombre": "Ana", "empresa": "Tienda Sur"}
    assert built_in_values(name="Ana", instalments=0, amount=Decimal(0)) == {
        "nombre": "Ana",
        "cuotas_adeudadas": 0,
        "monto_total": Decimal(0),
    }
