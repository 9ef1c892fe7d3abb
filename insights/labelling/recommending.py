"""Recommendations by a model, from computed tables only: what people wrote never goes along (Q9, N10)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from insights.labelling.asked import Brand, Usage
from insights.labelling.chat import Chat, UnusableAnswer
from insights.labelling.fences import read_said
from insights.labelling.prompt import brand_in_words
from insights.labelling.strict import strict_object
from insights.modules import topic_key
from insights.rules import TOPICS
from tenants.intake.strict_json import BadJSON

# Rises with every change of the text: what the same version answered is not asked for again.
VERSION = "recommendations-2"
# Those in which advice is said by rules too; an unknown one is Spanish there as well.
SPANISH = "Spanish"
LANGUAGES = {"es": SPANISH, "en": "English"}
MOST_TOKENS = 6_000
# Words of strangers, and who they are.
_LEFT_OUT = frozenset({"ejemplos", "ejemplo_mixto", "voces", "por_post", "comment_ids"})
# Where a topic's name stands: of a row, which goes with it, or of a week, which stays without.
_TOPIC_FIELDS = frozenset({"topic", "tema", "topico_principal"})
# Fewer comments are answered, not planned for; a longer name is a sentence.
LEAST_MENTIONS = 3
MOST_WORDS = 4
AREAS = (
    "Producto/Servicio",
    "Marketing y Comunicación",
    "Atención al Cliente",
    "Ventas y Conversión",
    "Operaciones",
)

INSTRUCTIONS = Path(__file__).with_name("recommending.txt").read_text("utf-8").strip()


_TEXT = {"type": "string"}
_MAYBE = {"type": ["string", "null"]}
SCHEMA: dict[str, Any] = {
    "name": VERSION,
    "strict": True,
    "schema": strict_object(
        recomendaciones={
            "type": "array",
            "items": strict_object(
                recomendacion=_TEXT,
                descripcion=_TEXT,
                area_estrategica={"type": "string", "enum": list(AREAS)},
                score_impacto={"type": "integer"},
                score_esfuerzo={"type": "integer"},
                acciones_concretas={"type": "array", "items": _TEXT},
                evidencia={
                    "type": "array",
                    "items": strict_object(module=_TEXT, topic=_MAYBE, semana=_MAYBE),
                },
            ),
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Recommended:
    """What the model said, not yet believed: rows are checked one by one by the module (Q9)."""

    rows: tuple[Any, ...]
    usage: Usage
    model: str
    seconds: float


def tables_for(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored results without what people wrote and who they are; keys are Q1-Q8.

    A topic that is not the list's was coined from a comment, and may be an order in disguise: it goes along
    only as a name of a few words that several comments share (N10).
    """
    known = _known_topics(results)
    return {name: _bare(result, known) for name, result in results.items()}


def _known_topics(results: Mapping[str, Any]) -> frozenset[str]:
    counted = ((results.get("Q3") or {}).get("results") or {}).get("topics", ())
    shared = {
        topic_key(one["topic"])
        for one in counted
        if one["menciones"] >= LEAST_MENTIONS and len(one["topic"].split()) <= MOST_WORDS
    }
    return frozenset(shared | {topic_key(topic) for topic in TOPICS})


def _bare(value: Any, known: frozenset[str]) -> Any:
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in _LEFT_OUT}
        return {key: _named(key, _bare(item, known), known) for key, item in kept.items()}
    if isinstance(value, list):
        return [_bare(item, known) for item in value if not _is_coined(item, known)]
    return value


def _named(key: str, value: Any, known: frozenset[str]) -> Any:
    is_name = key in _TOPIC_FIELDS and isinstance(value, str)
    return None if is_name and topic_key(value) not in known else value


def _is_coined(row: Any, known: frozenset[str]) -> bool:
    names = [row[key] for key in ("topic", "tema") if key in row] if isinstance(row, dict) else []
    return any(isinstance(name, str) and topic_key(name) not in known for name in names)


def tables_hash(tables: Mapping[str, Any], *, brand: Brand, model: str) -> str:
    """Return the key under which tables are recommended upon once (N8): 64 hex digits."""
    spoken = _language_of(brand)
    # Spanish was the only one at first: its keys do not name it, so that nobody pays for its answers again.
    told = [] if spoken == SPANISH else [spoken]
    asked = [VERSION, model, *told, brand_in_words(brand), _compact(tables)]
    return sha256("\0".join(asked).encode()).hexdigest()


def estimate_of(tables: Mapping[str, Any], *, brand: Brand) -> Usage:
    """Return what asking will probably take."""
    sent = sum(len(message["content"].encode()) for message in _messages(tables, brand))
    return Usage(calls=1, tokens_in=round(sent / 3.6), tokens_out=2_000)


def recommend(chat: Chat, tables: Mapping[str, Any], *, brand: Brand) -> Recommended:
    """Ask once. Raises EngineStopped, Transient and UnusableAnswer (a cut answer among them)."""
    answer = chat.ask(_messages(tables, brand), schema=SCHEMA, most_tokens=MOST_TOKENS)
    try:
        document = read_said(answer.text)
    except BadJSON as error:
        raise UnusableAnswer("malformed", answer.usage) from error
    rows = document.get("recomendaciones") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise UnusableAnswer("malformed", answer.usage)
    return Recommended(tuple(rows), answer.usage, answer.model, answer.seconds)


def _messages(tables: Mapping[str, Any], brand: Brand) -> list[dict[str, str]]:
    instructions = INSTRUCTIONS.replace("{language}", _language_of(brand))
    return [
        {"role": "system", "content": f"{instructions}\n\nThe brand: {brand_in_words(brand)}"},
        {"role": "user", "content": _compact(tables)},
    ]


def _language_of(brand: Brand) -> str:
    return LANGUAGES.get(brand.language.split("-")[0], SPANISH)


def _compact(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
