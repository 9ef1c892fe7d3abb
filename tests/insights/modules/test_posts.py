"""Q11 to Q15: what follows from the dates and counters of posts."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given

from insights.modules import Module, compute
from insights.modules.unusual_posts import deviations
from insights.rules import ModuleState, Platform, Sentiment
from tests.insights.modules.invented import DRAWN, NOON, comment, of_class, post, results_of, view, views

TIKTOK, GOOD, BAD = Platform.TIKTOK, Sentiment.POSITIVE, Sentiment.NEGATIVE


def answer(module, posts, comments=(), **values):
    return compute(view(comments, posts, **values), module)


def after(weeks=0, **apart):
    return NOON + timedelta(weeks=weeks, **apart)


def test_it_divides_interactions_by_views():
    """Q11: (likes + comments + shares) ÷ views by network and week, else null; the unknown adds nothing."""
    posts = [
        post("p1", likes=30, comments_count=5, shares=None, views=1000),
        post("p2", likes=10, comments_count=0, shares=0, views=500, created_at=after(2)),
        post("p3", likes=900, views=None),
        post("p4", platform=TIKTOK, likes=1, views=0),
        post("p5", platform=TIKTOK, views=70),
    ]
    result = answer(Module.ENGAGEMENT, posts)
    assert (result.n, result.cobertura) == (2, 0.4)
    assert results_of(result) == {
        "engagement": 0.03,
        "por_red": [
            {
                "red": "instagram",
                "publicaciones": 3,
                "interacciones": 45,
                "vistas": 1500,
                "engagement": 0.03,
            },
            {"red": "tiktok", "publicaciones": 2, "interacciones": 0, "vistas": 0, "engagement": None},
        ],
        "serie": [
            {"semana": "2025-W11", "publicaciones": 4, "engagement": 0.035},
            {"semana": "2025-W12", "publicaciones": 0, "engagement": None},
            {"semana": "2025-W13", "publicaciones": 1, "engagement": 0.02},
        ],
    }


def test_it_counts_posts_by_week():
    """Q12: posts per week and the share of weeks with one, up to the last week with a post or a comment."""
    posts = [post("p1"), post("p2"), post("p3", created_at=after(1)), post("p4", created_at=after(-9))]
    comments = [comment(of_class(GOOD), created_at=after(3))]
    assert results_of(answer(Module.CADENCE, posts, comments, start=after(-1), end=after(4))) == {
        "publicaciones": 3,
        "semanas": 4,
        "publicaciones_por_semana": 0.75,
        "semanas_con_publicacion": 0.5,
        "serie": [
            {"semana": "2025-W11", "publicaciones": 2},
            {"semana": "2025-W12", "publicaciones": 1},
            {"semana": "2025-W13", "publicaciones": 0},
            {"semana": "2025-W14", "publicaciones": 0},
        ],
    }


def test_it_takes_both_ends_of_a_range():
    """Q12: posts by their own date, start and end included."""
    posts = [post("p1"), post("p2", created_at=after(1)), post("p3", created_at=after(2))]
    assert answer(Module.CADENCE, posts, start=after(0), end=after(1)).results.publicaciones == 2


def test_it_finds_the_best_day_and_hour_in_the_brand_s_zone():
    """Q13: 03:00 UTC on Friday is Thursday 22:00 in Lima; fewer than three posts say nothing."""
    friday = NOON.replace(day=14, hour=3, tzinfo=UTC)
    posts = [post(f"p{n}", likes=10, created_at=friday + timedelta(weeks=n)) for n in range(3)]
    posts += [post("p7", likes=999), post("p8", likes=1), post("p9")]
    result = answer(Module.TIMING, posts)
    assert (result.n, result.cobertura) == (5, 0.833)
    results = results_of(result)
    assert (results["mejor_dia"], results["mejor_hora"]) == (4, 22)
    assert results["por_dia"][2] == {"dia": 3, "publicaciones": 2, "interacciones_promedio": 500.0}
    assert results["por_hora"][22] == {"hora": 22, "publicaciones": 3, "interacciones_promedio": 10.0}
    assert (len(results["por_dia"]), len(results["por_hora"])) == (7, 24)


def test_it_nets_sentiment_by_the_post_s_date():
    """Q14: Positivo − Negativo in points; a late comment counts for the week and network of its post."""
    posts = [post("p1"), post("p2", platform=TIKTOK, created_at=after(1)), post("p3", created_at=after(-9))]
    comments = [
        comment(of_class(GOOD), post="p1", created_at=after(9)),
        comment(of_class(GOOD), post="p1"),
        comment(of_class(BAD), post="p1"),
        comment(of_class(None), post="p1"),
        comment(of_class(BAD), post="p3"),
    ]
    results = results_of(answer(Module.NET_SENTIMENT, posts, comments, start=after(-1)))
    assert results["sentimiento_neto"] == 33.33
    assert results["por_red"] == [
        {"red": "instagram", "n": 3, "sentimiento_neto": 33.33},
        {"red": "tiktok", "n": 0, "sentimiento_neto": None},
    ]
    assert results["serie"][:2] == [
        {"semana": "2025-W11", "n": 3, "sentimiento_neto": 33.33},
        {"semana": "2025-W12", "n": 0, "sentimiento_neto": None},
    ]


def test_it_finds_posts_unlike_the_others_of_their_network():
    """Q15: a modified z-score beyond 3.5, against the median of the same network."""
    usual = [post(f"p{n}", likes=90 + 5 * n) for n in range(1, 9)]
    far = [post("p10", likes=9000), post("p11", likes=1), post("p12", platform=TIKTOK, likes=9000)]
    (high, low) = results_of(answer(Module.UNUSUAL_POSTS, [*usual, *far]))["publicaciones"]
    assert (high["post_url"], high["tipo"]) == ("https://instagram.com/p10", "Alto")
    assert (low["post_url"], low["tipo"]) == ("https://instagram.com/p11", "Bajo")
    assert high["interacciones"] == 9000
    assert high["mediana_red"] == 112.5


def test_it_finds_nothing_unusual_among_few_posts():
    """Q15: fewer than eight posts of a network say nothing."""
    few = [post(f"p{n}", likes=10**n) for n in range(7)]
    assert answer(Module.UNUSUAL_POSTS, few).estado is ModuleState.NO_DATA


@pytest.mark.parametrize(
    ("figures", "far"),
    [
        ([5] * 9, set()),
        ([5] * 8 + [500], {8}),
        ([0] * 8 + [1], {8}),
        ([1, 2, 4, 8, 16, 32, 64, 128, 256], set()),
    ],
)
def test_it_measures_by_powers(figures, far):
    """Q15: equal posts are all usual, a steady spread is usual, one among equals is not."""
    assert {place for place, each in enumerate(deviations(figures)) if abs(each) > 3.5} == far


@pytest.mark.parametrize(
    "module", [Module.ENGAGEMENT, Module.CADENCE, Module.TIMING, Module.NET_SENTIMENT, Module.UNUSUAL_POSTS]
)
def test_it_has_no_answer_without_posts(module):
    """N19: no_data."""
    assert answer(module, [post()], start=after(1)).estado is ModuleState.NO_DATA


@DRAWN
@given(views())
def test_it_agrees_with_plain_counts(drawn):
    """Q11–Q14: naive oracles over all posts."""
    found: dict[Module, Any] = {each: compute(drawn, each).results for each in Module if int(each[1:]) > 10}
    seen = [each for each in drawn.posts if each.views and known(each)]
    ratio = sum(sum(known(each)) for each in seen) / sum(each.views for each in seen) if seen else None
    assert found[Module.ENGAGEMENT].engagement == pytest.approx(ratio, abs=0.0000501)
    assert sum(each.publicaciones for each in found[Module.CADENCE].serie) == len(drawn.posts)
    classes = [each.label.sentiment for each in drawn.comments if each.label and each.label.sentiment]
    if classes:
        net = 100 * (classes.count(GOOD) - classes.count(BAD)) / len(classes)
        assert found[Module.NET_SENTIMENT].sentimiento_neto == pytest.approx(net, abs=0.0051)


def known(each):
    return [count for count in (each.likes, each.comments_count, each.shares) if count is not None]
