"""What is in a collection, told before anything is taken from it: fields, their kinds of value, their use."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tenants.records.rules import Collection, SourceDocument, Survey

# A document may have any number of fields; nobody reads a longer list.
MOST_FIELDS = 300
MOST_NAMES = 5_000

_KINDS = {
    str: gettext_noop("text"),
    bool: gettext_noop("yes/no"),
    int: gettext_noop("number"),
    float: gettext_noop("number"),
    Decimal: gettext_noop("number"),
    datetime: gettext_noop("date"),
    UUID: "uuid",
    bytes: gettext_noop("bytes"),
    list: gettext_noop("list"),
    dict: gettext_noop("object"),
    type(None): "null",
}


def add_document(survey: Survey, document: SourceDocument, collection: Collection) -> None:
    """Count one document into a survey."""
    survey.documents += 1
    for name, value in document.fields.items():
        if name in survey.shapes or len(survey.shapes) < MOST_FIELDS:
            survey.shapes.setdefault(name, Counter())[_KINDS[type(value)]] += 1
    for named in collection.names_in(document.fields):
        if named in survey.named or len(survey.named) < MOST_NAMES:
            survey.named[named] += 1


def mapping_lines(survey: Survey, collection: Collection) -> Iterator[str]:
    """Yield a line for each field: what it holds, what it becomes; those without use last."""
    width = max((len(_shown(name)) for name in survey.shapes), default=0)
    for name in _in_order(survey.shapes, collection.fields):
        use = collection.fields.get(name)
        what = f"→ {use}" if use else f"  {_('not imported')}"
        yield f"  {_shown(name):<{width}}  {what}  ({_counted(survey.shapes[name], survey.documents)})"


def _in_order(found: Iterable[str], used: Mapping[str, str]) -> list[str]:
    present = set(found)
    return [name for name in used if name in present] + sorted(present - used.keys())


def _counted(kinds: Counter[str], documents: int) -> str:
    told = [f"{_(kind)} {count:,}" for kind, count in kinds.most_common()]
    missing = documents - kinds.total()
    return ", ".join(told + ([f"{_('missing')} {missing:,}"] if missing else []))


def _shown(name: str) -> str:
    return name[:40] if name.isprintable() else ascii(name)[:40]


def facts_of(survey: Survey, collection: Collection) -> dict[str, Any]:
    """Return the mapping as a script reads it."""
    return {
        _shown(name): {"becomes": collection.fields.get(name), **survey.shapes[name]}
        for name in _in_order(survey.shapes, collection.fields)
    }
