"""Comments by topic in the API: only labels of what is asked for are read, whatever a tenant has (W1)."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from insights.models import Comment, FichaCliente, Label, Post
from insights.models.labels import columns_of
from insights.rules import Engine
from tenants.models import Tenant, User
from tenants.scope import owner_scope, tenant_scope
from tests.doors import ApiClient
from tests.insights.analysing import JOY
from tests.insights.brands import a_brand
from tests.personas.writing import answer

COMMENTS = "/api/v1/comments"
STRANGERS = 5_000
Api = Callable[[User], ApiClient]


@pytest.fixture
def brand(acme: Tenant) -> FichaCliente:
    """A brand of two dozen comments beside some thousand labels of others."""
    with tenant_scope(acme.schema_name):
        Label.objects.bulk_create(
            Label(
                text_hash=f"{number:064}",
                engine=Engine.OFFLINE,
                model="lexicon",
                prompt_version="other",
                **columns_of(JOY) | {"topics": [f"Tema {number}", "SERVICIO"], "topic_sentiments": [0, 0]},
            )
            for number in range(STRANGERS)
        )
        return a_brand(now=timezone.now(), weeks=3)


def named(brand: FichaCliente, topic: str) -> dict[str, str]:
    return {"ficha_cliente_id": str(brand.pk), "topic": topic, "limit": "200"}


def test_spellings_are_looked_for_in_what_is_asked_for(
    api: Api, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """Speed: labels of comments that nobody asks for are not read."""
    with tenant_scope(acme.schema_name), owner_scope(), connection.cursor() as cursor:
        for model in (Label, Comment, Post):
            cursor.execute(f'ANALYZE "{acme.schema_name}".{model._meta.db_table}')
    with CaptureQueriesContext(connection) as asked:
        assert len(answer(api(bob).get(COMMENTS, named(brand, "servicio")))["results"]) == 6
    [sought] = [query["sql"] for query in asked if "unnest" in query["sql"].lower()]
    with tenant_scope(acme.schema_name), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sought}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on insights_label" not in plan, plan


def test_every_spelling_within_is_found_and_none_of_others(
    api: Api, bob: User, acme: Tenant, brand: FichaCliente
) -> None:
    """W1, N9: equal without case and accents, also where a brand writes a topic in two ways."""
    with tenant_scope(acme.schema_name):
        one = Comment.objects.filter(ficha=brand, label__topics__contains=["Servicio"]).earliest("pk")
        Label.objects.filter(comments=one).update(topics=["Servició"], topic_sentiments=[0])
    client = api(bob)
    assert len(answer(client.get(COMMENTS, named(brand, "SERVICIO")))["results"]) == 6
    assert answer(client.get(COMMENTS, named(brand, "Tema 7")))["results"] == []
