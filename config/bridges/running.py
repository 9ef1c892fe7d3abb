"""One collection's way from a source to its app: looked at, then taken a chunk at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from django.db import DataError, IntegrityError, OperationalError
from django.utils.translation import gettext_noop as _

from config.bridges.report import RowReport, Tally
from config.bridges.sources import Place, Since, Source, SourceBroken
from config.bridges.survey import add_document
from tenants.records import actions as records
from tenants.records import queries as seen
from tenants.records.rules import OBJECT_ID, Collection, Fate, SourceDocument, Survey, Taken

WORDS = {
    "read_before": _("read by an earlier run; --all looks at them again"),
    "not_storable": _("the database refuses a value of this document"),
}

# Somebody holds the lock for longer than a log-in waits; two waited for each other.
BUSY = ("55P03", "40P01")
TRIES = 20


class Passage:
    """Everything that one collection of one source becomes in the open tenant."""

    def __init__(
        self, source: Source, place: Place, collection: Collection, *, system: str, dry_run: bool, anew: bool
    ) -> None:
        """Ask where to go on; `anew` looks at every document again."""
        self._source, self._place, self._collection = source, place, collection
        self._key = {"system": system, "collection": collection.name}
        self._dry_run = dry_run
        self._since = Since() if anew else self._continued()
        self._highest = self._since.upto
        self.survey = Survey()
        self.tally = Tally()
        # Why the source ended early, "" when it was read whole.
        self.broken = ""

    def look(self) -> Survey:
        """See what is there; a source that breaks shows what came before."""
        for document in self._read():
            add_document(self.survey, document, self._collection)
        return self.survey

    def carry(self, report: RowReport, show: Callable[[int], None]) -> None:
        """Take every document; `show` hears how many were read. Raises Refused when none can be taken."""
        self._collection.begin(self.survey)
        documents, read = self._read(), 0
        while chunk := list(islice(documents, self._collection.chunk)):
            taken = list(self._take(chunk))
            report.add(self._collection.name, taken, self.words)
            for one in taken:
                self.tally.add(one)
            read += len(chunk)
            self._advance(chunk, is_whole=self._source.is_ordered)
            show(read)
        if not self.broken:
            self._advance([], is_whole=True)
        self.tally.pass_over(self._source.passed_over())

    @property
    def words(self) -> dict[str, str]:
        """The codes of reasons and notes, in words."""
        return {**self._collection.words, **WORDS}

    def _continued(self) -> Since:
        upto = seen.read_upto(**self._key)
        again = seen.refused_documents(**self._key) if upto else []
        # Too many to be named: all are looked at.
        return Since() if again is None else Since(upto, frozenset(again))

    def _read(self) -> Iterator[SourceDocument]:
        self.broken = ""
        try:
            yield from self._source.documents(self._place, self._since)
        except SourceBroken as error:
            self.broken = str(error)

    def _take(self, documents: Sequence[SourceDocument]) -> Iterable[Taken]:
        """Take documents together; when the database refuses, halve them until the one is found."""
        try:
            return self._patiently(documents)
        except (DataError, IntegrityError):
            if len(documents) == 1:
                return [Taken(documents[0].id, Fate.ERROR, reason="not_storable")]
            middle = len(documents) // 2
            return [*self._take(documents[:middle]), *self._take(documents[middle:])]

    def _patiently(self, documents: Sequence[SourceDocument]) -> list[Taken]:
        """Take documents; wait for a job or another import that is at the same rows."""
        for _try in range(TRIES):
            try:
                return self._collection.take(documents)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") not in BUSY:
                    raise
        return self._collection.take(documents)

    def _advance(self, chunk: Sequence[SourceDocument], *, is_whole: bool) -> None:
        """Remember how far was read, where every lower id has been seen."""
        ids = [document.id for document in chunk if document.id.startswith(OBJECT_ID)]
        self._highest = max([self._highest, *ids])
        if is_whole and self._highest > self._since.upto and not self._dry_run:
            records.mark_read(**self._key, upto=self._highest)
