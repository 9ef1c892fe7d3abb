"""C5: phone cells to E.164, with every repair, ambiguity and refusal of its own."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.imports import PhoneKind, RowCode, read_phones
from campaigns.imports.phones.chile import AREAS

MOBILE, LANDLINE, UNKNOWN = PhoneKind.MOBILE, PhoneKind.LANDLINE, PhoneKind.UNKNOWN


def one(text, *, country="CL", is_mobile_column=False):
    (found,) = read_phones(text, country=country, is_mobile_column=is_mobile_column)
    return found


@pytest.mark.parametrize(
    ("written", "e164", "kind"),
    [
        ("987654321", "+56987654321", MOBILE),
        ("987654321.0", "+56987654321", MOBILE),
        ("987654321,00", "+56987654321", MOBILE),
        ("9.87654321E8", "+56987654321", MOBILE),
        ("987.654.321", "+56987654321", MOBILE),
        ("987,654,321", "+56987654321", MOBILE),
        ("+56 9 8765 4321", "+56987654321", MOBILE),
        ("56987654321.0", "+56987654321", MOBILE),
        ("0056987654321", "+56987654321", MOBILE),
        ("(+56) 9-8765-4321", "+56987654321", MOBILE),
        ("+56 (0) 9 8765 4321", "+56987654321", MOBILE),
        ("09 8765 4321", "+56987654321", MOBILE),
        ("9 1234 5678", "+56912345678", MOBILE),  # by shape: the library knows nobody there
        ("223456789", "+56223456789", LANDLINE),
        ("02 2345 6789", "+56223456789", LANDLINE),
        ("232345678", "+56232345678", LANDLINE),
        ("(32) 212 3456", "+56322123456", LANDLINE),
        ("032-2123456", "+56322123456", LANDLINE),
        ("413123456", "+56413123456", LANDLINE),
        ("+56 61 2 234567", "+56612234567", LANDLINE),
    ],
)
def test_it_takes_dress_off_and_tells_lines_apart(written, e164, kind):
    """C5: separators, the country's code and the trunk zero are no repair."""
    found = one(written)
    assert (found.e164, found.kind, found.is_repaired, found.code) == (e164, kind, False, None)


