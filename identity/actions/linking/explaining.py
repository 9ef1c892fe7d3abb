"""Why is, or would be, a lead linked or not? Decided anew, written nowhere (I10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from identity.actions.linking.batches import decide_all
from identity.actions.linking.candidates import asked_again
from identity.actions.linking.deciding import Decided
from identity.actions.linking.records import Asked
from identity.actions.linking.ruleset import Ruleset, current_ruleset
from identity.matching.comparing import LEVELS, Field
from identity.matching.facts import Facts, LeadFacts
from identity.matching.keys import car_key, code_key, email_key, name_key, name_tokens, phone_key
from identity.matching.trying import Tried
from identity.matching.weighing import Weighed
from identity.rules import Confidence, MatchRule, Outcome, Reason


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of a waterfall: a field, how it compares, and its bits."""

    field: Field
    level: str
    bits: float


@dataclass(frozen=True, slots=True)
class ShownCandidate:
    """A person, known by key or only by accounts, against the lead; the steps sum to `bits`.

    Who `is_aside` was left out by a rule (I7b): the probability is shared among the others.
    """

    person: UUID | None
    name: str
    drivers: tuple[str, ...]
    steps: tuple[Step, ...]
    bits: float
    posterior: float
    is_aside: bool


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """A rule's verdict, and how alike the names of the persons on its key are, best first."""

    rule: MatchRule
    verdict: str
    score: int
    alike: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with all its reasons. `candidates` come most probable first, who was set aside last.

    `chosen` is one of them.
    """

    outcome: Outcome
    reason: Reason | None
    rule: MatchRule | None
    score: int
    confidence: Confidence | None
    is_corroborated: bool
    chosen: int | None
    gap: float | None
    ruleset: str
    inputs: Mapping[str, str]
    tried: tuple[RuleSaid, ...]
    candidates: tuple[ShownCandidate, ...]


def explain_lead(*, lead: int) -> Explanation | None:
    """Return how a lead would be decided now, linked or not; None when there is none. About eight queries."""
    found = asked_again(lead)
    return _explain(found) if found else None


def explain_facts(*, typed: Mapping[str, str], country: str, lead_date: date | None = None) -> Explanation:
    """Return how a lead of these facts, as somebody types them, would be decided; it need not exist.

    `typed`: park, first_name, middle_name, last_name, phone, document, licence, email, plate, car_brand,
    car_model; what is absent is "" or left out.
    """
    said = {name: typed.get(name, "") for name in ("park", *_TYPED)}
    name = name_key(said["first_name"], said["middle_name"], said["last_name"])
    facts = Facts(
        phone=phone_key(said["phone"], country=country),
        document=code_key(said["document"]),
        licence=code_key(said["licence"]),
        email=email_key(said["email"]),
        plate=code_key(said["plate"]),
        car=car_key(said["car_brand"], said["car_model"]),
        name=name_tokens(name),
        park=said["park"],
    )
    return _explain(Asked(0, "", LeadFacts(facts, lead_date), name, str(uuid4()), has_case=False))


_TYPED = (
    "first_name",
    "middle_name",
    "last_name",
    "phone",
    "document",
    "licence",
    "email",
    "plate",
    "car_brand",
    "car_model",
)


def _explain(lead: Asked) -> Explanation:
    rules = current_ruleset()
    (one,) = decide_all([lead], rules)
    return _told(one, rules)


def _told(one: Decided, rules: Ruleset) -> Explanation:
    decision, weighed = one.decision, one.weighed
    order = [each.person for each in weighed]
    return Explanation(
        outcome=decision.outcome,
        reason=decision.reason,
        rule=decision.rule,
        score=decision.score,
        confidence=decision.confidence,
        is_corroborated=decision.is_corroborated,
        chosen=order.index(decision.person) if decision.person in order else None,
        gap=one.judged.evidence.gap,
        ruleset=rules.text,
        inputs=_inputs(one.lead),
        tried=tuple(_said(each) for each in decision.tried),
        candidates=tuple(_candidate(one, each) for each in weighed),
    )


def _inputs(lead: Asked) -> dict[str, str]:
    facts = lead.facts.facts
    known = {str(each): str(getattr(facts, each)) for each in Field if each not in {Field.NAME, Field.HIRED}}
    day = lead.facts.lead_date
    return {**known, "name": lead.name_key, "park": facts.park, "lead_date": day.isoformat() if day else ""}


def _said(one: Tried) -> RuleSaid:
    return RuleSaid(one.rule, str(one.verdict), one.score, tuple(alike for _person, alike in one.persons))


def _candidate(one: Decided, each: Weighed) -> ShownCandidate:
    accounts = one.accounts.get(each.person, ()) if isinstance(each.person, UUID | str) else ()
    return ShownCandidate(
        person=each.person if isinstance(each.person, UUID) else None,
        name=max((account.name_key for account in accounts), key=len, default="").title(),
        drivers=tuple(account.driver_id for account in accounts),
        steps=steps(each.levels, each.weights),
        bits=round(each.bits, 2),
        posterior=round(each.posterior, 6),
        is_aside=each.is_aside,
    )


def steps(levels: tuple[int, ...], weights: tuple[float, ...]) -> tuple[Step, ...]:
    """Return the bars of a waterfall: fields that both sides have; weights are in bits."""
    told = zip(Field, levels, weights, strict=False)
    return tuple(Step(field, level_name(field, level), bits) for field, level, bits in told if level)


def level_name(field: Field, level: int) -> str:
    """Return the name of a stored level: missing, differs, or how it agrees."""
    return ("missing", "differs", *LEVELS[field])[level]
