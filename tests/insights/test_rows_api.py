"""What programs read of brands: insights, looks, posts, comments, runs (API, W10, W11)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from insights.models import Comment, FichaCliente, FichaViewer, Insight, Post, RowReport, Run
from insights.modules import Module, read_result
from insights.modules.selecting import Choice, select
from insights.queries.looks import view_of
from insights.rules import Emotion, Engine, Frame, RunState, Sentiment
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.insights.brands import SAID, a_brand
from tests.personas.writing import answer, problem

V1 = "/api/v1"
LISTS = ("fichas_cliente", "insights", "runs", "posts", "comments", "tasks")
KEYS = {
    "id",
    "ficha_cliente_id",
    "analysis_timestamp",
    "analysis_status",
    "total_posts_analyzed",
    "total_comments_analyzed",
    *(f"q{number}_result" for number in range(1, 11)),
}
Api = Callable[[User], ApiClient]


@pytest.fixture
def brand(acme: Tenant) -> FichaCliente:
    with tenant_scope(acme.schema_name):
        return a_brand(now=timezone.now(), weeks=3)


def analysed_at(acme: Tenant, brand: FichaCliente, *moments: datetime) -> list[str]:
    """Add insights of these moments; return their ids."""
    with tenant_scope(acme.schema_name):
        made = [Insight.objects.create(ficha=brand, analysis_timestamp=moment) for moment in moments]
    return [str(insight.pk) for insight in made]


def walked(client: ApiClient, path: str, **query: str) -> list[str]:
    """Walk a list to its end and return the ids."""
    found, page = [], answer(client.get(path, query))
    while True:
        found += [row["id"] for row in page["results"]]
        if page["next_cursor"] is None:
            return found
        page = answer(client.get(path, query | {"cursor": page["next_cursor"]}))


def test_an_insight_has_the_keys_of_the_first_clients(
    api: Api, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """API: exactly these keys."""
    [number] = analysed_at(acme, brand, timezone.now())
    told = answer(api(bob).get(f"{V1}/insights/{number}"))
    assert told.keys() == KEYS
    assert (told["id"], told["ficha_cliente_id"]) == (number, str(brand.pk))
    assert (told["analysis_status"], told["q1_result"]) == ("completed", None)


def test_a_bare_day_is_the_brand_s_whole_day_with_both_ends(
    api: Api, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """API: Lima is five hours behind; one microsecond before and after are other days."""
    first, last = datetime(2025, 3, 4, 5, tzinfo=UTC), datetime(2025, 3, 5, 4, 59, 59, 999_999, tzinfo=UTC)
    tick = timedelta(microseconds=1)
    _before, early, late, _after = analysed_at(acme, brand, first - tick, first, last, last + tick)
    day = {"ficha_cliente_id": str(brand.pk), "start_date": "2025-03-04", "end_date": "2025-03-04"}
    assert walked(api(bob), f"{V1}/insights", **day) == [late, early]
    moments = day | {"start_date": "2025-03-04T05:00:00Z", "end_date": "2025-03-04T00:00:00-05:00"}
    assert walked(api(bob), f"{V1}/insights", **moments) == [early]
    assert walked(api(bob), f"{V1}/insights", **day | {"start_date": "2025-03-06"}) == []


def test_a_walk_is_newest_first_and_loses_nothing_among_equal_moments(
    api: Api, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """W10: insights of one moment and an older one that came last, two a page."""
    moment = timezone.now()
    one, two, three = analysed_at(acme, brand, moment, moment, moment)
    [old] = analysed_at(acme, brand, moment - timedelta(days=9))
    assert walked(api(bob), f"{V1}/insights", limit="2") == [three, two, one, old]


def test_a_look_reckons_all_modules_now(api: Api, bob: User, brand: FichaCliente) -> None:
    """API: modules for a view; each is one that reading takes."""
    path, named = f"{V1}/insights/live", {"ficha_cliente_id": str(brand.pk)}
    told = answer(api(bob).get(path, named))
    assert told["total_comments_analyzed"] == 3 * len(SAID)
    assert [read_result(module, told[f"{module.key}_result"]).n >= 0 for module in Module] == [True] * 15
    narrow = answer(api(bob).get(path, named | {"platform": "instagram", "end_date": "2200-01-01"}))
    assert narrow["total_comments_analyzed"] == len(SAID)
    assert answer(api(bob).get(path, named | {"end_date": "2000-01-01"}))["q1_result"]["estado"] == "no_data"


def test_a_look_at_a_run_shows_what_it_brought(
    api: Api, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """API: `run` = only what that run brought; a run of another brand is 404."""
    with tenant_scope(acme.schema_name):
        other = a_brand(now=timezone.now(), name="Zapatería Luna", weeks=1)
        runs = {ficha.pk: Run.objects.get(ficha=ficha).pk for ficha in (brand, other)}
    path, named = f"{V1}/insights/live", {"ficha_cliente_id": str(brand.pk)}
    told = answer(api(bob).get(path, named | {"run": str(runs[brand.pk])}))
    assert (told["run"], told["total_comments_analyzed"]) == (str(runs[brand.pk]), 3 * len(SAID))
    problem(api(bob).get(path, named | {"run": str(runs[other.pk])}), 404, "not_found")


def test_a_look_at_a_run_counts_its_own_posts(api: Api, bob: User, acme: Tenant, brand: FichaCliente) -> None:
    """API, Q11-Q15: what a run brought is a post of its own and a comment under an old one."""
    with tenant_scope(acme.schema_name):
        first, now = Run.objects.get(ficha=brand), timezone.now()
        second = Run.objects.create(ficha=brand, state=RunState.COMPLETED, started_at=now, finished_at=now)
        old = Post.objects.filter(ficha=brand).earliest("created_at")
        Comment.objects.filter(pk=old.comments.earliest("pk").pk).update(first_run=second)
        old.pk, old.url, old.first_run = None, "https://instagram.com/p/nueva", second
        old.save()
    named = {"ficha_cliente_id": str(brand.pk)}
    for run, posts, comments in ((first, 3, 3 * len(SAID) - 1), (second, 1, 1)):
        asked = named | {"run": str(run.pk)}
        told = answer(api(bob).get(f"{V1}/insights/live", asked))
        assert (told["total_posts_analyzed"], told["total_comments_analyzed"]) == (posts, comments)
        assert len(walked(api(bob), f"{V1}/posts", **asked)) == posts
        assert told["q11_result"]["n"] <= told["q12_result"]["n"] == posts
    assert answer(api(bob).get(f"{V1}/insights/live", named))["total_posts_analyzed"] == 4


CHOICES = [
    ({}, Choice()),
    ({"sentiment": "Negativo"}, Choice(sentiment=Sentiment.NEGATIVE)),
    ({"topic": "SERVICÍO"}, Choice(topic="servicio")),
    ({"topic": "nada de esto"}, Choice(topic="nada de esto")),
    ({"author": "@BETO"}, Choice(author="beto")),
    ({"emotion": "alegria"}, Choice(emotion=Emotion.JOY)),
    ({"frame": "Positivo"}, Choice(frame=Frame.POSITIVE)),
]


def test_comments_are_narrowed_as_the_figures_count_them(
    api: Api, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """W1: the list under a figure is the same in the API as on the page."""
    with tenant_scope(acme.schema_name):
        view = view_of(ficha=brand, engine=Engine.OFFLINE)
    for query, choice in CHOICES:
        asked = query | {"ficha_cliente_id": str(brand.pk), "limit": "200"}
        expected = [str(comment.id) for comment in select(view, choice)]
        assert walked(api(bob), f"{V1}/comments", **asked) == expected, query
    assert walked(api(bob), f"{V1}/comments", run="x") == []
    assert walked(api(bob), f"{V1}/comments", labelled="false") == []


def test_a_comment_carries_its_label(api: Api, bob: User, brand: FichaCliente) -> None:
    """N9, N11: eight emotions, five traits (null without a model), provenance."""
    row = answer(api(bob).get(f"{V1}/comments", {"limit": "1"}))["results"][0]
    label: dict[str, Any] = row["label"]
    assert (len(label["emotions"]), set(label["traits"].values())) == (8, {None})
    assert (label["engine"], label["frame"], label["need"]) == ("offline", None, None)
    assert answer(api(bob).get(f"{V1}/comments/{row['id']}")) == row
    assert answer(api(bob).get(f"{V1}/posts/{row['post_id']}"))["post_url"] == row["post_url"]
    assert answer(api(bob).get(f"{V1}/runs/{row['run']}"))["cost_usd"] == "0.000000"
    assert answer(api(bob).get(f"{V1}/runs/{row['run']}/rows"))["results"] == []


def test_the_rows_of_a_run_are_walked(api: Api, bob: User, acme: Tenant, brand: FichaCliente) -> None:
    """N5, W10: by pages in the order of the source, however many were not taken."""
    with tenant_scope(acme.schema_name):
        run = brand.runs.get()
        for row in range(2, 7):
            RowReport.objects.create(run=run, tab="comments", row=row, code="missing_timestamp")
    client, path = api(bob), f"{V1}/runs/{run.pk}/rows"
    cursor: str | None = ""
    walked: list[int] = []
    while cursor is not None:
        page = answer(client.get(path, {"limit": "2"} | ({"cursor": cursor} if cursor else {})))
        walked += [one["row"] for one in page["results"]]
        cursor = page["next_cursor"]
    assert walked == [2, 3, 4, 5, 6]
    for wrong in ({"cursor": "x"}, {"limit": "0"}, {"state": "failed"}):
        problem(client.get(path, wrong), 400)


def test_a_bound_viewer_sees_one_brand_and_nothing_of_others(
    api: Api, bob: User, alice: User, acme: Tenant, brand: FichaCliente
) -> None:
    """Who: others are 404, by every door."""
    with tenant_scope(acme.schema_name):
        mine = a_brand(now=timezone.now(), name="Zapatería Luna", weeks=1)
        FichaViewer.objects.create(ficha=mine, member=bob.id)
    [number] = analysed_at(acme, brand, timezone.now())
    assert walked(api(bob), f"{V1}/fichas_cliente") == [str(mine.pk)]
    assert len(walked(api(bob), f"{V1}/comments", limit="200")) == len(SAID)
    assert len(walked(api(alice), f"{V1}/comments", limit="200")) == 4 * len(SAID)
    for path in (f"insights/{number}", f"fichas_cliente/{brand.pk}/last_analysis_timestamp"):
        problem(api(bob).get(f"{V1}/{path}"), 404)
    for path in ("insights", "insights/live", "comments", "posts", "runs", "tasks"):
        problem(api(bob).get(f"{V1}/{path}", {"ficha_cliente_id": str(brand.pk)}), 404, "ficha_unknown")


def test_nobody_and_strangers_see_nothing(api: Api, carol: User, acme: Tenant, brand: FichaCliente) -> None:
    """API: no token 401; another tenant's admin finds nothing."""
    for name in LISTS:
        problem(ApiClient().get(f"{V1}/{name}"), 401)
        assert walked(api(carol), f"{V1}/{name}") == []


