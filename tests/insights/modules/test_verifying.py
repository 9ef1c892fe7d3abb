"""Quotes and voices of results from elsewhere."""

from dataclasses import replace
from typing import Any

from hypothesis import given

from insights.modules import Module, Quote, Remark, compute_all, quotes_of, verified
from insights.rules import Frame, Sentiment
from tests.insights.modules.invented import DRAWN, comment, label, view, views

SAID = label(frame=Frame.POSITIVE, sentiment=Sentiment.MIXED)


def results_over():
    said = [comment(SAID, name=1, author="ana", likes=1), comment(SAID, name=2, author="luis")]
    return compute_all(view(said))


def test_it_drops_quotes_that_nobody_said():
    """N21: the quote goes, the rest stays, and the result says so."""
    frames = results_over()[Module.FRAMES]
    assert quotes_of(frames) == [Quote(1, "comment 1")]
    kept: Any = verified(frames, texts={1: "something else"}, authors=())
    assert kept.results.ejemplos[Frame.POSITIVE] is None
    assert kept.warnings == (Remark.QUOTE_NOT_IN_SOURCE,)
    assert kept.results.distribucion_marcos == frames.results.distribucion_marcos
    mixed: Any = verified(results_over()[Module.SENTIMENT], texts={}, authors=())
    assert mixed.results.ejemplo_mixto is None


def test_it_drops_voices_that_are_nobody():
    """Q5, N21: stored authors only; another's quote is no evidence."""
    voices = results_over()[Module.VOICES]
    kept: Any = verified(voices, texts={1: "comment 1", 2: "edited since"}, authors=["@Luis"])
    assert [(voice.username, voice.evidencia) for voice in kept.results.voces] == [("luis", None)]
    assert kept.results.total_voces == 1
    assert replace(kept, warnings=()) != voices


@DRAWN
@given(views())
def test_it_leaves_what_was_reckoned_as_it_is(drawn):
    """N21: our own results quote nothing but stored comments."""
    texts = {each.id: each.text for each in drawn.comments}
    authors = {each.author for each in drawn.comments}
    for result in compute_all(drawn).values():
        assert verified(result, texts=texts, authors=authors) == result
