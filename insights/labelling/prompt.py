"""What a model is asked for a batch of comments: instructions, schema, and the comments as an array (N8-N10).

The instructions come first and never change within a version, so that servers can keep them; they are longer
than the 1,024 tokens from which the largest server does. Keys are short: what a model writes costs most.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from insights.labelling.asked import Asked, Brand
from insights.labelling.strict import strict_object
from insights.rules import TOPICS, Emotion, Frame, Sentiment, Trait

# Rises with every change of what follows: labels of two versions are not one series.
VERSION = "labels-1"
LONGEST_TEXT = 2_000
LONGEST_CAPTION = 160
# What a label takes at most, with topics of a model's own and a need.
TOKENS_A_LABEL = 160

EMOTIONS = {
    "al": Emotion.JOY,
    "co": Emotion.TRUST,
    "so": Emotion.SURPRISE,
    "an": Emotion.ANTICIPATION,
    "mi": Emotion.FEAR,
    "di": Emotion.DISGUST,
    "ir": Emotion.ANGER,
    "tr": Emotion.SADNESS,
}
TRAITS = {
    "si": Trait.SINCERITY,
    "em": Trait.EXCITEMENT,
    "cp": Trait.COMPETENCE,
    "sf": Trait.SOPHISTICATION,
    "ru": Trait.RUGGEDNESS,
}
FRAMES = {"P": Frame.POSITIVE, "N": Frame.NEGATIVE, "A": Frame.ASPIRATIONAL, "-": None}
CLASSES = {
    "P": Sentiment.POSITIVE,
    "N": Sentiment.NEGATIVE,
    "U": Sentiment.NEUTRAL,
    "M": Sentiment.MIXED,
}

_TEXT = Path(__file__).with_name("instructions.txt").read_text("utf-8")
INSTRUCTIONS = _TEXT.strip().replace("{topics}", ", ".join(TOPICS))

_NUMBER = {"type": "number"}
_MAYBE = {"type": ["number", "null"]}
_NAME = {"type": "string"}
_NEED = strict_object(x=_NAME, n=_NAME, p=_NUMBER)

SCHEMA: dict[str, Any] = {
    "name": VERSION,
    "strict": True,
    "schema": strict_object(
        r={
            "type": "array",
            "items": strict_object(
                i={"type": "integer"},
                e=strict_object(**dict.fromkeys(EMOTIONS, _NUMBER)),
                s={"type": "string", "enum": list(CLASSES)},
                v=_NUMBER,
                u=_NUMBER,
                t={"type": "array", "items": strict_object(n=_NAME, s=_NUMBER)},
                f={"type": "string", "enum": list(FRAMES)},
                b=strict_object(**dict.fromkeys(TRAITS, _MAYBE)),
                n={"anyOf": [_NEED, {"type": "null"}]},
                k=_MAYBE,
            ),
        }
    ),
}


def messages_for(comments: Sequence[Asked], *, brand: Brand) -> list[dict[str, str]]:
    """Return the messages of one request; comments are numbered from 1 in their order."""
    return [
        {"role": "system", "content": f"{INSTRUCTIONS}\n\nThe brand: {brand_in_words(brand)}"},
        {"role": "user", "content": _compact(_document(comments))},
    ]


def brand_in_words(brand: Brand) -> str:
    """Return what is known of the brand as one JSON object; what is not known is left out."""
    known = {
        "name": brand.name,
        "industry": brand.industry,
        "country": brand.country,
        "archetype": brand.archetype,
        "tone": brand.tone,
        "audience": brand.audience,
        "goal": brand.goal,
    }
    return _compact({key: value for key, value in known.items() if value})


def _document(comments: Sequence[Asked]) -> dict[str, Any]:
    captions = {asked.caption: "" for asked in comments if asked.caption}
    numbers = {caption: str(place) for place, caption in enumerate(captions, 1)}
    rows = []
    for number, asked in enumerate(comments, 1):
        row: dict[str, Any] = {"i": number, "c": asked.text[:LONGEST_TEXT]}
        rows.append(row | {"p": numbers[asked.caption]} if asked.caption else row)
    return {
        "posts": {number: caption[:LONGEST_CAPTION] for caption, number in numbers.items()},
        "comments": rows,
    }


def _compact(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
