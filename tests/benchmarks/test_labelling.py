"""What does it cost to hear an audience: calls, tokens and time of a run, beside one call a post and module?

100 posts of 30 comments, no two of them alike; then a day with 150 comments more. The other side asks ten
modules of every post once a day; what it would send is counted from the same texts by the same estimate.
"""

import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from insights.labelling.requests import BYTES_A_TOKEN
from insights.models import FichaCliente, Run
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.benchmarks.figures import show
from tests.insights.analysing import advice, analysed
from tests.insights.chat_server import ChatServer, Reply, serving
from tests.insights.reading import a_comment, a_ficha, a_post, give_rows

pytestmark = pytest.mark.real_roles

POSTS, A_POST, A_DAY = 100, 30, 150
LATENCY, IN_FLIGHT = 0.4, 5
# The first system's design: its prompts have 358 to 521 tokens, its answers 294 on the average.
MODULES, PROMPT, ANSWER = 10, 440, 294
WORDS = ("el pan de masa madre", "la torta de cumpleaños", "el café de la mañana", "la entrega a domicilio")
SAID = ("me encantó", "no me gustó nada", "estuvo bien, podría mejorar", "lo recomiendo a todos", "qué lento")


class Bill(NamedTuple):
    """What one run asked for."""

    calls: int
    tokens_in: int
    tokens_out: int
    seconds: float = 0.0
    labelling: float = 0.0
    processors: float = 0.0


def test_what_a_run_costs(acme: Tenant, settings: Any) -> None:
    """Speed: the first run, a day of 150 comments, and a day without news."""
    settings.OPENAI_API_KEY = "none"
    with serving() as server, tenant_scope(acme.schema_name):
        settings.OPENAI_BASE_URL = server.url
        server.always = Reply(delay_s=LATENCY)
        server.advice = [advice(f"Consejo {number}") for number in range(6)]
        posts, comments = list(rows_of_posts()), list(rows_of_comments(POSTS * A_POST))
        ficha = a_ficha(posts, comments)
        first = run(ficha, server)
        more = [*comments, *rows_of_comments(A_DAY, start=len(comments))]
        give_rows(ficha, posts, more)
        day, nothing = run(ficha, server), run(ficha, server)
        other, other_day = other_side(posts, comments), other_side(posts, more)
    lines = [
        line(f"{POSTS} posts × {A_POST} comments", first, other),
        line(f"a day of {A_DAY} new comments", day, other_day),
        line("a day without news", nothing, other_day),
    ]
    show(
        f"A run against {LATENCY} s a call, tokens as bytes ÷ {BYTES_A_TOKEN}",
        "| what | calls | tokens in | out | beside one call a post and module "
        "| seconds | of which labelling | of processors | calls × 0.4 ÷ 5 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *lines,
    )
    assert nothing.calls == 0


def run(ficha: FichaCliente, server: ChatServer) -> Bill:
    """Analyse once; count what the server was asked and what it said."""
    before, start, used = len(server.asked), time.perf_counter(), time.process_time()
    ended: Run = analysed(ficha)
    took, used = time.perf_counter() - start, time.process_time() - used
    assert ended.state in ("completed", "skipped"), (ended.state, ended.modules)
    asked = server.asked[before:]
    answers = [server.document(one, Reply()) for one in asked]
    said = [answer["choices"][0]["message"]["content"] for answer in answers]
    sent = (one["messages"] for one in asked)
    return Bill(
        calls=len(asked),
        tokens_in=sum(tokens(message["content"]) for messages in sent for message in messages),
        tokens_out=sum(map(tokens, said)),
        seconds=took,
        labelling=ended.seconds.get("label", 0.0),
        processors=used,
    )


def other_side(posts: list[Any], comments: list[Any]) -> Bill:
    """Count one call a post and module: its prompt, the post, all of its comments with their authors."""
    urls = {post[0]: [post[3]] for post in posts}
    for comment in comments:
        urls[comment[0]].append([comment[2], comment[1]])
    sent = sum(tokens(json.dumps(texts, ensure_ascii=False)) for texts in urls.values())
    calls = MODULES * len(posts)
    return Bill(calls, calls * PROMPT + MODULES * sent, calls * ANSWER)


def tokens(text: str) -> int:
    return round(len(text.encode()) / BYTES_A_TOKEN)


def line(name: str, ours: Bill, other: Bill) -> str:
    """Return one row of the table."""
    beside = f"{other.calls} calls, {other.tokens_in:,} in, {other.tokens_out:,} out"
    if ours.calls:
        pairs = zip(ours[:3], other[:3], strict=True)
        beside += " (÷ " + ", ÷ ".join(f"{theirs / own:.1f}" for own, theirs in pairs) + ")"
    ideal = ours.calls * LATENCY / IN_FLIGHT
    figures = f"{ours.calls} | {ours.tokens_in:,} | {ours.tokens_out:,} | {beside} | {ours.seconds:.1f}"
    return f"| {name} | {figures} | {ours.labelling:.1f} | {ours.processors:.1f} | {ideal:.1f} |"


def rows_of_posts() -> Iterator[list[Any]]:
    for number in range(POSTS):
        content = f"Publicación {number}: {WORDS[number % 4]}, recién hecho, hasta las ocho de la noche 🍞"
        yield a_post(f"https://instagram.com/p/{number}", content=content)


def rows_of_comments(count: int, start: int = 0) -> Iterator[list[Any]]:
    for number in range(start, start + count):
        text = f"{WORDS[number % 4]} {SAID[number % 5]}, ya fui {number} veces"
        yield a_comment(text, f"https://instagram.com/p/{number % POSTS}", ownerUsername=f"@persona{number}")
