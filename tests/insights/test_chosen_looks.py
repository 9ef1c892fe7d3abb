"""A choice fetches fewer rows and finds the same comments (W1)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from insights.models import Comment, FichaCliente, Label
from insights.modules.selecting import Choice, select
from insights.queries.looks import view_of
from insights.rules import Emotion, Engine, Frame, Sentiment
from tenants.models import Tenant
from tests.insights.brands import a_brand


@pytest.fixture
def brand(in_acme: Tenant) -> FichaCliente:
    return a_brand(now=timezone.now())


def look(brand: FichaCliente, choice: Choice) -> tuple[list[int], int]:
    """Return what a choice finds, and how many comments were fetched for it."""
    view = view_of(ficha=brand, engine=Engine.OFFLINE, choice=choice)
    return [comment.id for comment in select(view, choice)], len(view.comments)


def monday_of(brand: FichaCliente) -> date:
    here = timezone.localtime(Comment.objects.filter(ficha=brand).earliest("created_at").created_at)
    return here.date() - timedelta(days=here.weekday())


@pytest.mark.parametrize("name", ["sentiment", "emotion", "post", "comment", "week"])
def test_what_a_column_says_is_not_fetched_in_vain(brand: FichaCliente, name: str) -> None:
    """W1: the same comments as out of all, out of fewer rows."""
    comment = Comment.objects.filter(ficha=brand).earliest("pk")
    choice = {
        "sentiment": Choice(sentiment=Sentiment.NEGATIVE),
        "emotion": Choice(emotion=Emotion.JOY),
        "post": Choice(post=comment.post_id),
        "comment": Choice(comment=comment.pk),
        "week": Choice(week=monday_of(brand)),
    }[name]
    whole = view_of(ficha=brand, engine=Engine.OFFLINE)
    found, fetched = look(brand, choice)
    assert found == [one.id for one in select(whole, choice)] != []
    assert fetched < len(whole.comments)


def test_frames_are_columns_too(brand: FichaCliente) -> None:
    """Q4: what a model said of a text."""
    Label.objects.filter(comments__text__startswith="Pésimo").update(frame=Frame.NEGATIVE)
    found, fetched = look(brand, Choice(frame=Frame.NEGATIVE))
    assert len(found) == fetched == Comment.objects.filter(text__startswith="Pésimo").count() > 0


def test_who_asks_is_known_by_the_whole_look(brand: FichaCliente) -> None:
    """N11: whether needs were read at all is said by labels that a choice would leave out."""
    choice = Choice(asks_for="servicio", sentiment=Sentiment.NEGATIVE)
    found, fetched = look(brand, choice)
    whole = view_of(ficha=brand, engine=Engine.OFFLINE)
    assert found == [one.id for one in select(whole, choice)] != []
    assert fetched == len(whole.comments)


def test_a_number_of_nothing_finds_nothing(brand: FichaCliente) -> None:
    """S13: however large it is."""
    for choice in (Choice(comment=10**30), Choice(post=10**30)):
        assert look(brand, choice) == ([], 0)
    for day in (date.min, date.max):
        assert look(brand, Choice(week=day))[0] == []
