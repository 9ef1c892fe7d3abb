"""What a model advises is stored, and shown to all: it is said in the brand's language (Q9, Q10, N8, N18)."""

from collections.abc import Iterator
from typing import Any

import pytest

from insights.models import FichaCliente, Insight, Task
from tenants.models import Tenant
from tests.insights.analysing import advice, analysed, installed
from tests.insights.chat_server import ChatServer, Reply
from tests.insights.reading import a_comment, a_ficha, a_post


@pytest.fixture
def server(settings: Any, in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    """The installation's model, which advises in the language that it is told."""
    with installed(settings) as found:
        plain = found.answer

        def answer(asked: dict[str, Any]) -> Reply:
            in_english = "in English" in asked["messages"][0]["content"]
            found.advice = [advice("Answer sooner" if in_english else "Responder antes")]
            return plain(asked)

        monkeypatch.setattr(found, "answer", answer)
        yield found


def a_talked_of_brand(language: str) -> FichaCliente:
    """Return a brand with as many comments as a summary wants."""
    return a_ficha([a_post()], [a_comment(f"comentario {n}") for n in range(10)], language=language)


def first_of(ficha: FichaCliente) -> tuple[str, str]:
    """Return what the newest insight recommends first, and how its summary ends."""
    newest = Insight.objects.filter(ficha=ficha).latest("pk")
    advised = newest.q9_result["results"]["recomendaciones"][0]["recomendacion"]
    return advised, newest.q10_result["results"]["hallazgos_clave"][-1]["texto"]


def test_an_english_brand_is_advised_in_english(server: ChatServer) -> None:
    """Q9, Q10, N18: recommendation, summary and task are in one language, the brand's."""
    ficha = a_talked_of_brand("en")
    analysed(ficha)
    assert first_of(ficha) == ("Answer sooner", "First of all: Answer sooner.")
    assert [task.title for task in Task.objects.all()] == ["Answer sooner"]


def test_a_brand_that_changes_its_language_is_advised_anew(server: ChatServer) -> None:
    """N8, N16: the same tables in another language are asked once more, and only then."""
    ficha = a_talked_of_brand("es")
    analysed(ficha)
    assert first_of(ficha) == ("Responder antes", "Lo primero: Responder antes.")
    FichaCliente.objects.update(language="en")
    assert analysed(ficha, is_forced=True).calls == 1
    assert first_of(ficha) == ("Answer sooner", "First of all: Answer sooner.")
    assert analysed(ficha, is_forced=True).calls == 0
