"""P2–P4 hold for every title and every set of rules: three ways to decide, one answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.classifier import KeywordRule, PersonaRule, compile_ruleset, explain, normalise
from personas.rules import Effect, Match
from tenants.samples.dice import Dice
from tests.personas.rulesets import Automaton, decide_slowly, place
from tests.personas.titles import grown_rules, some_titles

# Few words, so that phrases overlap, nest, repeat and share beginnings in every way they can.
WORDS = ("a", "b", "c", "de", "art", "partner", "9")
TYPED = st.lists(st.sampled_from([*WORDS, "Ä", "DE", "x", "-", "ß", "🙂"]), max_size=7).map(" ".join)
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@st.composite
def personas(draw):
    """One to five personas with priorities and ids in any order, one of them the default."""
    count = draw(st.integers(1, 5))
    priorities = draw(st.lists(st.integers(1, 99), min_size=count, max_size=count, unique=True))
    default = draw(st.integers(0, count - 1))
    ids = draw(st.permutations(range(1, count + 1)))
    return [
        PersonaRule(number, f"p{number}", f"P{number}", priority, at == default)
        for at, (number, priority) in enumerate(zip(ids, priorities, strict=True))
    ]


@st.composite
def rules(draw):
    """Any personas with any keywords, texts that stand twice among them."""
    people = draw(personas())
    drawn = draw(
        st.lists(
            st.tuples(
                PHRASES,
                st.sampled_from(Match),
                st.sampled_from([Effect.INCLUDE, Effect.INCLUDE, Effect.EXCLUDE]),
                st.sampled_from([one.id for one in people]),
            ),
            max_size=16,
        )
    )
    numbers = draw(st.permutations(range(1, len(drawn) + 1)))
    keywords = [
        KeywordRule(number, text.upper(), normalise(text), match, effect, persona)
        for number, (text, match, effect, persona) in zip(numbers, drawn, strict=True)
    ]
    return people, keywords


@settings(max_examples=200)
@given(rules(), st.lists(TYPED, max_size=8))
def test_three_ways_to_decide_agree(drawn, titles):
    """P2, P3, P4: the trie, the plain loop and the automaton."""
    people, keywords = drawn
    ruleset, automaton = compile_ruleset(people, keywords, 1), Automaton(people, keywords)
    for title in titles:
        normalised = normalise(title)
        code, includes = decide_slowly(people, keywords, normalised)
        found, winner = ruleset.classify(title), ruleset.winner(normalised)
        assert (found.persona.code, [hit.keyword.id for hit in found.all_matches]) == (code, includes)
        assert winner is found.keyword is automaton.winner(normalised)
        assert ruleset.persona_of(winner).code == code


@given(rules(), st.lists(TYPED, min_size=1, max_size=5), st.randoms())
def test_no_order_of_writing_changes_a_decision(drawn, titles, random):
    """P3: the order is total, so nothing is left to chance."""
    people, keywords = drawn
    places = {place(rule, {one.id: one for one in people}) for rule in keywords}
    assert len(places) == len(keywords)
    mixed, others = list(keywords), list(people)
    random.shuffle(mixed)
    random.shuffle(others)
    one, other = compile_ruleset(people, keywords, 1), compile_ruleset(others, mixed, 1)
    for title in titles:
        assert one.classify(title) == other.classify(title)


@given(rules(), TYPED)
def test_a_decision_depends_on_the_normal_form_alone(drawn, title):
    """P1, P3: what is normalised again is decided the same."""
    people, keywords = drawn
    ruleset = compile_ruleset(people, keywords, 1)
    found, again = ruleset.classify(title), ruleset.classify(normalise(title))
    assert found.normalized_job_title == again.normalized_job_title == normalise(title)
    assert (found.persona, found.all_matches) == (again.persona, again.all_matches)


@given(rules(), TYPED)
def test_an_answer_agrees_with_itself(drawn, title):
    """P3, P4: winner, texts, priority, exclusions and what they silenced."""
    people, keywords = drawn
    found = compile_ruleset(people, keywords, 1).classify(title)
    out = {hit.persona.id for hit in found.excluded_by}
    assert not out & {hit.persona.id for hit in found.all_matches}
    assert {hit.persona.id for hit in found.excluded} <= out
    assert all(hit.keyword.effect is Effect.EXCLUDE for hit in found.excluded_by)
    assert all(hit.keyword.persona_id == hit.persona.id for hit in found.all_matches)
    if found.is_default:
        assert (found.persona.is_default, found.priority_used, found.matched_keywords) == (True, 999, ())
    else:
        winner = found.all_matches[0]
        assert (found.persona, found.keyword) == (winner.persona, winner.keyword)
        assert found.priority_used == winner.persona.priority
        assert found.matched_keywords[0] == winner.keyword.text


@given(rules(), TYPED)
def test_the_sentence_names_who_won_and_who_was_excluded(drawn, title):
    """P4, W1: what a person reads is what was decided."""
    people, keywords = drawn
    found = compile_ruleset(people, keywords, 1).classify(title)
    sentence = explain(found)
    assert f"“{found.persona.name}”" in sentence or f"«{found.persona.name}»" in sentence
    for hit in [*found.all_matches[:1], *found.excluded_by]:
        assert hit.keyword.text in sentence
        assert hit.persona.name in sentence
    rivals = [hit for hit in found.all_matches if hit.persona is not found.persona]
    if rivals:
        assert rivals[0].keyword.text in sentence


@pytest.mark.parametrize("keywords", [0, 1, 465, 3_000])
def test_rules_of_every_size_agree_on_titles_as_people_write_them(keywords):
    """P2, P3, P4: a short form of the million pairs of `make bench`."""
    people, rules = grown_rules(keywords)
    ruleset, automaton = compile_ruleset(people, rules, 1), Automaton(people, rules)
    dice = Dice(7)
    for title in some_titles(2_000):
        normalised = normalise(title)
        winner = ruleset.winner(normalised)
        assert winner is automaton.winner(normalised)
        if dice.chance(0.02):
            code, includes = decide_slowly(people, rules, normalised)
            assert ruleset.persona_of(winner).code == code
            assert [hit.keyword.id for hit in ruleset.classify(title).all_matches] == includes
