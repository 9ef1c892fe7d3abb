"""Doughnuts draw comments as they were counted, however many there are (W3, N20)."""

from uuid import uuid4

import pytest
from django.utils import timezone

from insights.models import Comment, FichaCliente, Label
from insights.models.labels import columns_of
from insights.modules import Module
from insights.queries.kept import results_for
from insights.reports.looking import ALL, Chosen
from insights.reports.panels import Look, look_of, panel
from insights.rules import Emotion, Engine, Frame, Sentiment
from insights.rules import Label as Meaning
from tenants.display.charts import Columns, Doughnut
from tenants.display.formats import Formats
from tenants.models import Tenant
from tests.insights.brands import a_brand


def more(ficha: FichaCliente, count: int, *, sentiment: Sentiment | None, frame: Frame | None) -> None:
    """Give a brand so many comments of one meaning."""
    meaning = Meaning(dict.fromkeys(Emotion, 0.0), sentiment=sentiment, score=0.0, frame=frame)
    label = Label.objects.create(
        text_hash=uuid4().hex, engine=Engine.MODEL, model="m", prompt_version="p", **columns_of(meaning)
    )
    like = Comment.objects.filter(ficha=ficha).latest("id")
    same = ("ficha", "platform", "post", "created_at", "text", "text_hash", "source_row", "first_run")
    values = {name: getattr(like, name) for name in same} | {"label": label}
    Comment.objects.bulk_create(Comment(**values, identity=uuid4(), spot=uuid4()) for _ in range(count))


@pytest.fixture
def brand(in_acme: Tenant) -> FichaCliente:
    """Two thousand comments of one class, one of another, and three hundred of none."""
    ficha = a_brand(now=timezone.now(), weeks=1)
    more(ficha, 300, sentiment=None, frame=None)
    more(ficha, 2_000, sentiment=Sentiment.POSITIVE, frame=Frame.POSITIVE)
    more(ficha, 1, sentiment=Sentiment.MIXED, frame=Frame.ASPIRATIONAL)
    return ficha


def by_class(ficha: FichaCliente) -> dict[str, int]:
    said = Comment.objects.filter(ficha=ficha)
    return {str(kind): said.filter(label__sentiment=kind).count() for kind in Sentiment}


def a_look(ficha: FichaCliente) -> Look:
    chosen, formats = Chosen(ficha, ALL, None, None, None), Formats("en", "CL", "America/Santiago")
    return Look(chosen, results_for(ficha=ficha, engine=Engine.MODEL), formats)


def test_classes_are_drawn_as_they_were_counted(brand: FichaCliente) -> None:
    """W3: the figure is that of the list behind it; who has no class is in none."""
    look = look_of(Chosen(brand, ALL, None, None, None), Formats("en", "CL", "America/Santiago"))
    (chart,) = panel(look, Module.SENTIMENT).charts
    assert isinstance(chart, Doughnut)
    assert [one.value for one in chart.categories] == list(by_class(brand).values())


def test_frames_are_drawn_as_they_were_counted(brand: FichaCliente) -> None:
    """W3: one comment in two thousand is one, kept or reckoned anew."""
    for _each in ("reckoned", "kept"):
        ring, weeks = panel(a_look(brand), Module.FRAMES).charts
        assert isinstance(ring, Doughnut)
        assert isinstance(weeks, Columns)
        assert [one.value for one in ring.categories] == [2_000, 0, 1]
        assert [list(one.values) for one in weeks.above] == [[2_000], [0], [1]]
