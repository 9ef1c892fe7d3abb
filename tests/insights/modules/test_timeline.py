"""Q8: weeks, unusual ones, and the trend."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from insights.modules import Module, compute
from insights.modules.timeline import Trend, Turn, WeekCount, anomalies, trend
from insights.rules import ModuleState, Sentiment, TopicMention
from tests.insights.modules.invented import DRAWN, NOON, comment, of_class, results_of, view, views

GOOD, BAD, NEUTRAL, MIXED = Sentiment
MONDAY = date(2025, 3, 10)


def week(place, positive, classed):
    return WeekCount(MONDAY + timedelta(weeks=place), positive, classed)


def answer(*args, **values):
    return compute(view(*args, **values), Module.TIMELINE)


def in_week(place, sentiment, *topics):
    mentions = tuple(TopicMention(topic, 0) for topic in topics)
    return comment(of_class(sentiment, topics=mentions), created_at=NOON + timedelta(weeks=place))


def test_it_lists_every_week_between_the_first_and_the_last():
    """Q8, N20: an empty week has n 0 and nulls; percents are over comments with a class."""
    comments = [
        in_week(0, GOOD, "Precio"),
        in_week(0, BAD, "Precio", "Calidad"),
        in_week(0, NEUTRAL),
        in_week(0, None),
        in_week(2, None, "calidad"),
    ]
    assert results_of(answer(comments)) == {
        "serie": [
            {
                "semana": "2025-W11",
                "n": 4,
                "porcentaje_positivo": 33.33,
                "porcentaje_negativo": 33.33,
                "topico_principal": "Precio",
            },
            {
                "semana": "2025-W12",
                "n": 0,
                "porcentaje_positivo": None,
                "porcentaje_negativo": None,
                "topico_principal": None,
            },
            {
                "semana": "2025-W13",
                "n": 1,
                "porcentaje_positivo": None,
                "porcentaje_negativo": None,
                "topico_principal": "Calidad",
            },
        ],
        "anomalias": [],
        "tendencia": "Datos insuficientes",
    }


@pytest.mark.parametrize(
    ("weeks", "found"),
    [
        ([week(0, 5, 20), week(1, 10, 20)], []),  # exactly 25 points
        ([week(0, 4, 12), week(1, 7, 12)], []),  # 25 points, in floats a hair more
        ([week(0, 5, 20), week(1, 1051, 2100)], [("2025-W12", 25.05, Turn.BETTER)]),
        ([week(0, 20, 20), week(1, 10, 20)], [("2025-W12", -50.0, Turn.WORSE)]),
        ([week(0, 20, 20), week(2, 0, 20)], []),  # the calendar week between is not there
        ([week(0, 20, 20), week(1, 0, 20), week(2, 20, 20)], [
            ("2025-W12", -100.0, Turn.WORSE),
            ("2025-W13", 100.0, Turn.BETTER),
        ]),
    ],
)  # fmt: skip
def test_it_finds_weeks_that_changed_by_more_than_25_points(weeks, found):
    """Q8, N20: strictly above, unrounded, from the calendar week before."""
    assert [(each.semana, each.cambio_pp, each.tipo) for each in anomalies(weeks)] == found


def test_it_finds_no_anomaly_in_a_week_with_too_few_comments():
    """Q8: both weeks have n ≥ minimum."""
    comments = [in_week(0, GOOD)] * 10 + [in_week(1, BAD)] * 9
    assert answer(comments).results.anomalias == ()
    assert answer([*comments, in_week(1, BAD)]).results.anomalias[0].tipo is Turn.WORSE


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ([], Trend.UNKNOWN),
        ([week(0, 5, 10)], Trend.UNKNOWN),
        ([week(0, 10, 100), week(1, 15, 100)], Trend.STABLE),  # exactly 5
        ([week(0, 10, 100), week(1, 16, 100)], Trend.BETTER),
        ([week(0, 15, 100), week(1, 10, 100)], Trend.STABLE),
        ([week(0, 16, 100), week(5, 10, 100)], Trend.WORSE),
        ([week(0, 5, 10), week(1, 0, 10), week(2, 5, 10)], Trend.STABLE),  # the middle is left out
        # (10 + 90) ÷ (100 + 100) against (90 + 0) ÷ (900 + 100): 50 % and 9 %, not 50 % and 5 %.
        ([week(0, 10, 100), week(1, 90, 100), week(2, 90, 900), week(3, 0, 100)], Trend.WORSE),
        # Means of weeks would say 50 and 50; by comments it is 90 and 10.
        ([week(0, 90, 90), week(1, 0, 10), week(2, 0, 90), week(3, 10, 10)], Trend.WORSE),
    ],
)
def test_it_tells_the_trend_by_halves(weeks, expected):
    """Q8, N20: the later half against the earlier, weighted by comments; more than 5 points."""
    assert trend(weeks) is expected


def test_it_puts_late_december_into_the_new_year():
    """N20: ISO weeks by the comment's date in the brand's zone."""
    moment = NOON.replace(year=2024, month=12, day=31)
    (only,) = answer([comment(of_class(GOOD), created_at=moment)]).results.serie
    assert only.semana == "2025-W01"


def test_it_takes_weeks_in_the_brand_s_zone():
    """N20: Monday 02:00 UTC is still Sunday in Lima, and long Monday in Madrid."""
    monday = NOON.replace(day=10, hour=2)
    said = [comment(of_class(GOOD), created_at=monday)]
    assert answer(said).results.serie[0].semana == "2025-W10"
    assert answer(said, zone="Europe/Madrid").results.serie[0].semana == "2025-W11"


def test_it_has_no_answer_without_comments():
    """N19: no_data."""
    assert answer([]).estado is ModuleState.NO_DATA


@DRAWN
@given(views())
def test_it_agrees_with_plain_counts(drawn):
    """Q8: a naive oracle; no week is missing or doubled."""
    results: Any = compute(drawn, Module.TIMELINE).results
    said = [each for each in drawn.comments if each.label]
    if not said:
        assert results is None
        return
    shown: Counter[str] = Counter()
    for each in said:
        year, number, _ = (each.created_at - timedelta(hours=5)).isocalendar()
        shown[f"{year}-W{number:02d}"] += 1
    weeks = [each.semana for each in results.serie]
    assert weeks == sorted(set(weeks))
    assert len(weeks) == _between(min(shown), max(shown))
    assert {each.semana: each.n for each in results.serie if each.n} == shown


def _between(first, last):
    days = [date.fromisocalendar(int(each[:4]), int(each[-2:]), 1) for each in (first, last)]
    return (days[1] - days[0]).days // 7 + 1
