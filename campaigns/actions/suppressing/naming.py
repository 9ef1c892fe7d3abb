"""Which lists name a person in what is kept of them for a day, applied or not (S19)?"""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from campaigns.actions.suppressing.lines import cells_of
from campaigns.models import SuppressionList
from tenants.intake.tables import UnreadableFile
from tenants.records.actions import hold_uploads
from tenants.records.erasure import SHORTEST_WORD, PersonKeys, code_of
from tenants.records.models import StoredFile
from tenants.rules import Refused


def lists_naming(keys: PersonKeys) -> list[SuppressionList]:
    """Return the lists whose bytes name a person. One query, and one a list."""
    return _naming(_kept(), keys)


def hold_lists_naming(keys: PersonKeys) -> list[SuppressionList]:
    """Return the same, and what came meanwhile, which nobody applies until the transaction has ended."""
    # Reading takes long: nobody's list waits for it, and what is kept of one never changes.
    read = list(_kept())
    found = _naming(read, keys)
    hold_uploads()
    found += _naming(_kept().exclude(pk__in=[made.pk for made in read]), keys)
    return list(_kept().filter(pk__in=[made.pk for made in found]).select_for_update(of=("self",)))


def _kept() -> QuerySet[SuppressionList]:
    return SuppressionList.objects.filter(file__isnull=False).order_by("pk")


def _naming(lists: Iterable[SuppressionList], keys: PersonKeys) -> list[SuppressionList]:
    # A short name on a network stands inside other words.
    said = [text.lower() for text in (keys.email, keys.handle) if len(text) >= SHORTEST_WORD]
    return [made for made in lists if _names(made, keys.codes(), said)]


def _names(made: SuppressionList, codes: Sequence[str], texts: Sequence[str]) -> bool:
    """Say whether a cell holds one of the keys, also behind a zero, a country or a word.

    One too many is sent again; one too few would speak of the person for a day.
    """
    kept = StoredFile.objects.filter(pk=made.file_id).first() if made.file_id else None
    if kept is None:
        return False
    try:
        rows = cells_of(bytes(kept.content), kept.content_type, made.name)
        cells = ((cell.lower(), code_of(cell)) for row in rows for cell in row)
        return any(
            any(text in cell for text in texts) or any(one in code for one in codes) for cell, code in cells
        )
    except (Refused, UnreadableFile):
        # It was read when it came; nobody can say any more whom it names.
        return True
