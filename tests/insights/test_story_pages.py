"""The story of a range, the board of four weeks, a brand that waits, the lists under figures (W1)."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pydantic import TypeAdapter

from insights.actions import annotate_task, create_ficha, move_task
from insights.models import Comment, FichaCliente, FichaViewer, Insight, Post, Task
from insights.modules import Module, Recommendations, View, finished
from insights.modules.recommendations import Area, Evidence, made
from insights.modules.weeks import monday, year_week
from insights.queries.results import results_of
from insights.reports.looking import ALL, Chosen, view_for
from insights.rules import TaskState
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.insights.brands import SAID, a_brand
from tests.reading import text_of

Pages = Callable[[User], Client]
PAGE, COMMENTS, BOARD = "/insights/", "/insights/comments/", "/insights/tasks/"


@pytest.fixture
def brand(acme: Tenant) -> FichaCliente:
    with tenant_scope(acme.schema_name):
        return a_brand(now=timezone.now())


def a_task(ficha: FichaCliente, week: int, title: str, **said: object) -> Task:
    return Task.objects.create(ficha=ficha, week=week, title=title, title_key=title.casefold(), **said)


def test_the_overview_tells_the_story_first(page: Pages, bob: User, brand: FichaCliente) -> None:
    """Screens: key figures against as many days before, each a link to the comments under it."""
    shown = text_of(page(bob), f"{PAGE}?range=7")
    assert "Compared with as many days just before." in shown
    assert "±0%" in shown.replace("\u00a0", "")
    assert "range=7&amp;sentiment=Negativo" in shown
    assert "Compared with" not in text_of(page(bob), f"{PAGE}?range=all")


def test_too_few_comments_tell_no_story(page: Pages, bob: User, brand: FichaCliente) -> None:
    """N19: under the minimum sample no sentence is made of them."""
    assert "Too few comments" in text_of(page(bob), f"{PAGE}?range=7")
    assert "Too few comments" not in text_of(page(bob), f"{PAGE}?range=30")


def test_a_brand_that_waits_says_when(page: Pages, bob: User, acme: Tenant) -> None:
    """Screens, W5: waiting for the first analysis, and when it comes."""
    with tenant_scope(acme.schema_name):
        create_ficha(by=None, brand_name="Estudio Lienzo", timezone="America/Lima")
        asleep = create_ficha(by=None, brand_name="Taller Norte", is_enabled=False)
    for path in (PAGE, BOARD):
        shown = text_of(page(bob), path)
        assert "Waiting for the first automatic analysis" in shown
        assert "the next run is <time" in shown
        assert "<figure" not in shown
    shown = text_of(page(bob), f"{PAGE}?ficha={asleep.pk}")
    assert "not on a schedule" in shown


def test_the_board_shows_four_weeks(
    page: Pages, bob: User, alice: User, acme: Tenant, brand: FichaCliente
) -> None:
    """N18: state, notes and what it stands on; withdrawn ones are gone, and only staff are led to moving."""
    with tenant_scope(acme.schema_name):
        said = Comment.objects.filter(ficha=brand).first()
        assert said is not None
        evidence = [{"module": "Q7", "comment_ids": [said.pk]}, {"module": "Q3", "topic": "Servicio"}]
        first = a_task(brand, 1, "Responder antes", evidence=evidence, urgency="ALTA", area="Operaciones")
        move_task(task=first, state=TaskState.IN_PROGRESS, by=alice.pk)
        annotate_task(task=first, text="Lo lleva <Camila>", by=alice.pk)
        a_task(brand, 4, "Otra", evidence=[{"module": "?"}], urgency="NUNCA")
        a_task(brand, 2, "Ya no", withdrawn_at=timezone.now())
    shown = text_of(page(bob), BOARD)
    assert [f"Week {week} " in shown for week in range(1, 6)] == [True] * 4 + [False]
    assert {"Responder antes", "In progress", "Lo lleva &lt;Camila&gt;", "NUNCA"} <= {
        words
        for words in ("Responder antes", "In progress", "Lo lleva &lt;Camila&gt;", "NUNCA")
        if words in shown
    }
    assert f"ids={said.pk}" in shown
    assert "topic=Servicio" in shown
    assert "Ya no" not in shown
    assert f"/admin/insights/task/{first.pk}/" not in shown
    assert f"/admin/insights/task/{first.pk}/" in text_of(page(alice), BOARD)
    assert page(bob).post(BOARD).status_code == 405


def evidence_links(shown: str) -> list[str]:
    """Return the addresses of all evidence on a page."""
    [told] = re.findall(r"It stands on: (.*?)</p>", shown, re.DOTALL)
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', told)]


def listed(client: Client, href: str) -> int:
    """Return how many comments the list behind a link has."""
    found = re.search(r'<p class="quiet">(\d+) comments?\b', text_of(client, href))
    assert found
    return int(found[1])


def oldest_of(ficha: FichaCliente) -> tuple[Comment, list[dict[str, object]]]:
    """Return the brand's oldest comment, and evidence that names it, its week and a topic of its day."""
    said = Comment.objects.filter(ficha=ficha).earliest("created_at", "pk")
    week = year_week(monday(said.created_at, ZoneInfo(ficha.timezone)))
    return said, [
        {"module": "Q7", "comment_ids": [said.pk]},
        {"module": "Q8", "semana": week},
        {"module": "Q3", "topic": "Servicio"},
    ]


