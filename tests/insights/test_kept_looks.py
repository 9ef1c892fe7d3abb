"""Looks are kept, and no kept look is ever old: what was changed is seen at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from insights.actions import bring_insight, change_ficha, correct_label
from insights.actions.bringing import Brought
from insights.actions.erasing import InsightTraces
from insights.models import Comment, FichaCliente
from insights.modules import Module
from insights.queries.kept import KeptResults, results_for
from insights.queries.looks import view_of
from insights.queries.results import results_of
from insights.rules import Emotion, Engine, Label, Platform, Sentiment
from tenants.models import Tenant, User
from tenants.records.erasure import Order, PersonKeys
from tests.insights.analysing import analysed
from tests.insights.brands import a_brand
from tests.insights.reading import a_comment, a_ficha, a_post, give_rows

GOOD = Label(emotions=dict.fromkeys(Emotion, 0.5), sentiment=Sentiment.POSITIVE, score=1.0)


def kept(ficha: FichaCliente, **look: Any) -> KeptResults:
    return results_for(ficha=ficha, engine=Engine.OFFLINE, **look)


def texts(results: Any) -> dict[Module, str]:
    return {module: results[module].to_text() for module in results}


def reckoned(ficha: FichaCliente, **look: Any) -> dict[Module, str]:
    """Return what the same look says when nothing is kept."""
    return texts(results_of(view_of(ficha=ficha, engine=Engine.OFFLINE, **look), ficha=ficha))


@pytest.fixture
def brand(in_acme: Tenant) -> FichaCliente:
    return a_brand(now=timezone.now())


def test_a_kept_look_says_the_same_in_one_query(brand: FichaCliente) -> None:
    """Speed: letter by letter what is reckoned, and only the stamp is asked for."""
    first = texts(kept(brand))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        second = texts(kept(brand))
    assert first == second == reckoned(brand)
    assert len(asked) == 1


def test_looks_are_kept_apart(brand: FichaCliente) -> None:
    """W6: range, platform and run make a look of their own."""
    week = {"start": timezone.now() - timedelta(days=8), "end": timezone.now()}
    run = Comment.objects.first().first_run_id  # type: ignore[union-attr]
    for look in ({}, week, {"platforms": (Platform.TIKTOK,)}, {"run": run}, {"run": run + 1}):
        assert texts(kept(brand, **look)) == reckoned(brand, **look)


def a_correction(ficha: FichaCliente, alice: User) -> None:
    comment = Comment.objects.filter(ficha=ficha, text__startswith="Pésimo").first()
    assert comment
    correct_label(comment=comment, meaning=GOOD, by=alice.pk)


def an_insight_of_others(ficha: FichaCliente, alice: User) -> None:
    said = reckoned_before(ficha)
    bring_insight(ficha=ficha, brought=Brought(results=said, at=timezone.now()), by=alice.pk)


def reckoned_before(ficha: FichaCliente) -> Any:
    view = view_of(ficha=ficha, engine=Engine.OFFLINE, end=timezone.now() - timedelta(days=20))
    results = results_of(view, ficha=ficha)
    return {Module.RECOMMENDATIONS: results[Module.RECOMMENDATIONS]}


def another_sample(ficha: FichaCliente, alice: User) -> None:
    change_ficha(ficha=ficha, by=alice.pk, minimum_sample=900)


@pytest.mark.parametrize("change", [a_correction, an_insight_of_others, another_sample])
def test_what_people_change_is_seen_at_once(
    alice: User, brand: FichaCliente, change: Callable[[FichaCliente, User], None]
) -> None:
    """N9: a human label wins, now and not when something has run out."""
    before = texts(kept(brand))
    change(brand, alice)
    after = texts(kept(brand))
    assert before != after == reckoned(brand)


@pytest.mark.parametrize("cut", ["DEMAND_CUT", "IMPACT_CUT"])
def test_other_cuts_are_seen_at_once(brand: FichaCliente, settings: Any, cut: str) -> None:
    """Q6: from where demand and impact are high is the installation's; no look of the old cuts is shown."""
    zones = []
    for high in (0, 100):
        setattr(settings, cut, high)
        assert texts(kept(brand)) == reckoned(brand)
        found: Any = kept(brand)[Module.OPPORTUNITIES].results
        zones.append({each.zona for each in found.oportunidades})
    assert zones[0].isdisjoint(zones[1])


def test_what_a_run_brings_is_seen_at_once(in_acme: Tenant, settings: Any) -> None:
    """N6: a late comment, an edited one, counters of a post: each run makes another look."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    ficha = a_ficha([a_post()], [a_comment("me encanta", comment_id="1")])
    analysed(ficha)
    late = a_comment("qué asco", comment_id="2", created_at="2024-01-01T00:00:00Z")
    edited = a_comment("pésimo, no me gusta", comment_id="1")
    seen = [texts(kept(ficha))]
    for post, comments in (
        (a_post(), [a_comment("me encanta", comment_id="1"), late]),
        (a_post(), [edited, late]),
        (a_post(likes=5_000), [edited, late]),
    ):
        give_rows(ficha, [post], comments)
        analysed(ficha)
        seen.append(texts(kept(ficha)))
        assert seen[-1] == reckoned(ficha)
        assert seen[-1] != seen[-2]


def test_every_chunk_of_a_run_is_seen(in_acme: Tenant, monkeypatch: Any, settings: Any) -> None:
    """N12: labels are committed by the answer, and looks in between show as many."""
    from insights.actions.running import labels as running

    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    ficha, seen = a_ficha([a_post()], [a_comment(f"me encanta el {n}") for n in range(3)]), []
    keep: Any = running.keep_labels

    def keep_and_look(*told: Any) -> None:
        keep(*told)
        seen.append((kept(ficha)[Module.EMOTIONS].n, Comment.objects.exclude(label=None).count()))

    monkeypatch.setattr(running, "keep_labels", keep_and_look)
    assert kept(ficha)[Module.EMOTIONS].n == 0
    analysed(ficha)
    assert seen == [(n, n) for _kept, n in seen]
    assert seen[-1] == (3, 3)


def test_nobody_elses_looks_are_shown(brand: FichaCliente, in_acme: Tenant) -> None:
    """S3: brands have looks of their own, also of the same rows at the same moment."""
    other = a_brand(now=datetime.now(tz=timezone.get_current_timezone()), name="Otra", weeks=1)
    assert texts(kept(brand)) != texts(kept(other)) == reckoned(other)


def test_an_erased_person_is_in_no_kept_look(brand: FichaCliente) -> None:
    """S19: neither name nor words, from the moment of the erasure on."""
    assert "eva" in kept(brand)[Module.VOICES].to_text()
    keys = PersonKeys(handle="@eva")
    InsightTraces().erased(Order(keys=keys, by=None))
    assert "eva" not in kept(brand)[Module.VOICES].to_text()
    assert texts(kept(brand)) == reckoned(brand)
