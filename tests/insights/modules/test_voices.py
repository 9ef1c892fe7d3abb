"""Q5: who speaks."""

from typing import Any

import pytest
from hypothesis import given

from insights.modules import Module, Remark, compute
from insights.modules.voices import LISTED, author_key, polarity
from insights.rules import Engine, ModuleState
from tests.insights.modules.invented import DRAWN, comment, label, post, results_of, view, views


def says(author, score=None, authority=None, **values):
    return comment(label(score=score, authority=authority), author=author, **values)


def answer(*args, **values):
    return compute(view(*args, **values), Module.VOICES)


def test_it_ranks_voices_by_how_many_posts_they_reach():
    """Q5, N20, N21: centrality = posts commented ÷ posts with comments, then authority, then name."""
    comments = [
        says("@Ana", 0.5, 40, name=1, post="p1"),
        says("ana ", 0.75, None, name=2, post="p2", likes=2),
        says("Luis", -0.75, 20.25, name=3, post="p1"),
        says("@eva", None, 90, name=4, post="p3"),
        says("zoe", 0, None, name=5, post="p3"),
        says("", 1, 100, name=6, post="p4"),
        says(" @ ", 1, 100, name=7, post="p4"),
    ]
    posts = [post(f"p{number}") for number in range(1, 6)]
    assert results_of(answer(comments, posts)) == {
        "voces": [
            {
                "username": "ana",
                "autoridad": 40.0,
                "afinidad": 81.3,
                "score_centralidad": 0.5,
                "polaridad": "Promotor",
                "evidencia": {"comment_id": 2, "texto": "comment 2"},
            },
            {
                "username": "eva",
                "autoridad": 90.0,
                "afinidad": None,
                "score_centralidad": 0.25,
                "polaridad": None,
                "evidencia": {"comment_id": 4, "texto": "comment 4"},
            },
            {
                "username": "Luis",
                "autoridad": 20.3,
                "afinidad": 12.5,
                "score_centralidad": 0.25,
                "polaridad": "Detractor",
                "evidencia": {"comment_id": 3, "texto": "comment 3"},
            },
            {
                "username": "zoe",
                "autoridad": None,
                "afinidad": 50.0,
                "score_centralidad": 0.25,
                "polaridad": "Neutral",
                "evidencia": {"comment_id": 5, "texto": "comment 5"},
            },
        ],
        "total_voces": 4,
    }


@pytest.mark.parametrize(
    ("affinity", "side"),
    [
        (None, None),
        (0.0, "Detractor"),
        (24.999, "Detractor"),
        (25.0, "Neutral"),
        (74.999, "Neutral"),
        (75.0, "Promotor"),
    ],
)
def test_it_takes_sides_by_unrounded_affinity(affinity, side):
    """Q5, N20: below 25 Detractor, below 75 Neutral, else Promotor; unknown is unknown."""
    assert polarity(affinity) == side


def test_it_does_not_take_dust_for_a_side():
    """N20: the mean of −0.1, −0.5 and −0.9 is −0.5, thus exactly 25, however floats add."""
    (voice,) = answer([says("ana", -0.1), says("ana", -0.5), says("ana", -0.9)]).results.voces
    assert voice.polaridad == "Neutral"


@pytest.mark.parametrize(
    ("author", "key"),
    [
        ("@Ana", "ana"),
        ("ANA", "ana"),
        (" @ ana ", "ana"),
        ("@@ana", "ana"),
        ("@", ""),
        ("  ", ""),
        ("Ñ", "ñ"),
    ],
)
def test_it_knows_an_author_without_at_sign_and_case(author, key):
    """N4, Q5: one author is one voice; a lone @ is nobody."""
    assert author_key(author) == key


def test_it_lists_the_first_hundred_and_counts_all():
    """Q5: total_voces counts all, the list stays readable."""
    results = answer([says(f"user{number:03d}") for number in range(LISTED + 5)]).results
    assert (len(results.voces), results.total_voces) == (LISTED, LISTED + 5)
    assert results.voces[-1].username == f"user{LISTED - 1:03d}"


def test_it_says_that_authority_needs_a_model():
    """N11: voices are there without one, their authority is not."""
    offline = answer([comment(label(score=1), engine=Engine.OFFLINE)], engine=Engine.OFFLINE)
    assert (offline.estado, offline.warnings) == (ModuleState.OK, (Remark.NO_AUTHORITY,))
    assert offline.results.voces[0].autoridad is None


@DRAWN
@given(views())
def test_it_agrees_with_plain_counts(drawn):
    """Q5: a naive oracle; nobody nameless, nobody invented."""
    results: Any = compute(drawn, Module.VOICES).results
    said = [each for each in drawn.comments if each.label]
    if not said:
        assert results is None
        return
    known = {author_key(each.author) for each in said} - {""}
    assert results.total_voces == len(known)
    posts = len({each.post_id for each in said})
    for voice in results.voces:
        own = [each for each in said if author_key(each.author) == author_key(voice.username)]
        reach = len({each.post_id for each in own}) / posts
        assert voice.score_centralidad == pytest.approx(reach, abs=0.0051)
        scores = [each.label.score for each in own if each.label.score is not None]
        if scores:
            assert voice.afinidad == pytest.approx(50 + 50 * sum(scores) / len(scores), abs=0.051)
        assert voice.evidencia.comment_id in {each.id for each in own}
