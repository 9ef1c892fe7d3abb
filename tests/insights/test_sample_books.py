"""Invented workbooks: the reader finds in them what the generator put there (N2-N6)."""

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest

from insights.modules import CommentView, Module, PostView, View, compute_all, read_result
from insights.rules import Engine, ModuleState, Tab
from insights.samples import BRANDS, make_books, write_books
from insights.sources import ReadSource, read_rows
from insights.sources.workbooks import read_workbook


def read(book) -> ReadSource:
    answer = read_workbook(book.content, posts_tab="Posts", comments_tab="Comments")
    return read_rows(answer, zone=book.brand.zone)


def viewed(book) -> View:
    """Return a whole book as the modules see it, each comment with its true label."""
    found = read(book)
    posts = [
        PostView(number, each.url, each.platform, each.created_at, each.content, each.likes)
        for number, each in enumerate(found.posts.values(), 1)
    ]
    numbers = {each.url: each.id for each in posts}
    comments = [
        CommentView(
            id=number,
            post_id=numbers[each.url],
            author=each.author,
            text=each.text,
            created_at=each.created_at,
            likes=each.likes,
            label=book.truth.labels[each.text],
            engine=Engine.MODEL,
        )
        for number, each in enumerate(found.comments.values(), 1)
    ]
    return View(comments, posts, Engine.MODEL, zone=book.brand.zone, targets=book.brand.targets)


@pytest.mark.parametrize("brand", BRANDS)
def test_it_reads_books_as_the_generator_meant_them(brand):
    """N2-N5: every row, doubt and rejection, in both tabs of both books; every text as it was typed."""
    for book in make_books(brand, weeks=8):
        found, truth = read(book), book.truth
        assert {tab: vars_of(counts) for tab, counts in found.tabs.items()} == truth.counts
        assert Counter((each.tab, each.row, each.code) for each in found.remarks) == Counter(truth.remarks)
        assert (len(found.posts), len(found.comments)) == (truth.posts, truth.comments)
        assert {each.text for each in found.comments.values()} <= set(truth.labels)


@pytest.mark.parametrize("brand", BRANDS)
def test_it_finds_what_is_new_and_what_was_edited(brand):
    """N6: the second book has new and late comments, edits and gaps; dates decide nothing."""
    first, second = map(read, make_books(brand))
    truth = make_books(brand)[1].truth
    before = {mark(each): each.text for each in first.comments.values()}
    now = {mark(each): each.text for each in second.comments.values()}
    assert (len(set(now) - set(before)), len(set(before) - set(now))) == (truth.new, truth.gone)
    assert sum(before[each] != now[each] for each in set(before) & set(now)) == truth.edited
    assert truth.new


def test_it_hides_stories_that_the_modules_find():
    """Q8, Q10: the falls and rises of the truth are the anomalies; the newest fall is the alert."""
    (_, book) = make_books("aurora", size=1.5)
    results: Any = compute_all(viewed(book))
    (story,) = book.truth.stories
    fallen = [each.semana for each in results[Module.TIMELINE].results.anomalias if each.tipo == "Deterioro"]
    assert fallen == [story["semana"]]
    critical = [each.tema for each in results[Module.OPPORTUNITIES].results.oportunidades]
    assert critical[0] == "Entrega"


def test_it_has_a_brand_too_small_to_speak_of():
    """N19: the third brand's week never has the minimum; nothing is claimed of its weeks."""
    results: Any = compute_all(viewed(make_books("lienzo")[1]))
    assert results[Module.TIMELINE].results.tendencia == "Datos insuficientes"


@pytest.mark.parametrize("brand", BRANDS)
def test_it_gives_labels_that_every_module_can_reckon_with(brand):
    """N19: hostile texts and all, each module answers, and reads back."""
    results = compute_all(viewed(make_books(brand)[0]))
    assert {result.estado for result in results.values()} <= {ModuleState.OK, ModuleState.NO_DATA}
    for module, result in results.items():
        assert read_result(module, result.to_json()) == result


def test_it_invents_the_same_again(tmp_path):
    """The same seed gives the same rows, another one others; the truth is plain JSON."""
    first, again = make_books("cumbre", weeks=4), make_books("cumbre", weeks=4)
    assert [book.truth for book in first] == [book.truth for book in again]
    assert make_books("cumbre", weeks=4, seed=7)[0].truth != first[0].truth
    written = write_books(tmp_path, weeks=4)
    told = json.loads((tmp_path / f"{written[0].name}.truth.json").read_text("utf-8"))
    assert told["comments"] == make_books("aurora", weeks=4)[0].truth.comments
    assert len(written) == 2 * len(BRANDS)


def test_it_ends_where_it_is_told():
    """A demo's books end in its own days: no comment after the last week."""
    (_, book) = make_books("aurora", weeks=4, last_monday=date(2025, 3, 3))
    moments = [each.created_at for each in read(book).comments.values()]
    assert max(moments).date() <= date(2025, 3, 10)
    assert min(moments).date() >= date(2025, 2, 10)


def vars_of(counts):
    return {name: getattr(counts, name) for name in ("read", "blank", "repeated", "rejected")}


def mark(each):
    return (each.url, each.author.casefold(), each.created_at, each.comment_id)


def test_it_holds_both_tabs():
    """N2: tabs Posts and Comments, in this order."""
    assert [tab.title() for tab in Tab] == ["Posts", "Comments"]
