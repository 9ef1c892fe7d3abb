"""What is reckoned once for many leads is what each by itself would be told (I5–I7b)."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from identity.actions.linking.deciding import Decided
from identity.actions.linking.judging import FEW, judge, judge_few
from identity.actions.linking.naming import is_crowd, proposed
from identity.actions.linking.records import Asked
from identity.actions.linking.ruleset import Ruleset
from identity.matching import Candidate, Facts, LeadFacts, Thresholds
from identity.matching.keys import name_tokens
from identity.matching.refereeing import Mode
from identity.matching.weighing import SHIPPED
from identity.rules import Outcome
from tests.identity.fleet import DAY

MEETINGS = 4_000
PERSONS = (UUID(int=7), "account:3", UUID(int=2), "account:12")
NAMES = ("", "ANA RUIZ SOTO", "ANA RUIZ", "ANA RUIS SOTO", "JUAN QUISPE", "ROSA ANA CHOQUE")
MODES = pytest.mark.parametrize("mode", [Mode.RULES, Mode.SCORED])


def rules_of(mode):
    return Ruleset("as shipped", mode, Thresholds(), SHIPPED)


def some_facts(dice):
    return Facts(
        phone=dice.choice(("", "51999888777", "51999888778", "51911222333")),
        document=dice.choice(("", "", "12345678", "12345679")),
        licence=dice.choice(("", "", "Q12345678")),
        email=dice.choice(("", "", "ana@correo.example")),
        plate=dice.choice(("", "ABC123")),
        car=dice.choice(("", "KIA RIO")),
        name=name_tokens(dice.choice(NAMES)),
        park=dice.choice(("lima", "cusco", "")),
    )


def hired(dice):
    return dice.choice((None, DAY, DAY - timedelta(60), DAY + timedelta(200)))


def some_lead(dice):
    facts = some_facts(dice)._replace(park=dice.choice(("lima", "")))
    return Asked(
        1, "L1", LeadFacts(facts, dice.choice((None, DAY))), " ".join(facts.name), "", has_case=False
    )


@MODES
def test_it_judges_a_pattern_as_each_lead_by_itself(mode):
    """I7b: names apart, levels, likeness and parks are all that is read of few candidates."""
    dice, rules, outcomes = random.Random(7), rules_of(mode), set()
    for _meeting in range(MEETINGS):
        lead = some_lead(dice)
        few = range(dice.randint(0, FEW))
        candidates = [Candidate(dice.choice(PERSONS), some_facts(dice), hired(dice)) for _one in few]
        alone = judge(lead.facts, candidates, rules, 0)
        who = sorted({one.person for one in candidates if isinstance(one.person, UUID | str)}, key=str)
        found = Decided(lead, judge_few(lead.facts, candidates, who, rules, 0), who)
        assert found.decision._replace(tried=()) == alone.decision._replace(tried=())
        assert (found.weighed, found.judged.evidence) == (alone.weighed, alone.evidence)
        assert found.judged.wants_more is alone.wants_more
        outcomes.add(alone.fate)
    assert {Outcome.MATCHED, Outcome.REVIEW, Outcome.UNMATCHED} == {outcome for outcome, _reason in outcomes}


@MODES
def test_it_proposes_nobody_of_a_crowd(mode):
    """I7: a name that too many bear is left alone without being judged, and would be after it too."""
    dice, rules, crowds = random.Random(8), rules_of(mode), 0
    for _meeting in range(MEETINGS):
        lead = some_lead(dice)
        bare = [some_facts(dice)._replace(name=lead.facts.facts.name) for _one in range(dice.randint(1, 6))]
        candidates = [Candidate(f"account:{number // 2}", each) for number, each in enumerate(bare)]
        candidates += [Candidate(f"account:{9 + number}", each) for number, each in enumerate(bare)]
        if is_crowd(lead, candidates):
            crowds += 1
            found = Decided(lead, judge(lead.facts, candidates, rules, 0))
            assert found.judged.decision.outcome is Outcome.UNMATCHED
            assert proposed(found) is found
    assert crowds
