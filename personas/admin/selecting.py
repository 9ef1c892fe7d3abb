"""Which contacts a reclassification means, as an address, a form and a stored job say it, and in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas.models import Keyword, Persona
from personas.models.reclassifications import TYPE_LABELS
from personas.rules import ReclassificationType
from tenants.admin.columns import reader
from tenants.intake import is_number, text_fault

# The four that people choose, each with what it selects; an undo is asked for at the job it undoes.
CHOICES: dict[ReclassificationType, str | Promise] = {
    ReclassificationType.ALL: gettext_lazy("Every contact with a job title."),
    ReclassificationType.BY_KEYWORD: gettext_lazy("Contacts whose title matches a keyword."),
    ReclassificationType.BY_PERSONA: gettext_lazy("Contacts that have a persona now."),
    ReclassificationType.AFFECTED: gettext_lazy(
        "Contacts whose title holds one of these texts, or whose persona one of them won."
    ),
}
MOST_TEXTS_TOLD = 5


@dataclass(frozen=True, slots=True)
class Selecting:
    """A type and what was given for it; `params` are those of the action."""

    type: ReclassificationType
    keyword: str = ""
    persona: str = ""
    keywords: list[str] = field(default_factory=list)

    @property
    def params(self) -> dict[str, Any]:
        """Return the parameters of the type, {} where none was given."""
        given: dict[ReclassificationType, dict[str, Any]] = {
            ReclassificationType.BY_KEYWORD: {"keyword_id": self.keyword},
            ReclassificationType.BY_PERSONA: {"buyer_persona_id": self.persona},
            ReclassificationType.AFFECTED: {"keywords": self.keywords},
        }
        return {name: value for name, value in given.get(self.type, {}).items() if value}

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Return the names and values that a form carries on."""
        return [("type", str(self.type)), *_fields(self)]

    @property
    def query(self) -> str:
        """Return the query of its address."""
        return urlencode(self.fields)


def estimate_query(texts: Sequence[str]) -> str:
    """Return the query that estimates what changed texts touch; all contacts where none is named (P9)."""
    chosen = (
        Selecting(ReclassificationType.AFFECTED, keywords=list(texts))
        if texts
        else Selecting(ReclassificationType.ALL)
    )
    return urlencode([*chosen.fields, ("estimate", "1")])


def selecting_of(given: QueryDict) -> Selecting | None:
    """Read an address or a form; None while no type is chosen. What no row can have is left out."""
    type = given.get("type", "")
    if type not in list(CHOICES):
        return None
    keyword, persona = given.get("keyword", ""), given.get("persona", "")
    texts = (text.strip() for entry in given.getlist("keywords") for text in entry.splitlines())
    return Selecting(
        ReclassificationType(type),
        keyword=keyword if is_number(keyword) else "",
        persona="" if text_fault(persona) else persona,
        keywords=list(dict.fromkeys(text for text in texts if text and not text_fault(text))),
    )


def selecting_again(type: str, params: Mapping[str, Any]) -> Selecting | None:
    """Return what a stored job selected; None for an undo."""
    if type not in list(CHOICES):
        return None
    return Selecting(
        ReclassificationType(type),
        keyword=str(params.get("keyword_id", "")),
        persona=str(params.get("buyer_persona_id", "")),
        keywords=list(params.get("keywords", ())),
    )


def words_of(type: str, params: Mapping[str, Any], names: Mapping[str, str], texts: Mapping[str, str]) -> str:
    """Say what was selected: the type, and its parameter by the names people know."""
    label = str(TYPE_LABELS[ReclassificationType(type)])
    told = ""
    if "keyword_id" in params:
        number = str(params["keyword_id"])
        told = _quote(texts[number]) if number in texts else _("a deleted keyword")
    elif "buyer_persona_id" in params:
        code = str(params["buyer_persona_id"])
        told = names.get(code, code)
    elif "keywords" in params:
        told = _quoted(list(params["keywords"]))
    return f"{label}: {told}" if told else label


def names_of_personas(personas: list[Persona]) -> dict[str, str]:
    """Return the names by code."""
    return {persona.code: persona.name for persona in personas}


def texts_of_keywords(many: list[Mapping[str, Any]]) -> dict[str, str]:
    """Return by id, as text, the keywords that stored parameters name. At most one query."""
    numbers = {str(params["keyword_id"]) for params in many if "keyword_id" in params}
    known = [int(number) for number in numbers if is_number(number)]
    rows = Keyword.objects.filter(pk__in=known).values_list("pk", "text") if known else ()
    return {str(number): text for number, text in rows}


def _quoted(texts: list[str]) -> str:
    told = ", ".join(map(_quote, texts[:MOST_TEXTS_TOLD]))
    more = len(texts) - MOST_TEXTS_TOLD
    return (
        told
        if more <= 0
        else _("%(texts)s and %(count)s more") % {"texts": told, "count": reader().number(more)}
    )


def _quote(text: str) -> str:
    return _("“%(text)s”") % {"text": text}


def _fields(chosen: Selecting) -> list[tuple[str, str]]:
    one = [
        (name, value) for name, value in (("keyword", chosen.keyword), ("persona", chosen.persona)) if value
    ]
    return one + [("keywords", text) for text in chosen.keywords]