def advise(ficha: FichaCliente, view: View, evidence: list[dict[str, object]]) -> None:
    """Store one recommendation that stands on this evidence."""
    advice = made(
        title="Responder antes",
        description="Lo piden.",
        area=Area.CARE,
        impact=80,
        effort=40,
        steps=["Nombrar a alguien"],
        evidence=TypeAdapter(list[Evidence]).validate_json(json.dumps(evidence)),
    )
    told = finished(view, Module.RECOMMENDATIONS, Recommendations((advice,)))
    Insight.objects.create(
        ficha=ficha, analysis_timestamp=timezone.now(), q9_result=json.loads(told.to_text())
    )


@pytest.mark.parametrize("look", ["", "?range=7", "?range=7&platform=instagram"])
def test_evidence_of_the_board_is_found_however_old(
    page: Pages, bob: User, acme: Tenant, brand: FichaCliente, look: str
) -> None:
    """N18, W1: a task stands on the whole history, whatever days and networks the board's address names."""
    with tenant_scope(acme.schema_name):
        Comment.objects.filter(ficha=brand).update(created_at=F("created_at") - timedelta(days=200))
        said, evidence = oldest_of(brand)
        a_task(brand, 1, "Responder antes", evidence=evidence)
    client = page(bob)
    by_ids, by_week, by_topic = evidence_links(text_of(client, BOARD + look))
    assert f"ids={said.pk}" in by_ids
    assert [listed(client, href) for href in (by_ids, by_week, by_topic)] == [1, len(SAID), 2 * 6]


