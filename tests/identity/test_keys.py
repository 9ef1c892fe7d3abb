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
    phone = phone_key(text, country="PE")
    assert phone == "" or phone.isascii()
    assert phone_key(phone, country="PE") == phone
    for form in (code_key, email_key, name_key):
        assert form(form(text)) == form(text)