@pytest.mark.parametrize(
    ("written", "is_mobile_column", "e164", "kind"),
    [
        ("87654321", False, "+56987654321", MOBILE),
        ("87654321.0", True, "+56987654321", MOBILE),
        ("+56 8765 4321", False, "+56987654321", MOBILE),
        ("0 8765 4321", False, "+56987654321", MOBILE),
        ("22345678", False, "+56222345678", LANDLINE),
        ("2 234 5678", True, "+56222345678", LANDLINE),
        ("32123456", False, "+56322123456", LANDLINE),
        ("(41) 212345", False, "+56412212345", LANDLINE),
        ("51234567", True, "+56951234567", MOBILE),
        ("65234567", True, "+56965234567", MOBILE),
        ("92345678", False, "+56992345678", MOBILE),
        ("9987654321", False, "+56987654321", MOBILE),
        ("+56 9 9 8765 4321", False, "+56987654321", MOBILE),
        ("223456789 anexo 123", False, "+56223456789", LANDLINE),
        ("22 345 6789 ext. 5", False, "+56223456789", LANDLINE),
        ("987654321x12", False, "+56987654321", MOBILE),
        ("987654321 #12", False, "+56987654321", MOBILE),
    ],
)
def test_it_mends_what_is_one_number(written, is_mobile_column, e164, kind):
    """C5: forms from before 2013, a doubled 9 and an extension are repaired, and say so."""
    found = one(written, is_mobile_column=is_mobile_column)
    expected = (e164, kind, True, RowCode.PHONE_REPAIRED)
    assert (found.e164, found.kind, found.is_repaired, found.code) == expected


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("51234567", ("+56512234567", "+56951234567")),
        ("65 234567", ("+56652234567", "+56965234567")),
        ("+56 75 123456", ("+56752123456", "+56975123456")),
    ],
)
def test_it_shows_two_readings_and_dials_none(written, readings):
    """C5: eight digits that may be an old regional line or an old mobile are ambiguous."""
    found = one(written)
    assert (found.e164, found.readings, found.code) == ("", readings, RowCode.PHONE_AMBIGUOUS)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2345678", RowCode.PHONE_NO_AREA),
        ("+56 234 5678", RowCode.PHONE_NO_AREA),
        ("31234567", RowCode.PHONE_NOT_ASSIGNED),
        ("11234567", RowCode.PHONE_NOT_ASSIGNED),
        ("12345678", RowCode.PHONE_NOT_ASSIGNED),
        ("212345678", RowCode.PHONE_NOT_ASSIGNED),
        ("324123456", RowCode.PHONE_NOT_ASSIGNED),
        ("442123456", RowCode.PHONE_NOT_ASSIGNED),
        ("687654321", RowCode.PHONE_NOT_ASSIGNED),
        ("8765 4321.0", RowCode.PHONE_NOT_ASSIGNED),
        ("+54 11 4321 5678", RowCode.PHONE_OTHER_COUNTRY),
        ("+1 305 555 0100", RowCode.PHONE_OTHER_COUNTRY),
        ("0051987654321", RowCode.PHONE_OTHER_COUNTRY),
        ("999999999", RowCode.PHONE_PLACEHOLDER),
        ("900000000", RowCode.PHONE_PLACEHOLDER),
        ("222222222", RowCode.PHONE_PLACEHOLDER),
        ("11111111", RowCode.PHONE_PLACEHOLDER),
        ("00000000", RowCode.PHONE_PLACEHOLDER),
        ("+56 9 9999 9999", RowCode.PHONE_PLACEHOLDER),
        ("9 9 1111 1111", RowCode.PHONE_PLACEHOLDER),
        ("600 360 1234", RowCode.PHONE_SHARED_LINE),
        ("800 123 456", RowCode.PHONE_SHARED_LINE),
        ("+56 600 3601234", RowCode.PHONE_SHARED_LINE),
        ("98765432100", RowCode.PHONE_LENGTH),
        ("987654321987654322", RowCode.PHONE_LENGTH),
        ("12", RowCode.PHONE_LENGTH),
        ("9.88E+08", RowCode.PHONE_UNREADABLE),
        ("no tiene", RowCode.PHONE_UNREADABLE),
        ("cel 987654321", RowCode.PHONE_UNREADABLE),
        ("987654321 (mamá)", RowCode.PHONE_UNREADABLE),
        ("True", RowCode.PHONE_UNREADABLE),
        ("=987654321", RowCode.PHONE_UNREADABLE),
        ("ana@acme.example", RowCode.PHONE_UNREADABLE),
        ("٩٨٧٦٥٤٣٢١", RowCode.PHONE_UNREADABLE),
        ("+", RowCode.PHONE_UNREADABLE),
        ("-", RowCode.PHONE_LENGTH),
        ("9" * 61, RowCode.PHONE_PLACEHOLDER),
        ("98" * 300 + "1", RowCode.PHONE_UNREADABLE),
        ("9 " * 10_000, RowCode.PHONE_UNREADABLE),
    ],
)
def test_it_refuses_what_is_nobodys_number(written, code):
    """C5: each refusal has its own stable code."""
    found = one(written)
    assert (found.e164, found.readings, found.code) == ("", (), code)
    assert len(found.written) <= 30


@pytest.mark.parametrize("mark", ["/", ";", ",", " / ", " ;", ", "])
def test_it_keeps_several_of_a_cell_in_their_order(mark):
    """C5: `/ ; ,` part numbers; what is refused among them stays visible."""
    found = read_phones(mark.join(("223456789", "987654321", "12")), country="CL")
    assert [(one.e164, one.code) for one in found] == [
        ("+56223456789", None),
        ("+56987654321", None),
        ("", RowCode.PHONE_LENGTH),
    ]


def test_it_takes_nothing_from_a_blank_cell():
    """C5: no number is no reading."""
    assert read_phones("", country="CL") == []
    assert read_phones(" / ;", country="CL") == []


