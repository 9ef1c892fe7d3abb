"""Keywords and priorities of the first system."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from personas.imports.documents.reasons import DocumentReason
from personas.imports.documents.values import Fields

NAME_LENGTH = 80
DESCRIPTION_LENGTH = 1000
# Room is left behind it for personas that get the next free number.
WORST_PRIORITY = 1_000_000

PRIORITY_FIELDS: Mapping[str, str] = {
    "_id": "source id",
    "buyer_persona_id": "persona's code",
    "priority": "priority (lower wins)",
    "name": "persona's name",
    "description": "description",
    "is_default": "default persona",
}
KEYWORD_FIELDS: Mapping[str, str] = {
    "_id": "source id",
    "keyword": "text (include)",
    "buyer_persona_id": "persona, by code or name",
    "buyer_persona_name": "persona, by name",
}


@dataclass(frozen=True, slots=True)
class PriorityRecord:
    """A persona with its rank; `names` are code and name, in the order to try."""

    names: tuple[str, ...] = ()
    code: str = ""
    name: str = ""
    priority: int | None = None
    description: str = ""
    is_default: bool = False
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class KeywordRecord:
    """Keywords of one persona, usually one."""

    texts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    code: str = ""
    name: str = ""
    rejected: str = ""


def read_priority(document: Mapping[str, Any]) -> PriorityRecord:
    """Return the persona that a document ranks."""
    fields = Fields(document)
    codes, name = fields.names("buyer_persona_id"), fields.text("name", longest=NAME_LENGTH)
    names = tuple(dict.fromkeys((*codes, *filter(None, [name]))))
    priority = fields.number("priority")
    return PriorityRecord(
        names=names,
        code=names[0] if names else "",
        name=name,
        priority=priority if priority and 0 < priority <= WORST_PRIORITY else None,
        description=fields.text("description", longest=DESCRIPTION_LENGTH),
        is_default=fields.flag("is_default"),
        rejected="" if names else str(DocumentReason.PERSONA_MISSING),
    )


def read_keyword(document: Mapping[str, Any]) -> KeywordRecord:
    """Return the keywords of a document and whose they are."""
    fields = Fields(document)
    texts = tuple(fields.texts("keyword", keys=("keyword", "text", "value")))
    called = fields.names("buyer_persona_name")
    names = tuple(dict.fromkeys((*fields.names("buyer_persona_id"), *called)))
    rejected = ""
    if not names:
        rejected = str(DocumentReason.PERSONA_MISSING)
    if not texts:
        rejected = str(DocumentReason.KEYWORD_EMPTY)
    return KeywordRecord(
        texts=texts,
        names=names,
        code=names[0] if names else "",
        name=called[0][:NAME_LENGTH] if called else "",
        rejected=rejected,
    )
