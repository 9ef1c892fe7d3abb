"""I7b: fit the weights to a tenant's own leads, without labels, after Fellegi and Sunter.

Nobody says which pairs are one person. Pairs drawn by chance hardly ever are, so they tell how often two
persons look alike; among pairs that agree on a key many are, and EM tells the two kinds apart. The key that
led to a pair is no evidence in it: there is a pass for each key, which teaches the other fields only.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from identity.matching.comparing import DIFFERS, IDENTIFIERS, Levels
from identity.matching.fitting import Pass, Patterns, Table, fit_pass, settled
from identity.matching.weighing import SHIPPED, Model, missed_points
from tenants.rules import RefusalKind, Refused

FEWEST_PAIRS = 100  # below it a pass teaches accidents
FEWEST_RANDOM = 1_000
FEWEST_SEEN = 10  # a level seen less often by chance keeps the first model's chance, if that is no more
SHARES = (0.05, 0.95)
RAREST = 1e-9


class NotTrainable(Refused):
    """These counts cannot teach a model; the words say why."""

    code = "not_trainable"
    kind = RefusalKind.UNPROCESSABLE


@dataclass(frozen=True, slots=True)
class Sample:
    """What a fit learns from: how many pairs of a lead and a person show which levels.

    `blocked` holds every pair that agrees exactly on a key, once, and may hold others; `random` pairs drawn
    by chance; `leads` counts those that were compared.
    """

    blocked: Patterns
    random: Patterns
    leads: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """A new model; `untaught` are the fields of which the sample said next to nothing."""

    model: Model
    rounds: int
    has_converged: bool
    untaught: tuple[str, ...]

    @property
    def missed(self) -> list[str]:
        """Return the points that the model must hold and does not (I7b)."""
        return missed_points(self.model)


def train(
    sample: Sample, *, version: str, start: Model = SHIPPED, keys: Collection[str] = IDENTIFIERS
) -> Fitted:
    """Return a model fitted to the sample, named `version`; the same sample gives the same model.

    `start` gives the fields, the first guess and what the sample does not teach: fields that no pass sees
    keep its values. `keys` are the fields whose agreement leads to pairs. Raises NotTrainable.
    """
    _check(sample, start)
    strangers = _strangers(sample.random, start, keys)
    first = Model(version, start.same, _chances(strangers, start), start.slack, start.share)
    passes = [fit_pass(patterns, first, key) for key, patterns in _passes(sample.blocked, start, keys)]
    if not passes:
        raise NotTrainable(_("No key has enough leads and persons in common to learn from."))
    expected = {
        field: [sum(counts) for counts in zip(*(one.expected[field] for one in passes), strict=True)]
        for field in start.same
    }
    return Fitted(
        _model(first, expected, _share(sample, passes)),
        max(one.rounds for one in passes),
        all(one.has_converged for one in passes),
        tuple(str(field) for field, counts in expected.items() if sum(counts) < FEWEST_PAIRS),
    )


def _model(first: Model, expected: Table, share: float) -> Model:
    same = {field: tuple(each) for field, each in settled(expected, first).items()}
    slack = {field: _slack(first, field, same[field][-1], share) for field in first.slack}
    return Model(first.version, same, first.chance, slack, share)


def _check(sample: Sample, start: Model) -> None:
    tops = [start.top_of(field) for field in start.same]
    for levels, count in [*sample.blocked.items(), *sample.random.items()]:
        is_shaped = len(levels) == len(tops) and all(
            0 <= level <= top for level, top in zip(levels, tops, strict=True)
        )
        if not is_shaped or count < 0:
            raise NotTrainable(_("A pattern does not have the model's fields and levels."))
    if sum(sample.random.values()) < FEWEST_RANDOM:
        raise NotTrainable(_("There are too few random pairs to learn from."))
    if sample.leads < 1:
        raise NotTrainable(_("There are no leads to learn from."))


def _passes(blocked: Patterns, start: Model, keys: Collection[str]) -> Iterator[tuple[str, Patterns]]:
    """Yield each key with the pairs that agree on it, if they are many and of more than one kind."""
    for at, field in enumerate(start.same):
        top = start.top_of(field)
        patterns = {levels: count for levels, count in blocked.items() if count and levels[at] == top}
        if field in keys and len(patterns) > 1 and sum(patterns.values()) >= FEWEST_PAIRS:
            yield field, patterns


def _strangers(random: Patterns, start: Model, keys: Collection[str]) -> Patterns:
    """Return the random pairs without those that agree on a key: in a small town these are one person."""
    tops = [(at, start.top_of(field)) for at, field in enumerate(start.same) if field in keys]
    return {
        levels: count for levels, count in random.items() if not any(levels[at] == top for at, top in tops)
    }


def _chances(random: Patterns, start: Model) -> dict[str, tuple[float, ...]]:
    """Return how often each level is seen of two persons.

    A typo in a document is seen once in a million pairs: what was hardly seen is no more than ten would
    make it, and no more than the first model says.
    """
    chances = {}
    for at, field in enumerate(start.same):
        known = start.chance[field]
        seen = [0] * len(known)
        for levels, count in random.items():
            if levels[at] >= DIFFERS:
                seen[levels[at] - DIFFERS] += count
        above = [_chance(count, sum(seen), was) for count, was in zip(seen[1:], known[1:], strict=True)]
        law = (max(1 - sum(above), RAREST), *above)
        chances[field] = tuple(each / sum(law) for each in law)
    return chances


def _chance(count: int, pairs: int, known: float) -> float:
    if count >= FEWEST_SEEN:
        return min(count / pairs, 1 - RAREST)
    return min(known, FEWEST_SEEN / pairs) if pairs else known


def _share(sample: Sample, passes: list[Pass]) -> float:
    """Return the part of the leads that have a person: each pair counts as its surest pass says."""
    surest: dict[Levels, float] = {}
    for one in passes:
        for levels, posterior in one.posteriors.items():
            surest[levels] = max(posterior, surest.get(levels, 0.0))
    found = sum(sample.blocked[levels] * posterior for levels, posterior in surest.items())
    least, most = SHARES
    return min(max(found / sample.leads, least), most)


def _slack(start: Model, field: str, top: float, share: float) -> float:
    """Return the slack by which a lone agreement stays as probable as in the first model.

    How many others a unique value may belong to cannot be told without labels: it is a point that was set
    by hand, and a town where more leads have persons must not move it.
    """
    moved = share / (1 - share) * (1 - start.share) / start.share
    return start.slack[field] * moved * top / start.same[field][-1]
