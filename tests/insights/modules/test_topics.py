"""Q3: topics, how often and how."""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given

from insights.modules import Module, compute, topic_key
from insights.rules import TopicMention
from tests.insights.modules.invented import DRAWN, about, comment, label, results_of, view, views


def answer(*args, **values):
    return compute(view(*args, **values), Module.TOPICS)


def mentioning(*pairs):
    return label(topics=tuple(TopicMention(*pair) for pair in pairs))


def test_it_counts_comments_and_averages_over_them():
    """Q3, N20: frecuencia = 100 × comments with it ÷ n; two decimals; by menciones, then name."""
    comments = [
        comment(about(Precio=-0.5, Calidad=1), post="p1"),
        comment(about(Precio=0.25, Entrega=-1), post="p1"),
        comment(label(), post="p2"),
    ]
    topics = [
        {"topic": "Precio", "menciones": 2, "frecuencia": 66.67, "sentimiento_promedio": -0.13},
        {"topic": "Calidad", "menciones": 1, "frecuencia": 33.33, "sentimiento_promedio": 1.0},
        {"topic": "Entrega", "menciones": 1, "frecuencia": 33.33, "sentimiento_promedio": -1.0},
    ]
    of_post = [each | {"frecuencia": share} for each, share in zip(topics, (100.0, 50.0, 50.0), strict=True)]
    assert results_of(answer(comments)) == {
        "topics": topics,
        "por_post": [
            {"post_url": "https://instagram.com/p1", "num_comentarios": 2, "topics": of_post},
        ],
    }


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (["garantia", " GARANTÍA"], "Garantía"),
        (["Envío gratis", "envio gratis", "envio gratis "], "envio gratis"),
        (["Moda", "moda"], "moda"),
        (["RECOMENDACION"], "Recomendación"),
    ],
)
def test_it_writes_equal_topics_one_way(written, shown):
    """N9: equal without case, accents, outer spaces; the list's spelling, else the commonest."""
    (topic,) = answer([mentioning((each, 0)) for each in written]).results.topics
    assert (topic.topic, topic.menciones) == (shown, len(written))


def test_it_counts_a_comment_once_for_a_topic():
    """Q3: a topic named twice in one comment is one comment, with the mean of what it says."""
    (topic,) = answer([mentioning(("Precio", 1), ("precio", 0)), mentioning((" ", 1))]).results.topics
    assert (topic.menciones, topic.frecuencia, topic.sentimiento_promedio) == (1, 50.0, 0.5)


def test_it_shows_twenty_topics_and_eight_per_post():
    """Q3: the first 20 in all, the first 8 of a post, equal ones by name."""
    many = mentioning(*((f"tema {number:02d}", 0) for number in reversed(range(25))))
    result = answer([many]).results
    assert [each.topic for each in result.topics] == [f"tema {number:02d}" for number in range(20)]
    assert [each.topic for each in result.por_post[0].topics] == [f"tema {number:02d}" for number in range(8)]


@DRAWN
@given(views())
def test_it_agrees_with_plain_counts(drawn):
    """Q3: a naive oracle, quadratic and slow."""
    result: Any = compute(drawn, Module.TOPICS).results
    said = [each.label for each in drawn.comments if each.label]
    expected: defaultdict[str, int] = defaultdict(int)
    for each in said:
        for key in {topic_key(mention.topic) for mention in each.topics}:
            expected[key] += 1
    assert (result is None) == (not said)
    if said:
        shown = {topic_key(each.topic): each for each in result.topics}
        assert {key: topic.menciones for key, topic in shown.items()} == expected
        for key, topic in shown.items():
            assert topic.frecuencia == pytest.approx(100 * expected[key] / len(said), abs=0.0051)
