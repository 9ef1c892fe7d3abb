"""A labeller at the chat server, and what came of a labelling."""

from collections.abc import Callable
from typing import Any

from insights.labelling import Asked, Brand, Chat, EngineStopped, Labelled, ModelLabeller, Usage
from insights.rules import Label, text_hash
from tests.insights.chat_server import ChatServer

BRAND = Brand(name="Panadería Aurora", archetype="El cuidador", tone="Cercano")


def a_labeller(
    server: ChatServer,
    *,
    size: int = 50,
    at_once: int = 5,
    timeout_s: float = 5.0,
    sleep: Callable[[float], None] = lambda _: None,
) -> ModelLabeller:
    chat = Chat(api_key="k-test", model="gpt-5.4-nano", base_url=server.url, timeout_s=timeout_s, sleep=sleep)
    return ModelLabeller(chat, size=size, at_once=at_once)


def until_stopped(labeller: ModelLabeller, asked: list[Asked]) -> tuple[list[Labelled], EngineStopped]:
    """Return what came before the stop, and the stop."""
    batches: list[Labelled] = []
    try:
        for batch in labeller.label(asked, brand=BRAND, may_spend=lambda _: True):
            batches.append(batch)  # noqa: PERF402 - what came before the stop counts
    except EngineStopped as stop:
        return batches, stop
    raise AssertionError("it did not stop")


def comments(number: int, *, caption: str = "") -> list[Asked]:
    return [Asked(text_hash(f"comentario {n}"), f"comentario {n}", caption) for n in range(number)]


def labelled(labeller: ModelLabeller, asked: list[Asked], **more: Any) -> list[Labelled]:
    return list(labeller.label(asked, brand=BRAND, may_spend=more.get("may_spend", lambda _: True)))


def labels_of(batches: list[Labelled]) -> dict[str, Label]:
    found: dict[str, Label] = {}
    for batch in batches:
        assert found.keys().isdisjoint(batch.labels), "a key came twice"
        found |= batch.labels
    return found


def usage_of(batches: list[Labelled]) -> Usage:
    return sum((batch.usage for batch in batches), Usage())
