"""P10: what the tree flags and what it offers."""

from personas.classifier import compile_ruleset
from personas.classifier.counting import tally
from personas.classifier.lint import contradictions, duplicates, idle, shadowed, suggest, too_broad
from personas.rules import Effect
from tests.personas.rulesets import COMMERCIAL, GENERAL, MARKETING, PERSONAS, keyword


def test_it_flags_what_loses_on_its_own_text():
    """P10: "gerente de ventas" never wins beside a better "gerente"."""
    better = keyword("gerente", GENERAL, number=1)
    never = keyword("gerente de ventas", COMMERCIAL, number=2)
    silenced = keyword("asistente general", MARKETING, number=3)
    out = keyword("asistente", MARKETING, number=4, effect=Effect.EXCLUDE)
    found = shadowed(compile_ruleset(PERSONAS, (better, never, silenced, out), 1))
    assert [(verdict.keyword, verdict.by) for verdict in found] == [(silenced, None), (never, better)]


def test_it_flags_a_text_that_a_persona_includes_and_excludes():
    """P10: whoever wrote both meant one."""
    include = keyword("ventas", COMMERCIAL, number=1)
    exclude = keyword("Ventas", COMMERCIAL, number=2, effect=Effect.EXCLUDE)
    elsewhere = keyword("ventas", MARKETING, number=3, effect=Effect.EXCLUDE)
    ruleset = compile_ruleset(PERSONAS, (include, exclude, elsewhere), 1)
    assert contradictions(ruleset) == [(include, exclude)]


def test_it_flags_keywords_without_contact_and_doubled_texts():
    """P9, P10: dead weight."""
    one, two = keyword("ventas", COMMERCIAL, number=1), keyword("VENTAS", MARKETING, number=2)
    ruleset = compile_ruleset(PERSONAS, (one, two), 1)
    assert idle(ruleset, {2: 5}) == [one]
    assert duplicates((one, two)) == [[one, two]]


def test_it_offers_the_phrase_that_frequent_titles_share():
    """P10: one click makes the keyword."""
    titles = {"jefe de compras": 9, "jefe de compras zona norte": 4, "piloto": 5, "de la": 8}
    found = suggest(titles, limit=2)
    assert [(one.title, one.contacts, one.phrase, one.phrase_contacts) for one in found] == [
        ("jefe de compras", 9, "jefe de compras", 13),
        ("piloto", 5, "piloto", 5),
    ]


def test_it_flags_a_word_that_takes_other_personas_titles():
    """P10, P3: "gerente" wins what "ventas" and "marketing" claim; "ventas" alone does not."""
    better = keyword("gerente", GENERAL, number=1)
    rules = (better, keyword("ventas", COMMERCIAL, number=2), keyword("marketing", MARKETING, number=3))
    titles = {"gerente de ventas": 20, "gerente de marketing": 10, "gerente": 70, "jefe de ventas": 40}
    ruleset = compile_ruleset(PERSONAS, rules, 1)
    seen = tally(ruleset, titles.items())
    (broad,) = too_broad(ruleset, seen)
    assert (broad.keyword, broad.wins, broad.contested) == (better, 100, 30)
    assert broad.rivals == (MARKETING, COMMERCIAL)


def test_a_tally_counts_whom_keywords_match_and_whom_they_win():
    """P2, P3, P4: an excluded persona's keywords match, but win nobody."""
    wins, loses = keyword("gerente", GENERAL, number=1), keyword("ventas", COMMERCIAL, number=2)
    out = keyword("asistente", GENERAL, number=3, effect=Effect.EXCLUDE)
    ruleset = compile_ruleset(PERSONAS, (wins, loses, out), 1)
    titles = [("asistente gerente ventas", 2), ("gerente ventas", 3), ("asistente gerente", 4), ("", 9)]
    seen = tally(ruleset, titles)
    assert seen.matches == {1: 9, 2: 5, 3: 6}
    assert seen.wins == {1: 3, 2: 2}
    assert (seen.unclassified, seen.titled) == ({"asistente gerente": 4}, 9)


def test_it_offers_no_text_that_stands_already():
    """P9, P10: one click would only be refused."""
    (one,) = suggest({"jefe de compras": 9}, standing={"jefe de compras"})
    assert one.phrase != "jefe de compras"


def test_it_offers_what_tells_a_title_apart_from_classified_ones():
    """P10: a place stands behind every role, so it is no role."""
    unclassified = {"piloto region andina": 5, "buzo region andina": 4}
    titles = unclassified | {"gerente region andina": 90}
    assert [one.phrase for one in suggest(unclassified)] == ["region andina", "region andina"]
    assert [one.phrase for one in suggest(unclassified, titles=titles)] == [
        "piloto region andina",
        "buzo region andina",
    ]