@pytest.mark.parametrize("number", ["999", "x", "0", "9" * 40, "%00"])
def test_what_is_not_there_is_404_and_a_viewer_s_write_403(
    api: Api, alice: User, bob: User, number: str
) -> None:
    """API: 403 whatever the id, 404 for unknown ids."""
    for name in LISTS:
        problem(api(alice).get(f"{V1}/{name}/{number}"), 404)
        assert api(bob).send("patch", f"{V1}/{name}/{number}").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "04/03/2025"},
        {"start_date": "2025-02-30"},
        {"end_date": "2025-01-01T25:00:00Z"},
        {"end_date": "٢٠٢٥-01-01"},
        {"cursor": "x"},
        {"cursor": "YW5hbHlzaXNfdGltZXN0YW1wOjk5OTk5OTk5OTk5OTk5OTk5OTox"},
        {"limit": "0"},
        {"platform": "x"},
        {"nothing": "1"},
    ],
)
def test_what_cannot_be_read_is_400(api: Api, bob: User, brand: FichaCliente, query: dict[str, str]) -> None:
    """W10: unknown parameters, other ways to write a day, cursors of nobody."""
    named = {"ficha_cliente_id": str(brand.pk)}
    for name in ("insights", "insights/live", "posts", "comments"):
        problem(api(bob).get(f"{V1}/{name}", named | query), 400, "bad_parameters")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_time_break_nothing(api: Api, bob: User, brand: FichaCliente, day: str) -> None:
    """S13: no 500 from any input."""
    for name in ("insights", "insights/live", "comments"):
        asked = {"ficha_cliente_id": str(brand.pk), "start_date": day, "end_date": day}
        assert api(bob).get(f"{V1}/{name}", asked).status_code == 200


@pytest.mark.parametrize("start", ["0001-01-01", "2026-11-01"])
def test_a_report_over_all_time_is_a_report(api: Api, bob: User, brand: FichaCliente, start: str) -> None:
    """S13: as many days before the first of all are no dates."""
    asked = {
        "ficha_cliente_id": str(brand.pk),
        "format": "xlsx",
        "start_date": start,
        "end_date": "9999-12-31",
    }
    assert api(bob).get(f"{V1}/insights/export", asked).status_code == 200
