"""P2–P4: who wins, and why."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.classifier import KeywordRule, NotOneDefault, compile_ruleset
from personas.rules import Effect, Match
from tests.personas.rulesets import (
    COMMERCIAL,
    GENERAL,
    MARKETING,
    OTHERS,
    PERSONAS,
    decide_slowly,
    keyword,
)


def classify(title, *keywords):
    return compile_ruleset(PERSONAS, keywords, 7).classify(title)


def test_it_answers_everything_a_door_shows():
    """P3, P5: the whole value, compared at once."""
    rules = (keyword("Gerente Marketing", MARKETING, number=1), keyword("gerente", COMMERCIAL, number=2))
    found = classify("GERENTE MARKETING Latam", *rules)
    assert found.persona is MARKETING
    assert [(hit.keyword.id, hit.persona.code) for hit in found.all_matches] == [
        (1, "dc_marketing"),
        (2, "dc_comerciales"),
    ]
    assert found.matched_keywords == ("Gerente Marketing",)
    assert (found.original, found.normalized_job_title) == (
        "GERENTE MARKETING Latam",
        "gerente marketing latam",
    )
    assert (found.priority_used, found.is_default, found.ruleset_revision) == (2, False, 7)
    assert found.keyword is rules[0]


@pytest.mark.parametrize("title", ["", None, "🚀🚀", "Astronauta"])
def test_it_gives_the_default_persona_to_what_nothing_matches(title):
    """P1, P3: 999 is the priority of nothing."""
    found = classify(title, keyword("gerente", GENERAL))
    assert (found.persona, found.is_default, found.priority_used) == (OTHERS, True, 999)
    assert (found.all_matches, found.keyword, found.matched_keywords) == ((), None, ())


def test_it_matches_whole_words_only():
    """P2: art never matches partner."""
    assert classify("Partner", keyword("art", MARKETING)).is_default
    assert not classify("Head of Art", keyword("art", MARKETING)).is_default


def test_it_matches_an_exact_keyword_on_the_whole_title_only():
    """P2: exact is not a phrase."""
    rule = keyword("gerente", GENERAL, match=Match.EXACT)
    assert classify("Gerente!", rule).persona is GENERAL
    assert classify("Gerente Ventas", rule).is_default


def test_it_puts_exact_before_a_better_priority():
    """P3: exact before phrase."""
    rules = (
        keyword("gerente", GENERAL, number=1),
        keyword("gerente ventas", COMMERCIAL, number=2, match=Match.EXACT),
    )
    assert classify("Gerente Ventas", *rules).persona is COMMERCIAL


def test_it_puts_priority_before_length_and_words_before_characters():
    """P3: priority, then words, then characters."""
    short_and_better = (keyword("marca", MARKETING, number=1), keyword("jefe de marca", COMMERCIAL, number=2))
    assert classify("Jefe de marca", *short_and_better).persona is MARKETING
    lengths = (
        keyword("internacional", MARKETING, number=1),
        keyword("de la", MARKETING, number=2),
        keyword("jefe de", MARKETING, number=3),
    )
    assert [hit.keyword.id for hit in classify("Jefe de la internacional", *lengths).all_matches] == [3, 2, 1]


def test_it_settles_equal_length_by_text_and_then_by_id():
    """P3: total, so that two runs never differ."""
    rules = (
        keyword("zeta", MARKETING, number=1),
        keyword("alfa", MARKETING, number=3),
        keyword("alfa", MARKETING, number=2),
    )
    for order in itertools.permutations(rules):
        assert [hit.keyword.id for hit in classify("zeta alfa", *order).all_matches] == [2, 3, 1]


def test_it_takes_an_excluded_persona_out_and_shows_what_was_silenced():
    """P4: "asistente de gerente general"."""
    rules = (
        keyword("gerente general", GENERAL, number=1),
        keyword("asistente de", GENERAL, number=2, effect=Effect.EXCLUDE),
        keyword("general", COMMERCIAL, number=3),
    )
    found = classify("Asistente de Gerente General", *rules)
    assert found.persona is COMMERCIAL
    assert [hit.keyword.id for hit in found.excluded_by] == [2]
    assert [hit.keyword.id for hit in found.excluded] == [1]


def test_it_obeys_an_exact_exclude_only_on_the_whole_title():
    """P2, P4: an exclude matches like any keyword."""
    rules = (
        keyword("gerente", GENERAL, number=1),
        keyword("gerente", GENERAL, number=2, match=Match.EXACT, effect=Effect.EXCLUDE),
    )
    assert classify("Gerente", *rules).is_default
    assert classify("Gerente General", *rules).persona is GENERAL


def test_it_needs_one_default_persona():
    """P3: what matches nothing must have a place."""
    with pytest.raises(NotOneDefault):
        compile_ruleset((GENERAL,), (), 1)
    with pytest.raises(NotOneDefault):
        compile_ruleset((OTHERS, OTHERS.__class__(10, "otra", "Otra", 100, True)), (), 1)


def test_it_lists_every_keyword_that_matches_without_deciding():
    """P2: metrics count over all keywords."""
    rules = (
        keyword("gerente general", GENERAL, number=1),
        keyword("gerente", MARKETING, number=2),
        keyword("asistente", GENERAL, number=3, effect=Effect.EXCLUDE),
        keyword("ventas", COMMERCIAL, number=4),
    )
    ruleset = compile_ruleset(PERSONAS, rules, 1)
    assert [rule.id for rule in ruleset.matching("asistente gerente general")] == [3, 1, 2]
    assert {rule.id for rule in ruleset.keywords} == {1, 2, 3, 4}
    assert next(persona.code for persona in ruleset.personas) == "dc_generales"


# Few words, so that phrases overlap, nest, repeat and share beginnings in every way they can.
WORDS = st.lists(st.sampled_from(["a", "b", "c", "de"]), min_size=1, max_size=4).map(" ".join)


@st.composite
def rule_sets(draw):
    drawn = draw(
        st.lists(
            st.tuples(
                WORDS,
                st.sampled_from(list(Match)),
                st.sampled_from([Effect.INCLUDE, Effect.INCLUDE, Effect.INCLUDE, Effect.EXCLUDE]),
                st.sampled_from([GENERAL, MARKETING, COMMERCIAL]),
            ),
            max_size=14,
        )
    )
    return [
        KeywordRule(number, text, text, match, effect, persona.id)
        for number, (text, match, effect, persona) in enumerate(drawn, 1)
    ]


@settings(max_examples=200)
@given(
    rule_sets(),
    st.lists(st.lists(st.sampled_from(["a", "b", "c", "de", "x"]), max_size=6).map(" ".join), max_size=8),
)
def test_it_agrees_with_trying_every_keyword(rules, titles):
    """P2, P3, P4: fast winner, full answer and the plain loop are one."""
    ruleset = compile_ruleset(PERSONAS, rules, 1)
    for title in titles:
        code, includes = decide_slowly(PERSONAS, rules, title)
        found, winner = ruleset.classify(title), ruleset.winner(title)
        assert (found.persona.code, [hit.keyword.id for hit in found.all_matches]) == (code, includes)
        assert winner == found.keyword
        assert ruleset.persona_of(winner).code == code


@given(rule_sets(), st.randoms())
def test_it_does_not_care_in_which_order_rules_come(rules, random):
    """P3: a total order."""
    mixed = list(rules)
    random.shuffle(mixed)
    one, other = compile_ruleset(PERSONAS, rules, 1), compile_ruleset(PERSONAS, mixed, 1)
    for rule in rules:
        assert one.classify(rule.normalized) == other.classify(rule.normalized)
