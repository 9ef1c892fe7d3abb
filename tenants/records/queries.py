"""What can be asked about documents that came from another system (F9)."""

from collections.abc import Iterable

from tenants.records.models import SourceMark, SourceRecord

# More ids than this do not fit one question to the source.
MOST_REFUSED = 10_000


def known_documents(*, system: str, collection: str, ids: Iterable[str]) -> dict[str, SourceRecord]:
    """Return the documents seen before, by their id there. One query."""
    found = SourceRecord.objects.filter(system=system, collection=collection, source_id__in=list(ids))
    return {record.source_id: record for record in found}


def refused_documents(*, system: str, collection: str) -> list[str] | None:
    """Return the ids of documents that were refused, None when they are too many to name. One query."""
    found = SourceRecord.objects.filter(system=system, collection=collection).exclude(refusal="")
    ids = list(found.values_list("source_id", flat=True)[: MOST_REFUSED + 1])
    return ids if len(ids) <= MOST_REFUSED else None


def read_upto(*, system: str, collection: str) -> str:
    """Return the highest object id up to which all were read, "" before the first. One query."""
    found = SourceMark.objects.filter(system=system, collection=collection)
    return found.values_list("upto", flat=True).first() or ""
