"""C4: identity documents, from whatever a spreadsheet made of them to one form."""

from contextlib import suppress

import pytest
import stdnum.cl.rut
from hypothesis import given
from hypothesis import strategies as st

from campaigns.imports import RowCode, read_document
from campaigns.imports.codes import Unacceptable

BODIES = st.integers(1, 99_999_999)


def rut(text):
    return read_document(text, country="CL")


def refusal(text, country="CL"):
    with pytest.raises(Unacceptable) as refused:
        read_document(text, country=country)
    return refused.value.code


@pytest.mark.parametrize(
    "written",
    [
        "98765433",
        "98765433.0",
        "98765433,0",
        "9.8765433E7",
        "9876543-3",
        "9.876.543-3",
        "09.876.543-3",
        "0009876543-3",
        " 9 876 543 - 3 ",
        "9.876.543–3",
    ],
)
def test_it_reads_one_rut_however_it_is_written(written):
    """C3, C4: dots, blanks, hyphen and zeros are dress; a number cell holds the check digit too."""
    assert rut(written) == ("9876543-3", "9.876.543-3")


@pytest.mark.parametrize(
    ("written", "canonical", "shown"),
    [
        ("6-k", "6-K", "6-K"),
        ("1-9", "1-9", "1-9"),
        ("99999999-9", "99999999-9", "99.999.999-9"),
        ("1000005k", "1000005-K", "1.000.005-K"),
    ],
)
def test_it_takes_bodies_of_one_to_eight_digits(written, canonical, shown):
    """C4: K in capitals, dots by threes."""
    assert rut(written) == (canonical, shown)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", RowCode.DOCUMENT_MISSING),
        ("9876543-4", RowCode.DOCUMENT_CHECK_DIGIT),
        ("9876543-K", RowCode.DOCUMENT_CHECK_DIGIT),
        ("3", RowCode.DOCUMENT_UNREADABLE),
        ("0-0", RowCode.DOCUMENT_UNREADABLE),
        ("00000000-0", RowCode.DOCUMENT_UNREADABLE),
        ("123456789-2", RowCode.DOCUMENT_UNREADABLE),
        ("9876543/3", RowCode.DOCUMENT_UNREADABLE),
        ("9.87E+07", RowCode.DOCUMENT_UNREADABLE),
        ("98765433.5", RowCode.DOCUMENT_CHECK_DIGIT),
        ("True", RowCode.DOCUMENT_UNREADABLE),
        ("VERDADERO", RowCode.DOCUMENT_UNREADABLE),
        ("=1+1", RowCode.DOCUMENT_UNREADABLE),
        ("９８７６５４３３", RowCode.DOCUMENT_UNREADABLE),
        ("٩٨٧٦٥٤٣٣", RowCode.DOCUMENT_UNREADABLE),
        ("SIN RUT", RowCode.DOCUMENT_UNREADABLE),
        ("9" * 40_000, RowCode.DOCUMENT_UNREADABLE),
        ("-" * 60, RowCode.DOCUMENT_UNREADABLE),
    ],
)
def test_it_refuses_what_is_no_rut(written, code):
    """C4: wrong is a row error with its own code."""
    assert refusal(written) == code


@given(BODIES)
def test_it_agrees_with_the_standard_check_digit(body):
    """C4: for every body, only the digit that python-stdnum gives is right."""
    right = stdnum.cl.rut.calc_check_digit(str(body))
    assert rut(f"{body}{right}").canonical == f"{body}-{right}"
    for wrong in set("0123456789K") - {right}:
        assert refusal(f"{body}-{wrong}") == RowCode.DOCUMENT_CHECK_DIGIT


@given(BODIES, st.integers(0, 3), st.booleans())
def test_it_gives_every_dress_one_form(body, zeros, is_lower):
    """C4: reading what is shown, or the canonical form, gives the same again."""
    digit = stdnum.cl.rut.calc_check_digit(str(body))
    written = "0" * zeros + f"{body}-{digit.lower() if is_lower else digit}"
    found = rut(written)
    assert rut(found.shown) == rut(found.canonical) == found


@given(st.text(max_size=40))
def test_it_never_fails_otherwise_than_by_a_row_error(text):
    """C4: any text is a document or a refusal, in every country."""
    for country in ("CL", "PE", "CO", "MX", "AR", "BR", "EC", "CR", "DO", "PY", "UY", "XX"):
        with suppress(Unacceptable):
            assert read_document(text, country=country).canonical


@pytest.mark.parametrize(
    ("country", "written", "canonical"),
    [
        ("PE", "10117410", "10117410"),
        ("PE", "10117410-2", "10117410"),
        ("PE", "10117410 g", "10117410"),
        ("PE", "101174102.0", "10117410"),
        ("PE", "1234567.0", "01234567"),
        ("PE", "20512333797", "20512333797"),
        ("BR", "390.533.447-05", "39053344705"),
        ("BR", "4362258914.0", "04362258914"),
        ("AR", "20.123.456", "20123456"),
        ("AR", "20-05536168-2", "20055361682"),
        ("EC", "1714307103", "1714307103"),
        ("EC", "601234560.0", "0601234560"),
        ("MX", "GODE561231GR8", "GODE561231GR8"),
        ("MX", "boxw310820hnerxn09", "BOXW310820HNERXN09"),
        ("CO", "1.023.456.789", "1023456789"),
        ("CO", "213.123.432-1", "213123432"),
        ("CR", "3-0455-0175", "0304550175"),
        ("DO", "00113918205", "00113918205"),
        ("PY", "9991603", "9991603"),
        ("PY", "2660123-0", "2660123"),
        ("UY", "1.234.567-2", "12345672"),
        ("BO", "1234567-LP", "1234567LP"),
    ],
)
def test_it_reads_documents_of_other_countries(country, written, canonical):
    """C4: by the standard validators where they exist; zeros that a number cell lost come back."""
    assert read_document(written, country=country).canonical == canonical


@pytest.mark.parametrize(
    ("country", "written", "code"),
    [
        ("PE", "10117410-3", RowCode.DOCUMENT_CHECK_DIGIT),
        ("PE", "123", RowCode.DOCUMENT_UNREADABLE),
        ("BR", "390.533.447-06", RowCode.DOCUMENT_CHECK_DIGIT),
        ("EC", "1714307104", RowCode.DOCUMENT_CHECK_DIGIT),
        ("CO", "213.123.432-5", RowCode.DOCUMENT_CHECK_DIGIT),
        ("MX", "ZZZZ", RowCode.DOCUMENT_UNREADABLE),
        ("UY", "ab", RowCode.DOCUMENT_UNREADABLE),
    ],
)
def test_it_refuses_wrong_documents_of_other_countries(country, written, code):
    """C4: the check digit counts wherever there is one."""
    assert refusal(written, country) == code
