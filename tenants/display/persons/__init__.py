"""One person across all apps: each app says which of its rows are that person, and tells about them."""

from tenants.display.persons.gathering import (
    MOST_HOLDERS,
    MOST_KEYS,
    ROUNDS,
    NoSuchPersonRow,
    Tied,
    WholePerson,
    whole_person,
)
from tenants.display.persons.keys import Key, KeyKind, document_key, email_key, phone_key
from tenants.display.persons.telling import (
    MOST_ROWS,
    Asked,
    Event,
    Fact,
    Held,
    Part,
    Section,
    Source,
    register,
)

__all__ = [
    "MOST_HOLDERS",
    "MOST_KEYS",
    "MOST_ROWS",
    "ROUNDS",
    "Asked",
    "Event",
    "Fact",
    "Held",
    "Key",
    "KeyKind",
    "NoSuchPersonRow",
    "Part",
    "Section",
    "Source",
    "Tied",
    "WholePerson",
    "document_key",
    "email_key",
    "phone_key",
    "register",
    "whole_person",
]
