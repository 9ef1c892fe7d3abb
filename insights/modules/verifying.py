"""Nothing that nobody said is shown (N21): results from elsewhere lose such quotes and voices."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from insights.modules.envelope import Remark, Result
from insights.modules.quotes import Quote, is_verbatim
from insights.modules.voices import Voices, author_key


def quotes_of(result: Result[Any]) -> list[Quote]:
    """Return every quote of a result, so that the comments they cite can be fetched."""
    return list(_quotes(result.results))


def verified(result: Result[Any], *, texts: Mapping[int, str], authors: Collection[str]) -> Result[Any]:
    """Return a result without quotes that do not stand in their comment and voices that are no stored author.

    texts: by comment id, at least of the comments quoted. authors: as stored, at least those named.
    """
    kept = _without_invented(result.results, texts)
    if isinstance(kept, Voices):
        kept = _of_authors(kept, {author_key(author) for author in authors} - {""})
    if kept == result.results:
        return result
    return replace(result, results=kept, warnings=(*result.warnings, Remark.QUOTE_NOT_IN_SOURCE.value))


def _of_authors(voices: Voices, known: Collection[str]) -> Voices:
    kept = tuple(voice for voice in voices.voces if author_key(voice.username) in known)
    return Voices(kept, voices.total_voces - (len(voices.voces) - len(kept)))


def _without_invented(value: Any, texts: Mapping[int, str]) -> Any:
    if isinstance(value, Quote):
        return value if is_verbatim(value, texts) else None
    if isinstance(value, dict):
        return {key: _without_invented(each, texts) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(_without_invented(each, texts) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {each.name: _without_invented(getattr(value, each.name), texts) for each in fields(value)}
        return replace(value, **changed)
    return value


def _quotes(value: Any) -> Iterator[Quote]:
    if isinstance(value, Quote):
        yield value
    elif isinstance(value, dict):
        yield from (quote for each in value.values() for quote in _quotes(each))
    elif isinstance(value, tuple):
        yield from (quote for each in value for quote in _quotes(each))
    elif is_dataclass(value):
        yield from (quote for each in fields(value) for quote in _quotes(getattr(value, each.name)))
