"""One form of each identifier on both sides (I1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.matching.keys import car_key, code_key, email_key, name_key, name_tokens, phone_key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("999888777", "51999888777"),
        ("+51 999 888 777", "51999888777"),
        ("0051 999-888-777", "51999888777"),
        ("(01) 456-7890", "5114567890"),
        ("٩٩٩٨٨٨٧٧٧", "51999888777"),
        ("12345678901234", "12345678901234"),
        ("+1 212 555 0100", "12125550100"),
        ("1234567", ""),
        ("no tiene", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_phone_has_its_countrys_code(typed, key):
    """I1: digits only, fewer than 8 are none, odd shapes keep their digits."""
    assert phone_key(typed, country="PE") == key


def test_the_code_is_that_of_the_tenants_country():
    """I1: the same digits are another number elsewhere."""
    assert {country: phone_key("987654321", country=country) for country in ("PE", "CL", "XX")} == {
        "PE": "51987654321",
        "CL": "56987654321",
        "XX": "987654321",
    }


@pytest.mark.parametrize(
    ("country", "typed", "key"),
    [
        ("BR", "+51 999 888 777", "+51999888777"),
        ("BR", "0051 999-888-777", "+51999888777"),
        ("BR", "tel. ＋51 999 888 777", "+51999888777"),  # a wide plus
        ("CL", "+65 8123 4567", "+6581234567"),
        ("US", "+45 32 12 34 56", "+4532123456"),
        # What is written without its country's sign, or to no country, is a number of this one.
        ("BR", "51 99988-8777", "5551999888777"),
        ("BR", "+55 51 99988-8777", "5551999888777"),
        ("PE", "+999888777", "51999888777"),
        ("PE", "999+888777", "51999888777"),
        # Nothing else looks like one of here.
        ("BR", "+54 9 11 2345 6789", "5491123456789"),
        ("DE", "+49 30 1234567", "49301234567"),
    ],
)
def test_a_number_from_abroad_keeps_its_country(country, typed, key):
    """I1: Peru's number, written with its code, is none of Porto Alegre's."""
    assert phone_key(typed, country=country) == key
    assert country == "DE" or phone_key(key, country=country) == key


@pytest.mark.parametrize(
    ("typed", "key"),
    [("abc-123", "ABC123"), (" q.12 345-6 ", "Q123456"), ("---", ""), (None, ""), ("ñ7", "7")],
)
def test_codes_keep_letters_and_digits(typed, key):
    """I1: licence, document and plate."""
    assert code_key(typed) == key


def test_names_lose_accents_and_whatever_is_no_letter():
    """I1: particles stay in the key and are left out when comparing."""
    assert name_key("José-María", None, "de la Cruz  (h)") == "JOSE MARIA DE LA CRUZ H"
    assert name_tokens("JOSE DE LA CRUZ Y PAZ") == {"JOSE", "CRUZ", "PAZ"}
    assert name_key("12", "") == ""


def test_a_car_needs_brand_and_model():
    """I3: half a fingerprint is none."""
    assert car_key("Toyota ", "Yaris-2") == "TOYOTA YARIS2"
    assert car_key("Toyota", "") == car_key(None, "Yaris") == ""


@given(st.text())
def test_every_key_is_its_own_key(text):
    """I1: applying a form twice changes nothing, and no text raises."""
    for country in ("PE", "CL"):
        phone = phone_key(text, country=country)
        assert phone == "" or phone.isascii()
        assert phone_key(phone, country=country) == phone
    for form in (code_key, email_key, name_key):
        assert form(form(text)) == form(text)
