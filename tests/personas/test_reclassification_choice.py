"""Whom a reclassification selects (R3, R9): estimate and dry run agree."""

from random import Random
from typing import Any

import pytest

from personas import actions, queries
from personas.models import (
    Contact,
    ContactPersona,
    JobTitle,
)
from personas.queries import Selection
from personas.rules import Match, ReclassificationType
from tenants.models import Tenant
from tests.personas.six_people import ALL, by_hand, make_people, personas, ran


@pytest.fixture
def people(in_acme: Tenant) -> dict[str, int]:
    return make_people(in_acme)


@pytest.mark.parametrize(
    ("type", "names"),
    [
        ("all", {"N0", "N1", "N2", "N3", "N5"}),
        ("by_keyword", {"N2", "N3"}),
        ("by_exact_keyword", {"N2"}),
        ("by_persona", {"N2", "N3", "N5"}),
        ("affected", {"N2", "N3"}),
    ],
)
def test_each_type_selects_its_contacts(
    in_acme: Tenant, people: dict[str, int], type: str, names: set[str]
) -> None:
    """R9 and the table of types: the estimate and the dry run agree; blank titles are never selected."""
    exact = type == "by_exact_keyword"
    keyword = by_hand("Zootecnista", match=Match.EXACT if exact else Match.PHRASE)
    chosen = ReclassificationType("by_keyword" if exact else type)
    by_type: dict[str, dict[str, Any]] = {
        "all": {},
        "by_keyword": {"keyword_id": str(keyword.pk)},
        "by_persona": {"buyer_persona_id": "mateo"},
        "affected": {"keywords": ["ZOOTECNISTA", " ", "nunca visto"]},
    }
    params = by_type[chosen.value]
    seen = actions.estimate(type=chosen, params=params)
    found = ran(in_acme, chosen, params=params)
    changing = {"N2"} if exact else {"N2", "N3"}
    assert seen.estimated_contacts == found.progress.total_contacts == len(names)
    assert seen.would_change == found.progress.updated == len(changing)
    assert seen.transitions == {("mateo", "dc_medicas"): len(changing)}
    assert {one.contact_id for one in seen.sample_contacts} == {people[name] for name in changing}


def test_contacts_without_a_normalised_copy_are_selected_too(in_acme: Tenant, people: dict[str, int]) -> None:
    """R9: estimate, preview, apply and undo know them."""
    by_hand("Zootecnista")
    Contact.objects.filter(pk=people["N3"]).update(title=None)
    ContactPersona.objects.filter(contact=people["N3"]).update(title=None)
    for type, params, total in (
        (ALL, {}, 5),
        (ReclassificationType.AFFECTED, {"keywords": ["zootecnista"]}, 2),
        (ReclassificationType.BY_PERSONA, {"buyer_persona_id": "mateo"}, 3),
    ):
        assert actions.estimate(type=type, params=params).estimated_contacts == total
        found = ran(in_acme, type, params=params)
        assert (found.progress.total_contacts, found.progress.updated) == (total, 2)
    applied = ran(in_acme, dry_run=False)
    assert (personas()["N3"], applied.progress.updated) == ("dc_medicas", 2)


def test_nothing_selected_completes_with_a_message(in_acme: Tenant, people: dict[str, int]) -> None:
    """R3."""
    found = ran(in_acme, ReclassificationType.AFFECTED, params={"keywords": ["nunca visto"]})
    assert (found.status, found.progress.percent, found.progress.total_contacts) == ("completed", 100.0, 0)
    assert found.result is not None
    assert found.result["message"]


@pytest.mark.parametrize(
    ("type", "params", "refusal"),
    [
        ("by_keyword", {}, actions.BadSelection),
        ("by_keyword", {"keyword_id": "12"}, queries.UnknownKeyword),
        ("by_keyword", {"keyword_id": "x\0"}, queries.UnknownKeyword),
        ("by_persona", {}, actions.BadSelection),
        ("by_persona", {"buyer_persona_id": "nobody"}, queries.UnknownPersona),
        ("affected", {"keywords": []}, actions.BadSelection),
        ("affected", {"keywords": [" "]}, actions.BadSelection),
        ("affected", {"keywords": ["ventas", "🙂"]}, actions.BadSelection),
        ("affected", {"keywords": [f"k{at}" for at in range(1_001)]}, actions.BadSelection),
        ("affected", {"keywords": ["x" * 3_000]}, actions.KeywordTooLong),
        ("undo", {}, actions.BadSelection),
    ],
)
def test_parameters_that_choose_nobody_are_refused(
    in_acme: Tenant, type: str, params: dict[str, Any], refusal: type[Exception]
) -> None:
    """R9 and the table of types."""
    with pytest.raises(refusal):
        actions.reclassify(type=ReclassificationType(type), params=params)
    with pytest.raises(refusal):
        actions.estimate(type=ReclassificationType(type), params=params)


def test_the_index_finds_the_titles_that_a_phrase_stands_in(in_acme: Tenant) -> None:
    """P2, R9: words of letters, digits and both, next to one another and apart."""
    dice = Random(11)
    words = ["a", "b1", "1", "2e3", "10", "e5", "x1y", "07", "de", "1st", "c", "000"]
    titles = {" ".join(dice.choices(words, k=dice.randint(1, 5))) for _turn in range(400)}
    JobTitle.objects.bulk_create(JobTitle(normalized=title) for title in sorted(titles))
    for _turn in range(60):
        phrases = tuple(" ".join(dice.choices(words, k=dice.randint(1, 3))) for _each in range(2))
        selection = Selection(ReclassificationType.AFFECTED, phrases=phrases)
        found = {title for _id, title, _count in queries.titles_of(selection, after=0, limit=10_000)}
        assert found == {title for title in titles if selection.takes_title(title)}, phrases


def test_very_many_words_find_the_same_titles(in_acme: Tenant) -> None:
    """R9: a thousand long texts, of which the index is not asked every word."""
    dice = Random(12)
    words = ["".join(dice.choices("abcdefghij", k=3)) for _each in range(900)]
    phrases = tuple(" ".join(dice.choices(words, k=30)) for _each in range(1_000))
    titles = {*phrases[:5], f"jefe {phrases[7]}", phrases[8][1:], "jefe de nada", *words[:50]}
    JobTitle.objects.bulk_create(JobTitle(normalized=title) for title in sorted(titles))
    selection = Selection(ReclassificationType.AFFECTED, phrases=phrases)
    found = {title for _id, title, _count in queries.titles_of(selection, after=0, limit=10_000)}
    assert found == {*phrases[:5], f"jefe {phrases[7]}"}
