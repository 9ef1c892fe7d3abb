"""What viewers see of a brand: charts, the comments under each figure, no control (W1, W6)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from insights.models import Comment, FichaCliente, FichaViewer
from insights.modules import Module
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.insights.brands import SAID, a_brand
from tests.personas.writing import answer
from tests.reading import tables, text_of

Pages = Callable[[User], Client]
PAGE, COMMENTS = "/insights/", "/insights/comments/"


@pytest.fixture
def brand(acme: Tenant) -> FichaCliente:
    with tenant_scope(acme.schema_name):
        return a_brand(now=timezone.now())


def test_without_brands_it_says_what_to_do(page: Pages, bob: User, acme: Tenant) -> None:
    """W5: what, why."""
    assert "No brand yet" in text_of(page(bob), PAGE)


def test_the_overview_has_five_charts_and_their_tables(page: Pages, bob: User, brand: FichaCliente) -> None:
    """Screens: emotions, traits (which need a model), topics, sentiment, weekly volume."""
    shown = text_of(page(bob), PAGE)
    told = tables(shown)
    assert told.keys() == {"sentiment", "emotions", "topics", "volume"}
    assert "This needs a language model" in shown
    assert "Last update" in shown


@pytest.mark.parametrize("module", list(Module))
def test_every_tab_answers(page: Pages, bob: User, brand: FichaCliente, module: Module) -> None:
    """Screens: one tab for each question; none breaks, whatever its module has to say."""
    answer = page(bob).get(PAGE, {"tab": module.key, "range": "all"})
    assert answer.status_code == 200
    assert "could not be computed" not in answer.content.decode()


def test_each_figure_leads_to_as_many_comments(page: Pages, bob: User, brand: FichaCliente) -> None:
    """W1: the chain of evidence: what a chart counts is what its list shows."""
    told = tables(text_of(page(bob), f"{PAGE}?range=all"))["topics"]
    counted = {row[0]: row[1] for row in told}
    found = text_of(page(bob), f"{COMMENTS}?range=all&topic=servicio")
    assert f"{counted['Servicio']} comments" in found
    assert "Pésimo servicio" in found
    assert "Me encantó" not in found
    assert f"{6 * len(SAID)} comments" in text_of(page(bob), f"{COMMENTS}?range=all")


def test_a_range_is_of_local_days_with_today(page: Pages, bob: User, brand: FichaCliente) -> None:
    """Screens: 7 days hold one week of this brand, 30 days five."""
    assert f"{len(SAID)} comments" in text_of(page(bob), f"{COMMENTS}?range=7")
    assert f"{5 * len(SAID)} comments" in text_of(page(bob), f"{COMMENTS}?range=30")


def test_a_day_ends_with_the_later_of_two_hours(
    page: Pages, api: Callable[[User], ApiClient], bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """Screens, API: in Santiago 4 April 2026 has 23:30 twice; both are of that day, by every door."""
    with tenant_scope(acme.schema_name):
        FichaCliente.objects.filter(pk=brand.pk).update(timezone="America/Santiago")
        kept = Comment.objects.filter(ficha=brand).values_list("pk", flat=True)[:3]
        for number, hour in zip(kept, (2, 3, 4), strict=True):
            Comment.objects.filter(pk=number).update(created_at=datetime(2026, 4, 5, hour, 30, tzinfo=UTC))
    found = text_of(page(bob), f"{COMMENTS}?range=custom&from=2026-04-04&to=2026-04-04")
    assert "2 comments" in found
    day = {"ficha_cliente_id": str(brand.pk), "start_date": "2026-04-04", "end_date": "2026-04-04"}
    client = api(bob)
    assert answer(client.get("/api/v1/insights/live", day))["total_comments_analyzed"] == 2
    book = client.get("/api/v1/insights/export", day | {"format": "xlsx"})
    sheet = CalamineWorkbook.from_filelike(BytesIO(book.content)).get_sheet_by_name("Comments")
    assert len([row for row in sheet.to_python() if "instagram.com" in str(row[-1])]) == 2


def test_strangers_texts_are_only_ever_words(page: Pages, bob: User, brand: FichaCliente) -> None:
    """N10: markup in a comment is shown, never obeyed."""
    body = page(bob).get(f"{COMMENTS}?range=all&emotion=disgusto").content.decode()
    assert "&lt;script&gt;" in body
    assert "<script>alert" not in body


@pytest.mark.parametrize(
    "query",
    [
        "?range=x&tab=q99&platform=x",
        "?from=2026-13-01&range=custom",
        "?from=2030-01-01&to=2020-01-01&range=custom",
        "?from=0001-01-01&to=9999-12-31&range=custom",
    ],
)
def test_what_means_nothing_asks_for_nothing(page: Pages, bob: User, brand: FichaCliente, query: str) -> None:
    """S13, W6: no address breaks a page."""
    assert page(bob).get(PAGE + query).status_code == 200


@pytest.mark.parametrize("path", [PAGE, COMMENTS])
def test_another_brand_is_not_there(page: Pages, bob: User, brand: FichaCliente, path: str) -> None:
    """S1: an id of nobody's or of another's is 404."""
    assert page(bob).get(path, {"ficha": "9" * 15}).status_code == 404


def test_a_viewer_bound_to_one_brand_sees_no_other(
    page: Pages, bob: User, alice: User, acme: Tenant, brand: FichaCliente
) -> None:
    """Who: bound viewers see their brands, admins and unbound viewers all."""
    with tenant_scope(acme.schema_name):
        other = a_brand(now=timezone.now() - timedelta(days=1), name="Zapatería Luna", weeks=1)
        FichaViewer.objects.create(ficha=other, member=bob.id)
    assert page(bob).get(PAGE, {"ficha": str(brand.pk)}).status_code == 404
    assert "Panadería Aurora" not in text_of(page(bob), PAGE)
    assert page(alice).get(PAGE, {"ficha": str(brand.pk)}).status_code == 200


def test_nothing_on_it_changes_anything(page: Pages, bob: User, brand: FichaCliente) -> None:
    """N10, S2: no control of execution, upload or re-analysis exists for a viewer."""
    body = page(bob).get(PAGE).content.decode()
    main = body[body.index("<main") : body.index("</main>")]
    assert 'method="post"' not in main
    assert page(bob).post(PAGE).status_code == 405
