"""Values are written in the user's language and the tenant's country (W7)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from tenants.display.formats import Formats, aware

CHILE = Formats("es", "CL", "America/Santiago")
PERU = Formats("es", "PE", "America/Lima")
MEXICO = Formats("es", "MX", "America/Mexico_City")
ENGLISH = Formats("en", "CL", "America/Santiago")
AT = datetime(2026, 11, 20, 20, 40, 5, tzinfo=UTC)


def plain(text: str) -> str:
    """Compare without minding which space it is."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("formats", "written"),
    [
        (CHILE, "1.234.567,5"),
        (PERU, "1,234,567.5"),
        (MEXICO, "1,234,567.5"),
        (ENGLISH, "1,234,567.5"),
    ],
)
def test_numbers_follow_the_country(formats, written):
    """W7: CL 1.234.567,5; PE and MX 1,234,567.5."""
    assert formats.number(1234567.5) == written


def test_what_is_stored_keeps_its_places():
    """W7: a price of 0.0725 is not 0.073, a whole amount has no places, a count is grouped."""
    written = [CHILE.stored(value) for value in (Decimal("0.0725"), Decimal("1500.0000"), 1500, 0)]
    assert written == ["0,0725", "1.500", "1.500", "0"]


@pytest.mark.parametrize(
    ("formats", "amount", "currency", "written"),
    [
        (CHILE, Decimal("1234.5"), "", "$1.234 CLP"),
        (CHILE, 12, "USD", "US$12,00"),
        (PERU, Decimal("1234.5"), "", "S/ 1,234.50"),
        (MEXICO, Decimal("1234.5"), "", "$1,234.50 MXN"),
        (CHILE, Decimal(25), "PEN", "PEN 25,00"),
        (CHILE, Decimal(-25), "PEN", "PEN -25,00"),
        (Formats("en", "US"), 5, "", "$5.00 USD"),
    ],
)
def test_money_says_which_dollar(formats, amount, currency, written):
    """W7: CLP without decimals; a bare $ means five currencies, so it gets its code."""
    assert plain(formats.money(amount, currency)) == written


def test_days_have_the_month_in_letters():
    """03/04 would be March to some and April to others."""
    assert CHILE.day(date(2026, 4, 3)) == "3 abr 2026"
    assert ENGLISH.day(date(2026, 4, 3)) == "Apr 3, 2026"


def test_moments_are_local_and_name_their_zone():
    """W5: the exact time and its zone on hover."""
    assert CHILE.moment(AT) == "20 nov 2026, 17:40"
    assert CHILE.exact(AT) == "20 nov 2026, 17:40:05 (hora de verano de Chile)"
    assert plain(ENGLISH.moment(AT)) == "Nov 20, 2026, 5:40 PM"


@pytest.mark.parametrize(
    ("apart", "written"),
    [
        (timedelta(hours=-3), "hace 3 h"),
        (timedelta(minutes=-12), "hace 12 min"),
        (timedelta(hours=2), "dentro de 2 h"),
    ],
)
def test_it_says_how_long_ago(apart, written):
    """W5: freshness in words."""
    assert plain(CHILE.ago(AT + apart, AT)) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0 s"),
        (65, "1 min 5 s"),
        (3725, "1 h 2 min"),
        (90_061, "1 d 1 h"),
        (-3, "0 s"),
    ],
)
def test_durations_have_their_two_largest_units(seconds, written):
    """The same signs in both languages."""
    assert plain(CHILE.duration(timedelta(seconds=seconds))) == written


def test_unknown_countries_zones_and_languages_still_write_something():
    """A tenant's typo must not take its pages down."""
    odd = Formats("xx", "ZZ", "Nowhere/Town")
    assert odd.number(1.5) == "1,5"
    assert odd.moment(AT) == "20 nov 2026, 20:40"
    assert Formats("es", "../..", "../../etc").number(2) == "2"
    assert odd.currency == "USD"


def test_short_forms_for_narrow_places():
    """Axis and legend figures stay short; table figures whole."""
    assert plain(CHILE.compact(1_234_567)) == "1,2 M"
    assert CHILE.compact(9_999) == "9.999"
    assert CHILE.figure(999_999_999) == "999.999.999"
    assert plain(CHILE.percent(0.247)) == "24,7 %"


def test_iso_text_becomes_a_moment_with_a_zone():
    """Progress may come as JSON."""
    assert aware("2026-11-20T20:40:05+00:00") == AT
    assert aware(AT.replace(tzinfo=None)) == AT
    assert aware(None) is None


def test_now_is_now():
    """Five seconds are no time at all."""
    with translation.override("en"):
        assert ENGLISH.ago(AT, AT) == "just now"


def test_days_of_one_year_are_written_without_it():
    """W7: an axis has little room; as soon as two years meet, each day has its own."""
    days = [date(2026, 11, 2), date(2026, 12, 28)]
    assert Formats("es", "CL").days(days) == ("2 nov", "28 dic")
    assert Formats("en", "CL").days(days) == ("Nov 2", "Dec 28")
    assert Formats("es", "CL").days([*days, date(2027, 1, 4)]) == ("2 nov 2026", "28 dic 2026", "4 ene 2027")
