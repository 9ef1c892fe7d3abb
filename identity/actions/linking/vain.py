"""Write what was tried in vain, and end the cases of those who were linked after all (I6)."""

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from identity.actions.linking import writes
from identity.actions.linking.deciding import Decided
from identity.actions.linking.evidence import evidence_columns
from identity.actions.linking.showing import shown_candidates
from identity.actions.linking.sql import run
from identity.actions.linking.stamping import Stamp
from identity.actions.opening import open_cases
from identity.rules import MatchRule


def close_cases(matched: Sequence[Decided], stamp: Stamp) -> None:
    """Resolve the cases of leads that are linked now, each with a last attempt."""
    known = [one for one in matched if one.lead.has_case]
    if known:
        run(writes.CLOSED, leads=[one.lead.id for one in known], now=stamp.now)
        _write_attempts(known, stamp)


def write_vain(vain: Sequence[Decided], stamp: Stamp) -> None:
    """Write case and attempt of each, and what persons its facts would make one."""
    open_cases(
        writes.CASES,
        leads=[one.lead.id for one in vain],
        outcomes=[str(one.judged.decision.outcome) for one in vain],
        reasons=[str(one.judged.decision.reason) for one in vain],
        shown=[json.dumps(shown_candidates(one)) for one in vain],
        inputs=[one.lead.inputs for one in vain],
        now=stamp.now,
        ruleset=stamp.rules.text,
        **evidence_columns([one.judged.evidence for one in vain]),
    )
    _write_attempts(vain, stamp)
    _propose_merges(vain, stamp)


def _write_attempts(decided: Sequence[Decided], stamp: Stamp) -> None:
    told = [one.judged.evidence for one in decided]
    run(
        writes.ATTEMPTS,
        leads=[one.lead.id for one in decided],
        outcomes=[str(one.judged.decision.outcome) for one in decided],
        reasons=[str(one.judged.decision.reason or "") for one in decided],
        tried=[one.tried for one in told],
        posteriors=[one.posterior for one in told],
        via=stamp.via,
        now=stamp.now,
        job=stamp.job,
        ruleset=stamp.rules.text,
    )


def _propose_merges(vain: Iterable[Decided], stamp: Stamp) -> None:
    """Propose to merge two persons at whom a lead's phone and licence point (I9)."""
    pairs = [(*pair, one.lead.source_pk) for one in vain if (pair := _pointed_at(one))]
    if pairs:
        ones, others, pks = map(list, zip(*pairs, strict=True))
        run(writes.PROPOSALS, ones=ones, others=others, pks=pks, now=stamp.now)


def _pointed_at(one: Decided) -> tuple[UUID, UUID] | None:
    phone, licence = one.named_by(MatchRule.PHONE), one.named_by(MatchRule.LICENCE)
    if isinstance(phone, UUID) and isinstance(licence, UUID) and phone != licence:
        return phone, licence
    return None
