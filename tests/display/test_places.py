"""Places one chooses from are named in the reader's language and stand as a dictionary has them (W7)."""

from django.utils.translation import override

from tenants.display.places import countries, zones


def test_a_letter_with_a_mark_stands_beside_the_plain_one():
    with override("es"):
        names = [name for _code, name in countries()]
    assert names.index("Argentina") < names.index("Austria") < names.index("Bélgica") < names.index("Bolivia")
    assert names.index("Emiratos Árabes Unidos") < names.index("España") < names.index("Zimbabue")
    # By code point it would come after Zimbabwe.
    with override("en"):
        names = [name for _code, name in countries()]
    assert names.index("Åland Islands") < names.index("Chile")


def test_only_the_asked_ones_are_named_and_none_is_lost():
    with override("es"):
        assert countries({"PE", "CL", "X9"}) == [("CL", "Chile"), ("PE", "Perú"), ("X9", "X9")]


def test_no_region_that_is_no_country_can_be_chosen():
    codes = {code for code, _name in countries()}
    assert {"CL", "PE", "MX", "US"} <= codes
    assert not codes & {"ZZ", "EU", "XA"}


def test_zones_are_those_with_a_place():
    values = {value for value, _label in zones()}
    assert {"America/Lima", "America/Santiago"} <= values
    assert "UTC" not in values
    assert not any(value.startswith("Etc/") for value in values)
