"""Who was chosen waits in the database until all contacts have been looked at: no process holds them.

The tables are not logged: a crash of the database empties them, and the job looks again.
"""

from collections.abc import Collection, Iterator, Sequence

from campaigns.actions.audiences.choosing import Chosen
from campaigns.actions.audiences.listing import row_of
from campaigns.models import ClientFile, StagedPerson, StagedWord

ROWS_AT_ONCE = 2_000


def stage_people(file: ClientFile, people: Sequence[Chosen]) -> None:
    """Write people down, in the order of their contacts, and what they are known by. Two statements."""
    rows = [StagedPerson(of=file, contact=one.contact.pk, cells=list(row_of(one))) for one in people]
    words = sorted({word for one in people for word in one.facts.words})
    StagedPerson.objects.bulk_create(rows)
    StagedWord.objects.bulk_create([StagedWord(of=file, word=word) for word in words])


def words_taken(file: ClientFile, words: Collection[str]) -> set[str]:
    """Return which of these words somebody who was chosen is known by. One query."""
    found = StagedWord.objects.filter(of=file, word__in=words)
    return set(found.values_list("word", flat=True))


def count_people(file: ClientFile) -> int:
    """Return how many people wait. One query."""
    return StagedPerson.objects.filter(of=file).count()


def staged_rows(file: ClientFile) -> Iterator[Sequence[str]]:
    """Yield the cells of everybody who waits, some thousand a query."""
    found, last = StagedPerson.objects.filter(of=file).order_by("contact"), 0
    while some := list(found.filter(contact__gt=last).values_list("contact", "cells")[:ROWS_AT_ONCE]):
        yield from (cells for _contact, cells in some)
        last = some[-1][0]


def forget_people(file: int) -> None:
    """Let the people of a file go. Two statements."""
    for model in (StagedPerson, StagedWord):
        model.objects.filter(of=file)._raw_delete("default")
