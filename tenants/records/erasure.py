"""Where does a person leave traces? Each app says how it finds, hands out and erases them (S19).

A person is named by exact keys only. After an erasure nothing is found by them any more: rows go, or
stay as numbers without the person, or, where a wish must outlive the person, as a keyed hash.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

MARK = "H:"
# The mark, the key's name and the hash have to fit 48 characters, as long as the longest key of a person.
KEY_NAME, HASH = 6, 36
# What stands in a text where a person was named.
BLANK = "—"
# Shorter words stand inside others, which are somebody else's.
SHORTEST_WORD = 5
_NOT_CODE = re.compile(r"[^A-Z0-9]+")


class Fate(StrEnum):
    """What an erasure does to the rows of a kind."""

    ERASED = "erased"
    EMPTIED = "emptied"  # stay as numbers, without the person
    HASHED = "hashed"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """What a person is asked for by: any of them, exactly; "" is not asked. Made by `keys_of`.

    `handle` is a name on a network or the address of a profile there; `country` is the tenant's.
    """

    document: str = ""
    phone: str = ""  # E.164
    email: str = ""
    handle: str = ""
    country: str = ""

    def given(self) -> dict[str, str]:
        """Return the keys that are asked for, by kind."""
        return {kind: value for kind, value in asdict(self).items() if value and kind != "country"}

    def codes(self) -> list[str]:
        """Return document and phone as letters A to Z and digits, in each usual form."""
        national = _national(self.phone)
        found = {code_of(self.document), code_of(self.document).lstrip("0"), code_of(self.phone), national}
        return sorted(code for code in found if len(code) >= SHORTEST_WORD)

    def words(self) -> list[str]:
        """Return how the person may be written inside a longer text, in lower case."""
        found = {self.email, self.phone, _national(self.phone), self.document.lower(), self.handle.lower()}
        found |= {code_of(self.document).lower(), self.phone.removeprefix("+")}
        return sorted(word for word in found if len(word) >= SHORTEST_WORD)


@dataclass(frozen=True, slots=True)
class Trace:
    """So many rows of a model (its label), and what an erasure does to them."""

    model: str
    count: int
    fate: Fate = Fate.ERASED


@dataclass(frozen=True, slots=True)
class Finding:
    """What an app knows of a person: rows, how many persons they speak of, which other keys they name.

    `also` are pairs of kind and value; nothing is looked for by them unless somebody asks.
    """

    traces: tuple[Trace, ...] = ()
    persons: int = 0
    also: frozenset[tuple[str, str]] = frozenset()

    @property
    def count(self) -> int:
        """How many rows an erasure would touch."""
        return sum(trace.count for trace in self.traces if trace.fate is not Fate.STAYS)


@dataclass(frozen=True, slots=True)
class Order:
    """An erasure, as apps carry it out: whom, by whose order, whether a wish not to be called stays."""

    keys: PersonKeys
    by: UUID | None
    never_call: bool = False


Rows = Sequence[Mapping[str, Any]]


class Traces(Protocol):
    """An app's knowledge of persons; all three work in the open tenant, the last in one transaction."""

    app: str

    @property
    def models(self) -> tuple[str, ...]:
        """Return the labels of every model that it looks through."""
        ...

    def found(self, keys: PersonKeys) -> Finding:
        """Count what is known of a person. Reads only."""
        ...

    def exported(self, keys: PersonKeys) -> Mapping[str, Rows]:
        """Return all that is known, by a model's label, as plain values."""
        ...

    def erased(self, order: Order) -> Mapping[str, int]:
        """Take the person out of everything and return how many rows it touched, by label.

        Repeats safely. Raises Refused while something is under way with the person.
        """
        ...


_TRACES: dict[str, tuple[int, Traces]] = {}


def register(traces: Traces, *, position: int = 50) -> None:
    """Let an app answer for its rows; called from its `ready`. An erasure asks in the order of positions."""
    _TRACES[traces.app] = (position, traces)


def all_traces() -> list[Traces]:
    """Return every app's traces in order."""
    return [traces for _position, traces in sorted(_TRACES.values(), key=lambda pair: pair[0])]


def findings(keys: PersonKeys) -> dict[str, Finding]:
    """Return what each app knows of a person; {} for nobody asked."""
    return {one.app: one.found(keys) for one in all_traces()} if keys.given() else {}


def keys_of(
    *, country: str, document: str = "", phone: str = "", email: str = "", handle: str = ""
) -> PersonKeys:
    """Return typed keys in their exact form; a phone that cannot be one keeps its digits."""
    return PersonKeys(
        document=document.strip().upper(),
        phone=_e164(phone, country),
        email=email.strip().lower(),
        handle=handle.strip(),
        country=country,
    )


def merged(keys: PersonKeys, also: Iterable[tuple[str, str]]) -> PersonKeys:
    """Return keys with those taken over that were not asked for yet."""
    return replace(keys, **{kind: value for kind, value in also if not getattr(keys, kind)})


def others(named: Iterable[tuple[str, str]], keys: PersonKeys) -> frozenset[tuple[str, str]]:
    """Return the pairs of kind and value that say something else than the keys, however they are written."""
    known = {_bare(value) for value in keys.given().values()}
    return frozenset((kind, value) for kind, value in named if value and _bare(value) not in known)


def masked(value: str) -> str:
    """Return the keyed hash that stands for a value: equal values stay equal, nobody reads them back."""
    name, key = _key(settings.ERASURE_KEY)
    return f"{MARK}{name}:{hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:HASH]}"


def is_masked(value: str) -> bool:
    """Say whether a stored value is a hash of one."""
    return value.startswith(MARK)


def masked_in_sql(column: str) -> str:
    """Return the SQL that masks a column; its statement takes `mask_terms()`.

    HMAC-SHA256 by its definition, since only plain hashes are built into PostgreSQL.
    """
    inner = f"sha256(%(mask_inner)s || convert_to({column}, 'UTF8'))"
    return f"%(mask_head)s || left(encode(sha256(%(mask_outer)s || {inner}), 'hex'), {HASH})"


def mask_terms() -> dict[str, Any]:
    """Return the parameters of `masked_in_sql`."""
    name, key = _key(settings.ERASURE_KEY)
    block = key.ljust(64, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C))
    return {"mask_head": f"{MARK}{name}:", "mask_inner": inner, "mask_outer": outer}


def code_of(text: str) -> str:
    """Return a text as letters A to Z and digits, which is how documents and numbers are compared."""
    return _NOT_CODE.sub("", text.upper())


@cache
def _key(secret: str) -> tuple[str, bytes]:
    # Its own purpose, so that no other use of the secret makes equal hashes.
    key = hashlib.sha256(b"minga erasure\0" + secret.encode()).digest()
    return hashlib.sha256(key).hexdigest()[:KEY_NAME], key


def _bare(text: str) -> str:
    # A name in another script has no letters A to Z.
    return code_of(text) or text.casefold()


def _e164(text: str, country: str) -> str:
    bare = text.strip()
    try:
        number = parse(bare, country or None)
    except NumberParseException:
        return code_of(bare)
    return format_number(number, PhoneNumberFormat.E164) if is_possible_number(number) else code_of(bare)


def _national(phone: str) -> str:
    try:
        return str(parse(phone).national_number) if phone.startswith("+") else ""
    except NumberParseException:
        return ""
