"""I1: one form of each identifier, for leads and drivers alike; "" is what nothing is left of."""

import re
import unicodedata
from datetime import date
from functools import cache
from hashlib import blake2b
from uuid import UUID

from phonenumbers import NumberParseException, PhoneMetadata, is_valid_number, parse

SHORTEST_PHONE = 8
PARTICLES = frozenset({"DE", "DEL", "LA", "LOS", "LAS", "EL", "Y", "E"})
_NOT_KEPT = re.compile(r"[^A-Z0-9]+")
_NO_DIGITS = re.compile(r"[^0-9]+")
_NO_LETTERS = re.compile(r"[^A-Z]+")
# A plus before the first digit, the wide one of some keyboards too.
_PLUS = re.compile(r"\D*?[+\uff0b]")
# Between two inputs; no key and no park holds it.
_BETWEEN = "\x1f"


def phone_key(value: str | None, *, country: str) -> str:
    """Return the digits of a phone with its country's code; fewer than 8 are none (I1).

    `country` is the tenant's, two letters: its code is put before a number that is one inside the country,
    with or without the trunk zero. What has another shape keeps its digits. A number of another country,
    written as one, keeps a plus too where its digits alone would be read as national: a key is its own key.
    """
    text = value or ""
    digits = _NO_DIGITS.sub("", text) if text.isascii() else "".join(map(_digit, text))
    if len(digits) < SHORTEST_PHONE:
        return ""
    code, national = _numbering(country)
    bare = digits.removeprefix("00")
    for inside in (bare, bare.removeprefix("0")):
        if national.fullmatch(inside):
            return _written_abroad(text, digits, code) or code + inside
    return bare


def code_key(value: str | None) -> str:
    """Return a licence, document or plate in upper case, letters A to Z and digits only (I1)."""
    return _NOT_KEPT.sub("", (value or "").upper())


def email_key(value: str | None) -> str:
    """Return an e-mail in lower case without outer blanks (I1)."""
    return (value or "").strip().lower()


def name_key(*parts: str | None) -> str:
    """Return a name's words in upper case without accents; whatever is no letter splits them (I1)."""
    written = " ".join(part for part in parts if part)
    if written.isascii():
        # The same, faster, for most names.
        return " ".join(_NO_LETTERS.split(written.upper())).strip()
    text = unicodedata.normalize("NFKD", written).upper()
    bare = (char for char in text if unicodedata.category(char) != "Mn")
    return " ".join("".join(char if char.isalpha() else " " for char in bare).split())


def name_tokens(key: str) -> frozenset[str]:
    """Return the words of a name key that say something: particles are left out when comparing (I1)."""
    return frozenset(key.split()) - PARTICLES


def car_key(brand: str | None, model: str | None) -> str:
    """Return brand and model as one key, "" unless both are known (I3)."""
    pair = (code_key(brand), code_key(model))
    return " ".join(pair) if all(pair) else ""


def inputs_digest(
    *,
    phone: str,
    document: str,
    licence: str,
    email: str,
    plate: str,
    car: str,
    name: str,
    park: str,
    lead_date: date | None,
) -> UUID:
    """Return a digest of everything that matching reads of a lead: another one is new evidence (I7c).

    Keys are in their normal form, the park as written.
    """
    day = lead_date.isoformat() if lead_date else ""
    read = _BETWEEN.join((phone, document, licence, email, plate, car, name, park, day))
    return UUID(bytes=blake2b(read.encode(), digest_size=16).digest())


def _written_abroad(text: str, digits: str, code: str) -> str:
    """Return the key of a number that says its country itself, "" for any other.

    To be asked only of what looks national: few do, and it takes as long as the rest of a row's keys.
    """
    if not (digits.startswith("00") or _PLUS.match(text)):
        return ""
    bare = digits.removeprefix("00")
    try:
        number = parse(f"+{bare}")
    except NumberParseException:
        return ""
    if not is_valid_number(number):
        return ""
    return bare if str(number.country_code) == code else f"+{bare}"


def _digit(char: str) -> str:
    """Return an Arabic digit for a decimal of any script, "" for what is none."""
    return str(unicodedata.decimal(char)) if char.isdecimal() else ""


@cache
def _numbering(country: str) -> tuple[str, re.Pattern[str]]:
    """Return a country's calling code and the shape of its national numbers, as the library knows them."""
    known = PhoneMetadata.metadata_for_region(country, None)
    shape = known.general_desc.national_number_pattern if known and known.general_desc else None
    # Of an unknown country no number is national.
    return (str(known.country_code), re.compile(shape)) if known and shape else ("", re.compile(r"(?!)"))
