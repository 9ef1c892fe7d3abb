"""What a label says is stored as it was said, and what cannot be said cannot be stored (N9)."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.models import Label
from insights.models.labels import columns_of
from insights.rules import Emotion, Engine, Frame, Need, Sentiment, TopicMention, Trait
from insights.rules import Label as Meaning

CALM = dict.fromkeys(Emotion, 0.0)

share = st.integers(0, 10_000).map(lambda whole: whole / 10_000)
percent = st.integers(0, 10_000).map(lambda whole: whole / 100)
signed = st.integers(-10_000, 10_000).map(lambda whole: whole / 10_000)
meanings = st.builds(
    Meaning,
    emotions=st.fixed_dictionaries(dict.fromkeys(Emotion, share)),
    sentiment=st.none() | st.sampled_from(Sentiment),
    score=st.none() | signed,
    subjectivity=st.none() | share,
    traits=st.just({}) | st.fixed_dictionaries(dict.fromkeys(Trait, percent)),
    topics=st.lists(st.builds(TopicMention, st.sampled_from(["Precio", "Calidad"]), signed)).map(tuple),
    frame=st.none() | st.sampled_from(Frame),
    need=st.none() | st.builds(Need, st.just("más tallas"), st.just("Producto"), percent),
    authority=st.none() | percent,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(meaning=meanings)
def test_it_gives_back_what_was_said(in_acme, meaning):
    """N9: four decimals of shares and two of 0-100 come back as they went in."""
    Label.objects.filter(text_hash="h").delete()
    Label.objects.create(text_hash="h", engine=Engine.OFFLINE, **columns_of(meaning))
    assert Label.objects.get(text_hash="h").meaning == meaning


@pytest.mark.parametrize(
    ("column", "value"),
    [("joy", 10_001), ("joy", -1), ("score", -10_001), ("authority", 10_001), ("topics", ["Precio"])],
)
def test_it_refuses_what_is_out_of_range(in_acme, column, value):
    """N9: a label out of range is rejected by the database, too; nothing is clamped."""
    columns = columns_of(Meaning(emotions=CALM, sentiment=None, score=None)) | {column: value}
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(text_hash="h", engine=Engine.OFFLINE, **columns)


def test_it_keeps_one_label_of_a_model_and_any_number_of_people(in_acme):
    """N8: a text is labelled once by a model and prompt; corrections are rows of their own."""
    columns = columns_of(Meaning(emotions=CALM, sentiment=None, score=None)) | {"text_hash": "h"}
    first = Label.objects.create(engine=Engine.MODEL, model="m", prompt_version="1", **columns)
    Label.objects.create(engine=Engine.MODEL, model="m", prompt_version="2", **columns)
    with pytest.raises(IntegrityError, match="label_once"), transaction.atomic():
        Label.objects.create(engine=Engine.MODEL, model="m", prompt_version="1", **columns)
    for _ in range(2):
        Label.objects.create(engine=Engine.HUMAN, created_by=in_acme.pk, corrects=first, **columns)
    with pytest.raises(IntegrityError, match="label_person_named"), transaction.atomic():
        Label.objects.create(engine=Engine.HUMAN, **columns)