@pytest.mark.parametrize(
    ("country", "written", "e164", "kind", "is_repaired"),
    [
        ("MX", "55 1234 5678", "+525512345678", UNKNOWN, False),
        ("MX", "+52 55 1234 5678", "+525512345678", UNKNOWN, False),
        ("MX", "044 55 1234 5678", "+525512345678", UNKNOWN, True),
        ("MX", "045 33 1234 5678", "+523312345678", UNKNOWN, True),
        ("MX", "01 55 1234 5678", "+525512345678", UNKNOWN, True),
        ("MX", "+52 1 55 1234 5678", "+525512345678", UNKNOWN, True),
        ("MX", "+52 044 55 1234 5678", "+525512345678", UNKNOWN, True),
        ("AR", "+54 9 11 1234 5678", "+5491112345678", MOBILE, False),
        ("AR", "011 15 1234-5678", "+5491112345678", MOBILE, True),
        ("AR", "0351 15 412-3456", "+5493514123456", MOBILE, True),
        ("AR", "+54 11 15 1234 5678", "+5491112345678", MOBILE, True),
        ("AR", "11 1234 5678", "+541112345678", LANDLINE, False),
        ("AR", "541112345678", "+541112345678", LANDLINE, False),
        ("CO", "300 123 4567", "+573001234567", MOBILE, False),
        ("CO", "03 300 123 4567", "+573001234567", MOBILE, True),
        ("CO", "+57 03 300 1234567", "+573001234567", MOBILE, True),
        ("CO", "601 234 5678", "+576012345678", LANDLINE, False),
        ("PE", "987 654 321", "+51987654321", MOBILE, False),
        ("PE", "(01) 234-5678 anexo 12", "+5112345678", LANDLINE, True),
        ("BR", "0 21 11 91234-5678", "+5511912345678", MOBILE, False),
        ("EC", "0987654321", "+593987654321", MOBILE, False),
        ("DO", "(809) 234-5678", "+18092345678", UNKNOWN, False),
    ],
)
def test_it_reads_the_numbers_of_other_countries(country, written, e164, kind, is_repaired):
    """C5: 044, 045, 01, 15 and 03 are repaired; the rest is the country's own dress."""
    found = one(written, country=country)
    assert (found.e164, found.kind, found.is_repaired) == (e164, kind, is_repaired)


@pytest.mark.parametrize(
    ("country", "written", "code"),
    [
        ("MX", "800 123 4567", RowCode.PHONE_SHARED_LINE),
        ("MX", "+56 9 8765 4321", RowCode.PHONE_OTHER_COUNTRY),
        ("DO", "+1 305 555 0100", RowCode.PHONE_OTHER_COUNTRY),
        ("AR", "15 1234 5678", RowCode.PHONE_NOT_ASSIGNED),
        ("PE", "2345678", RowCode.PHONE_NO_AREA),
        ("PE", "999999999", RowCode.PHONE_PLACEHOLDER),
        ("CO", "300123456789012345", RowCode.PHONE_LENGTH),
        ("CO", "1", RowCode.PHONE_LENGTH),
    ],
)
def test_it_refuses_the_wrong_numbers_of_other_countries(country, written, code):
    """C5: only the account's country is dialled."""
    assert one(written, country=country).code == code


@given(st.integers(910_000_000, 999_999_999))
def test_it_agrees_with_the_library_on_mobiles(national):
    """C5: what phonenumbers knows as a Chilean number, nine digits long, is the same number here."""
    found, parsed = one(str(national)), phonenumbers.parse(str(national), "CL")
    known = phonenumbers.is_valid_number(parsed)
    if known and found.code != RowCode.PHONE_PLACEHOLDER:
        assert found.e164 == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    assert found.e164 in {"", f"+56{national}"}


@given(st.sampled_from(sorted(AREAS)), st.sampled_from("23"), st.integers(0, 999_999))
def test_it_agrees_with_the_library_on_regional_lines(area, first, rest):
    """C5: area + 2|3 + 6, wherever phonenumbers knows the area too."""
    national = f"{area}{first}{rest:06d}"
    found, parsed = one(national), phonenumbers.parse(national, "CL")
    assert found.e164 in {"", f"+56{national}"}
    if found.e164:
        assert found.kind is LANDLINE
        assert phonenumbers.is_valid_number(parsed)


@given(
    st.from_regex(r"[2-9][0-9]{8}", fullmatch=True), st.sampled_from(["", "+56 ", "56", "0056", "0", "+56 0"])
)
def test_it_reads_one_number_in_every_dress(national, dress):
    """C5: dress changes nothing about a number of nine digits."""
    plain, dressed = one(national), one(f"{dress}{national}")
    assert (dressed.e164, dressed.kind, dressed.is_repaired) == (plain.e164, plain.kind, plain.is_repaired)


@given(
    st.sampled_from(["MX", "AR", "CO", "PE", "BR", "EC", "UY"]), st.from_regex(r"[0-9]{7,13}", fullmatch=True)
)
def test_it_stores_only_what_the_library_calls_a_number_of_the_country(country, digits):
    """C5: whatever is read elsewhere is valid, of the country, and reads as itself again."""
    found = one(digits, country=country)
    if found.e164:
        parsed = phonenumbers.parse(found.e164)
        assert phonenumbers.is_valid_number_for_region(parsed, country)
        assert one(found.e164, country=country).e164 == found.e164


@given(st.text(max_size=80))
def test_it_never_fails_whatever_is_written(text):
    """C5: every piece of every cell ends as a number, two readings or a code."""
    for country in ("CL", "MX", "AR", "XX"):
        for found in read_phones(text, country=country):
            assert bool(found.e164) + bool(found.readings) + bool(found.code and not found.e164) >= 1
