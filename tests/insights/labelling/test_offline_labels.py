"""Labels by word lists: what they tell, what they leave open, and that they are quick (N11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.labelling import Asked, Brand, Labelled, OfflineLabeller
from insights.labelling.offline import read_comment
from insights.labelling.offline.lists import (
    FOLDER,
    emoji_moods,
    languages,
    moods,
    negations,
    strengths,
    topics,
)
from insights.labelling.offline.tokens import plain, tokens_of
from insights.rules import TOPICS, Emotion, Label, Sentiment

P, N, U, M = Sentiment.POSITIVE, Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.MIXED


def read(text: str) -> Label:
    label = read_comment(text)
    assert label is not None
    return label


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("Me encantó el vestido 😍 lo recomiendo", P),
        ("jajajaja buenísimo!!", P),
        ("Nunca me han fallado", P),
        ("❤️❤️❤️", P),
        ("great service, thank you", P),
        ("Llegó sin problemas y antes de lo esperado", P),
        ("Pésimo servicio, llevo 3 semanas esperando y nadie responde", N),
        ("no me gustó nada", N),
        ("No es malo pero muy caro", N),
        ("don't buy here, total scam", N),
        ("qué asco, un pelo en la comida 🤮", N),
        ("La calidad es excelente, el envío demoró mucho", M),
        ("The delivery was late but the product is amazing", M),
        ("¿cuánto cuesta?", U),
        ("@ana mira", U),
        ("", U),
    ],
)
def test_it_tells_the_sentiment(text: str, sentiment: Sentiment) -> None:
    """N11: polarity by words, emoji, negation and what follows "but"."""
    assert read(text).sentiment is sentiment


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("Estoy feliz con mi compra", Emotion.JOY),
        ("Confío plenamente en ustedes, siempre cumplen", Emotion.TRUST),
        ("wow no lo puedo creer 😱", Emotion.SURPRISE),
        ("No puedo esperar a que abran", Emotion.ANTICIPATION),
        ("Me da miedo, es muy peligroso", Emotion.FEAR),
        ("qué asco, estaba podrido", Emotion.DISGUST),
        ("Son unos ladrones, estoy furiosa", Emotion.ANGER),
        ("Qué tristeza, ya no es lo mismo 😢", Emotion.SADNESS),
    ],
)
def test_it_tells_the_strongest_emotion(text: str, emotion: Emotion) -> None:
    """N11: eight emotions, each by itself."""
    emotions = read(text).emotions
    assert max(emotions, key=lambda one: emotions[one]) is emotion


def test_a_topic_has_the_sentiment_of_its_own_clause() -> None:
    """N9, N11: praise of the quality is no praise of the delivery."""
    mentions = {
        one.topic: one.sentiment for one in read("La calidad es excelente, el envío demoró mucho").topics
    }
    assert mentions["Calidad"] > 0.5
    assert mentions["Entrega"] < -0.3


def test_what_lists_cannot_tell_is_not_told() -> None:
    """N11: frames, traits, needs and authority are null, for their tiles to say that a model is needed."""
    label = read("Deberían abrir una tienda en mi ciudad, sería un sueño")
    assert (label.frame, label.need, label.authority, dict(label.traits)) == (None, None, None, {})


def test_another_language_is_left_open() -> None:
    """N11: Portuguese tells itself by its small words."""
    assert read_comment("eu também não sei o que você quer com isso") is None


@pytest.mark.parametrize("text", ["Precioooooso", "preCIOSO", "precióso", "PRECIOSO"])
def test_case_accents_and_stretching_do_not_matter(text: str) -> None:
    """N11: one word, however it is written."""
    assert read(text).emotions[Emotion.JOY] >= 0.55


def test_a_year_is_no_slip() -> None:
    """N11: ñ is a letter of its own."""
    assert plain("AÑO Ñandú") == "año ñandu"


@given(st.text(max_size=300))
def test_any_text_gets_a_label_that_makes_sense(text: str) -> None:
    """N9, N11: emotions 0-1, score -1 to 1, subjectivity 0-1, the same every time; no text breaks it."""
    label = read_comment(text)
    assert label == read_comment(text)
    if label is None:
        return
    assert set(label.emotions) == set(Emotion)
    assert all(0 <= value <= 1 for value in label.emotions.values())
    assert label.score is not None
    assert -1 <= label.score <= 1
    assert label.subjectivity is not None
    assert 0 <= label.subjectivity <= 1
    assert all(-1 <= one.sentiment <= 1 and one.topic in TOPICS for one in label.topics)


def test_a_labelling_gives_every_key_once() -> None:
    """N8, N11: in batches to be committed; other languages with a reason."""
    asked = [Asked(f"k{n}", f"Me gusta el número {n}") for n in range(1_200)]
    foreign = Asked("pt", "eu também não sei o que você quer com isso")
    batches: list[Labelled] = list(
        OfflineLabeller().label([*asked, *asked, foreign], brand=Brand("Aurora"), may_spend=lambda _: False)
    )
    assert len(batches) == 3
    assert {key for batch in batches for key in batch.labels} == {one.key for one in asked}
    assert {key: why for batch in batches for key, why in batch.unlabelled.items()} == {"pt": "language"}
    assert all(batch.usage.calls == 0 for batch in batches)


def test_the_lists_are_written_as_they_are_read() -> None:
    """N11: an entry that normalising would change could never be found."""
    for file in FOLDER.glob("*.txt"):
        if file.name == "emoji.txt":
            continue
        for line in file.read_text("utf-8").splitlines():
            word = line.split("\t")[0]
            assert line.startswith("# ") or plain(word) == word, f"{file.name}: {word}"


def test_every_emotion_topic_and_language_has_words() -> None:
    """N11: nothing of a list is out of reach by a slip."""
    assert {emotion for mood in emoji_moods().values() for emotion, _ in mood.emotions} == set(Emotion)
    words = {line.split("\t")[1] for line in (FOLDER / "topics.txt").read_text("utf-8").splitlines()[1:]}
    assert words == set(TOPICS)
    assert languages().keys() == {"es", "en", "pt"}
    assert {"no", "never"} <= negations()
    assert strengths().at(["muy"], 0) == (1.4, 1)
    assert moods().at(["encantador"], 0) is not None
    assert topics().at(["precios"], 0) == (("Precio",), 1)


def test_addresses_and_names_say_nothing() -> None:
    """N11: a link or the name of a user is no opinion."""
    assert tokens_of("@feliz.maria https://amor.example/odio").spoken == 0
