"""What comments mean, corrected on the staff's pages; and viewers bound to brands (N9, Who)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from insights.models import Comment, FichaCliente, FichaViewer
from insights.models.labels import EMOTION_FIELDS
from insights.rules import Emotion, Engine, Sentiment
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.insights.brands import a_brand
from tests.reading import text_of

Pages = Callable[[User], Client]
COMMENTS, BONDS = "/admin/insights/comment", "/admin/insights/fichaviewer"


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def brand(acme: Tenant, client: Client) -> FichaCliente:
    with tenant_scope(acme.schema_name):
        return a_brand(now=timezone.now(), weeks=1)


@pytest.fixture
def comment(acme: Tenant, brand: FichaCliente) -> Comment:
    with tenant_scope(acme.schema_name):
        return Comment.objects.get(author="carla")


def a_label(**said: Any) -> dict[str, Any]:
    return {
        **dict.fromkeys(EMOTION_FIELDS.values(), "0"),
        "sentiment": "Mixto",
        "score": "-0.25",
        "topics": "Precio: -0,5\nCalidad: 1",
        "anger": "0.75",
        **said,
    }


def test_a_persons_label_counts_for_this_comment_alone(
    client: Client, comment: Comment, acme: Tenant, alice: User
) -> None:
    """N9: a human label wins; the engine's stays, and equal texts keep theirs."""
    page = f"{COMMENTS}/{comment.pk}/change/"
    assert "corrected by a person" not in text_of(client, page)
    assert client.post(page, a_label()).status_code == 302
    with tenant_scope(acme.schema_name):
        comment = Comment.objects.select_related("label__corrects").get(pk=comment.pk)
        twin = Comment.objects.select_related("label").get(author="ana", text=comment.text)
    assert comment.label
    assert comment.label.corrects
    said = comment.label.meaning
    assert (said.sentiment, said.score, said.emotions[Emotion.ANGER]) == (Sentiment.MIXED, -0.25, 0.75)
    assert [(one.topic, one.sentiment) for one in said.topics] == [("Precio", -0.5), ("Calidad", 1.0)]
    assert (comment.label.created_by, comment.label.corrects.engine) == (alice.pk, Engine.OFFLINE)
    assert twin.label
    assert twin.label.engine == Engine.OFFLINE
    shown = text_of(client, page)
    assert "corrected by a person" in shown
    assert "Basic analysis without a model" in shown
    assert "Precio: -0.5\nCalidad: 1" in shown
    assert "carla" in text_of(client, f"{COMMENTS}/?label__engine=human")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"anger": "1.5"}, "less than or equal to 1"),
        ({"anger": ""}, "This field is required."),
        ({"anger": "nan"}, "Enter a number."),
        ({"topics": "Precio"}, "is no topic with a sentiment"),
        ({"topics": "Precio: 2"}, "is no topic with a sentiment"),
        ({"topics": "Precio: nan"}, "is no topic with a sentiment"),
        ({"need_text": "delivery"}, "A need has its impact"),
        ({"need_impact": "40"}, "A need has its impact"),
        ({"sentiment": "x"}, "Select a valid choice"),
    ],
)
def test_what_is_out_of_range_is_no_label(
    client: Client, comment: Comment, acme: Tenant, said: dict[str, str], words: str
) -> None:
    """N9: nothing is clamped; the page says which field, and nothing is kept."""
    answer = client.post(f"{COMMENTS}/{comment.pk}/change/", a_label(**said))
    assert words in answer.content.decode()
    with tenant_scope(acme.schema_name):
        assert not Comment.objects.filter(label__engine=Engine.HUMAN).exists()


def test_viewers_correct_nothing(page: Pages, bob: User, comment: Comment) -> None:
    """Who: viewers only read, and not here."""
    assert page(bob).post(f"{COMMENTS}/{comment.pk}/change/", a_label()).status_code == 403


@pytest.mark.parametrize("key", ["999999999", "x"])
def test_what_is_not_there_is_404(client: Client, key: str) -> None:
    """S1: unknown ids."""
    assert client.get(f"{COMMENTS}/{key}/change/").status_code == 404


def test_a_viewer_is_bound_once_and_let_go(
    client: Client, brand: FichaCliente, acme: Tenant, bob: User, alice: User, carol: User
) -> None:
    """Who: members who are viewers, no others and no strangers; twice is once."""
    said = {"ficha": str(brand.pk), "member": str(bob.pk)}
    assert client.post(f"{BONDS}/add/", said).status_code == 302
    with tenant_scope(acme.schema_name):
        bond = FichaViewer.objects.get()
    assert (bond.member, bond.created_by) == (bob.pk, alice.pk)
    assert "bound to this brand already" in client.post(f"{BONDS}/add/", said).content.decode()
    for other in (alice, carol):
        answer = client.post(f"{BONDS}/add/", said | {"member": str(other.pk)})
        assert "Select a valid choice" in answer.content.decode()
    assert brand.brand_name in text_of(client, f"{BONDS}/{bond.pk}/change/")
    assert client.post(f"{BONDS}/{bond.pk}/delete/", {"post": "yes"}).status_code == 302
    with tenant_scope(acme.schema_name):
        assert not FichaViewer.objects.exists()


def test_an_erased_comment_says_that_nobody_reads_it(client: Client, comment: Comment, acme: Tenant) -> None:
    """S19: no run labels it, and no engine gave it up."""
    with tenant_scope(acme.schema_name):
        Comment.objects.filter(pk=comment.pk).update(label=None, unlabelled_because="erased")
    for page in (f"{COMMENTS}/", f"{COMMENTS}/{comment.pk}/change/"):
        assert "Erased before it was labelled" in text_of(client, page)
    assert "gave it up" not in text_of(client, f"{COMMENTS}/{comment.pk}/change/")
