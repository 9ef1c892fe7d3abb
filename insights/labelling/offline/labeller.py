"""The engine that needs neither key nor network (N11)."""

from collections.abc import Iterator, Sequence
from itertools import islice
from time import monotonic

from insights.labelling.asked import Agreement, Asked, Brand, Labelled, MaySpend
from insights.labelling.offline.reading import VERSION, read_comment
from insights.rules import Engine

# Texts whose labels are committed together.
A_BATCH = 500
FOREIGN = "language"


class OfflineLabeller:
    """Labels by our own word lists; the same text always gets the same label, so it agrees with itself."""

    engine = Engine.OFFLINE
    model = "lexicon"
    version = VERSION
    agreement = Agreement()

    def label(self, asked: Sequence[Asked], *, brand: Brand, may_spend: MaySpend) -> Iterator[Labelled]:
        """Yield batches of labels; what stands in another language is given up with a code."""
        waiting = iter({one.key: one for one in asked}.values())
        while some := list(islice(waiting, A_BATCH)):
            began = monotonic()
            read = {one.key: read_comment(one.text) for one in some}
            yield Labelled(
                labels={key: label for key, label in read.items() if label is not None},
                unlabelled={key: FOREIGN for key, label in read.items() if label is None},
                model=self.model,
                seconds=monotonic() - began,
            )
