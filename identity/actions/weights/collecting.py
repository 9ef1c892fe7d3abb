"""What a fit learns from: levels of leads and their candidates, and of pairs drawn by chance (I7b)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from identity.actions.linking import statements
from identity.actions.linking.batches import MOST_LEADS, decide_all
from identity.actions.linking.candidates import accounts_of
from identity.actions.linking.meeting import Met
from identity.actions.linking.records import Asked, asked
from identity.actions.linking.ruleset import Ruleset
from identity.actions.linking.sql import rows
from identity.matching.comparing import Levels, compare
from identity.matching.facts import Candidate
from identity.matching.training import Sample
from identity.matching.weighing import SHIPPED

RANDOM_PAIRS = 100_000
RANDOM_SIDE = 2_000  # leads, and accounts, that chance may pair
# By a hash of the number: spread over all of them, and the same rows tomorrow, so the same model.
SOME_LEADS = "SELECT id FROM identity_lead ORDER BY hashint8extended(id, 7), id LIMIT %(most)s"
SOME_ACCOUNTS = "SELECT id FROM identity_driver ORDER BY hashint8extended(id, 7), id LIMIT %(most)s"


def collect_sample(*, most: int, rules: Ruleset) -> Sample:
    """Count the levels of up to `most` leads with all their candidates, linked or not. Writes nothing."""
    # Of a person's accounts the shipped weights choose: a fit must not depend on the one before.
    rules = Ruleset(rules.text, rules.mode, rules.thresholds, SHIPPED)
    numbers = [number for (number,) in rows(SOME_LEADS, most=most)]
    blocked: Counter[Levels] = Counter()
    for first in range(0, len(numbers), MOST_LEADS):
        decided = decide_all(_leads(numbers[first : first + MOST_LEADS]), rules)
        blocked.update(each.levels for one in decided for each in one.judged.weighed)
    return Sample(blocked, Counter(islice(_by_chance(numbers), RANDOM_PAIRS)), len(numbers))


def _leads(numbers: Sequence[int]) -> list[Asked]:
    return [asked(row) for row in rows(statements.LINKED_LEADS, leads=list(numbers))]


def _by_chance(numbers: Sequence[int]) -> Iterator[Levels]:
    """Yield the levels of leads and accounts that nothing brought together, no pair twice."""
    leads = _leads(numbers[:RANDOM_SIDE])
    drawn = accounts_of((number for (number,) in rows(SOME_ACCOUNTS, most=RANDOM_SIDE)), Met())
    accounts = [Candidate(one.id, one.facts, one.hired_on) for one in drawn]
    for turn in range(len(accounts)):
        for place, lead in enumerate(leads[: len(accounts)]):
            yield compare(lead.facts, accounts[(place + turn) % len(accounts)])
