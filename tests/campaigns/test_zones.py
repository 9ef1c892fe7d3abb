"""Where an entry's clock stands (C14)."""

import pytest

from campaigns.legality import chile, entry_zones, zone_key, zones_of_key
from campaigns.legality.chile import ZONES, zones_of_place
from campaigns.legality.values import zone_names

MAINLAND, MAGALLANES, AYSEN, EASTER = ZONES
MOBILE = "+56987654321"


@pytest.mark.parametrize(
    ("country", "number", "zones"),
    [
        ("CL", MOBILE, {MAINLAND}),
        ("CL", "+56221234567", {MAINLAND}),
        ("CL", "+56612212345", {MAGALLANES}),
        ("CL", "+56672212345", {AYSEN}),
        ("CL", "+56322551234", {MAINLAND, EASTER}),
        ("CL", "+56322991234", {MAINLAND}),
        ("MX", "+526641234567", {"America/Tijuana"}),
        ("MX", "+529981234567", {"America/Cancun"}),
        ("MX", "+525512345678", {"America/Mexico_City"}),
        ("BR", "+5592912345678", {"America/Manaus"}),
        ("BR", "+5568912345678", {"America/Rio_Branco"}),
        ("EC", "+593991234567", {"America/Guayaquil", "Pacific/Galapagos"}),
        ("ES", "+34612345678", {"Atlantic/Canary", "Europe/Madrid"}),
    ],
)
def test_it_takes_a_number_s_zones(country, number, zones):
    """C14: a number may have several zones; area codes of Magallanes, Aysén and Easter Island are known."""
    assert set(entry_zones(country=country, number=number)) == zones


@pytest.mark.parametrize("number", ["", "987654321", "+", "+80012345678", "+999123456", "call me"])
def test_it_does_not_guess_a_zone(number):
    """C14: unknown is unknown: the entry is held."""
    assert entry_zones(country="CL", number=number) == ()


@pytest.mark.parametrize(
    ("place", "zones"),
    [
        ("Pacific/Easter", (EASTER,)),
        (" America/Punta_Arenas ", (MAGALLANES,)),
        ("Europe/Madrid", ("Europe/Madrid",)),
        ("Punta Arenas", (MAGALLANES,)),
        ("PUERTO NATALES", (MAGALLANES,)),
        ("Región de Magallanes y de la Antártica Chilena", (MAGALLANES,)),
        ("XII", (MAGALLANES,)),
        ("XII Región", (MAGALLANES,)),
        ("Coyhaique", (AYSEN,)),
        ("coihaique", (AYSEN,)),
        ("Puerto Aisén", (AYSEN,)),
        ("Región de Aysén del General Carlos Ibáñez del Campo", (AYSEN,)),
        ("Isla de Pascua", (EASTER,)),
        ("rapa nui", (EASTER,)),
        ("Providencia", (MAINLAND,)),
        ("ÑUÑOA", (MAINLAND,)),
        ("Nunoa", (MAINLAND,)),
        ("Llay Llay", (MAINLAND,)),
        ("Til-Til", (MAINLAND,)),
        ("Región Metropolitana de Santiago", (MAINLAND,)),
        ("región de los lagos", (MAINLAND,)),
        ("Región del Biobío", (MAINLAND,)),
        ("Valparaíso", (MAINLAND,)),
        ("Región de Valparaíso", (MAINLAND, EASTER)),
        ("V Región", (MAINLAND, EASTER)),
        ("Región del Libertador General Bernardo O'Higgins", (MAINLAND,)),
        ("Región de O'Higgins", (MAINLAND,)),
        ("O'Higgins", (MAINLAND, AYSEN)),
    ],
)
def test_it_believes_the_column_before_the_number(place, zones):
    """C14: a name of the database, a commune or a region; where one name has two clocks, both count."""
    assert entry_zones(country="CL", number="+56612212345", place=place) == zones


@pytest.mark.parametrize("place", ["Atlantis", "America/Atlantis", "Chile", "-4", "localtime", "Región de"])
def test_it_holds_who_stands_in_a_place_it_cannot_read(place):
    """C14: an unreadable column is unknown, whatever the number says."""
    assert entry_zones(country="CL", number=MOBILE, place=place) == ()


def test_it_reads_communes_of_chile_only():
    """C14: Santiago is a town of other countries too."""
    assert entry_zones(country="CO", number="+573001234567", place="Santiago") == ()
    assert entry_zones(country="CO", number="+573001234567", place="  ") == ("America/Bogota",)


def test_it_knows_every_commune():
    """C14: 346 communes, each with clocks that exist."""
    names = [name for listed in chile._COMMUNES.values() for name in listed.split(",")]
    assert len(names) == len({chile._letters(name) for name in names}) == 346
    assert all(set(zones_of_place(name)) <= zone_names() for name in names)


def test_it_names_equal_zones_alike():
    """C14, C15: claims group entries by one key, in whatever order the zones came."""
    key = zone_key((EASTER, MAINLAND))
    assert key == zone_key((MAINLAND, EASTER)) == f"{MAINLAND}|{EASTER}"
    assert zones_of_key(key) == (MAINLAND, EASTER)
    assert zones_of_key(zone_key(())) == ()