def test_evidence_of_advice_is_found_however_old(
    page: Pages, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """Q9, W1: advice with evidence in the look also cites what is older than the look."""
    with tenant_scope(acme.schema_name):
        _said, evidence = oldest_of(brand)
        view = view_for(Chosen(brand, ALL, None, None, None))
        advise(brand, view, evidence)
    client = page(bob)
    found = evidence_links(text_of(client, f"{PAGE}?range=7&tab=q9"))
    assert [listed(client, href) for href in found] == [1, len(SAID), 2 * 6]


def test_evidence_of_a_topic_opens_what_its_module_counts(
    page: Pages, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """W1, Q3, Q6: not everybody who speaks of a topic asks for it; board and advice lead to those meant."""
    with tenant_scope(acme.schema_name):
        view = view_for(Chosen(brand, ALL, None, None, None))
        found = results_of(view, ficha=brand)
        topics, asked = found[Module.TOPICS].results, found[Module.OPPORTUNITIES].results
        assert topics is not None
        assert asked is not None
        spoken = {one.topic: one.menciones for one in topics.topics}
        asking = {one.tema: len(one.comment_ids) for one in asked.oportunidades}
        told = [("Q3", *one) for one in spoken.items()] + [("Q6", *one) for one in asking.items()]
        evidence: list[dict[str, object]] = [
            {"module": module, "topic": topic} for module, topic, _count in told
        ]
        a_task(brand, 1, "Responder antes", evidence=evidence)
        advise(brand, view, evidence)
    assert any(asking[topic] < spoken[topic] for topic in asking)
    client, counts = page(bob), [count for _module, _topic, count in told]
    for shown in (text_of(client, BOARD), text_of(client, f"{PAGE}?range=all&tab=q9")):
        assert [listed(client, href) for href in evidence_links(shown)] == counts


def test_the_board_keeps_to_a_viewers_brands(
    page: Pages, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """Who: others are 404."""
    with tenant_scope(acme.schema_name):
        other = a_brand(now=timezone.now(), name="Zapatería Luna", weeks=1)
        FichaViewer.objects.create(ficha=other, member=bob.id)
    assert page(bob).get(BOARD, {"ficha": str(brand.pk)}).status_code == 404
    assert "No task yet" in text_of(page(bob), BOARD)


def test_an_opportunity_leads_to_who_asks(page: Pages, bob: User, acme: Tenant, brand: FichaCliente) -> None:
    """W1, Q6: as many comments as its demand says."""
    with tenant_scope(acme.schema_name):
        view = view_for(Chosen(brand, ALL, None, None, None))
        found = results_of(view, ficha=brand)[Module.OPPORTUNITIES]
    assert found.results and found.results.oportunidades  # noqa: PT018 - one after the other
    for one in found.results.oportunidades:
        count = round(one.demanda * found.n / 100)
        shown = text_of(page(bob), f"{COMMENTS}?range=all&asks={one.tema}")
        assert f"{count} comment" in shown, one.tema


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=PESIMO", 0),
        ("q=pésimo", 6),
        ("hour=99", 48),
        ("weekday=8", 48),
        ("ids=1.x.2", 0),
        ("address=x", 0),
    ],
)
def test_a_list_is_narrowed_by_its_address(
    page: Pages, bob: User, brand: FichaCliente, query: str, count: int
) -> None:
    """W6: words of the text, and what means nothing narrows nothing."""
    shown = text_of(page(bob), f"{COMMENTS}?range=all&{query}")
    assert f"{count} comments" in shown


def test_a_list_leads_to_itself_without_each_filter(page: Pages, bob: User, brand: FichaCliente) -> None:
    """W6: each thing looked for is in the title, with the way out of it."""
    shown = text_of(page(bob), f"{COMMENTS}?range=all&sentiment=Negativo&author=beto")
    assert "Comments · Negative · by beto" in shown
    assert f'href="{COMMENTS}?range=all&amp;author=beto"' in shown
    assert f'href="{COMMENTS}?range=all&amp;sentiment=Negativo"' in shown


def test_moments_of_posts_lead_to_their_comments(
    page: Pages, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """W1, Q11-Q15: the comments under the posts of a week, a weekday, an hour, one address."""
    with tenant_scope(acme.schema_name):
        post = Post.objects.filter(ficha=brand).latest("created_at")
        moment = post.created_at.astimezone(timezone.get_fixed_timezone(timedelta(hours=-5)))
    monday = moment.date() - timedelta(days=moment.weekday())
    for query, posts in (
        (f"posted={monday}", 1),
        (f"weekday={moment.isoweekday()}", 6),
        (f"hour={moment.hour}", 6),
        (f"hour={(moment.hour + 1) % 24}", 0),
        (f"address={post.url}", 1),
    ):
        shown = text_of(page(bob), f"{COMMENTS}?range=all&{query}")
        assert f"{posts * len(SAID)} comments" in shown, query
