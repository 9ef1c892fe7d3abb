"""Shares, intervals, rounding, weeks and quotes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.modules import Quote, best_quote, is_verbatim
from insights.modules.numbers import dominant, mean, rounded, shares, wilson
from insights.modules.weeks import calendar, first_day, monday, said_of, year_week
from tests.insights.modules.invented import DRAWN, NOON, comment

LIMA = ZoneInfo("America/Lima")


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((1, 1, 1), (0.334, 0.333, 0.333)),
        ((2, 1, 0), (0.667, 0.333, 0.0)),
        ((1, 1, 1, 1, 1, 1), (0.167, 0.167, 0.167, 0.167, 0.166, 0.166)),
        ((0, 5), (0.0, 1.0)),
        ((1, 2999, 1), (0.0, 1.0, 0.0)),
    ],
)
def test_it_gives_the_rest_to_the_largest_remainder(counts, expected):
    """N20: three decimals that add to exactly 1, ties in listed order."""
    assert tuple(shares(dict(enumerate(counts))).values()) == expected


@DRAWN
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any))
def test_it_adds_shares_to_exactly_one(counts):
    """N20: whatever is counted; no share is a thousandth or more from the truth, none of nothing is shown."""
    parts = list(shares(dict(enumerate(counts))).values())
    assert sum(Decimal(str(part)) for part in parts) == 1
    for part, count in zip(parts, counts, strict=True):
        assert abs(Decimal(str(part)) - Decimal(count) / sum(counts)) < Decimal("0.001")
        assert count or part == 0


@pytest.mark.parametrize(
    ("part", "whole", "interval"),
    [(5, 10, (0.237, 0.763)), (0, 10, (0.0, 0.278)), (10, 10, (0.722, 1.0)), (1, 1, (0.207, 1.0))],
)
def test_it_takes_wilson_s_interval(part, whole, interval):
    """N20: z = 1.96; the known figures of 5, 0 and 10 of 10."""
    assert wilson(part, whole) == interval


@DRAWN
@given(st.integers(1, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_it_keeps_the_share_inside_its_interval(counts):
    """N20: 0 ≤ low ≤ share ≤ high ≤ 1, to the rounding."""
    low, high = wilson(*counts)
    assert 0 <= low <= counts[0] / counts[1] + 0.0005
    assert counts[0] / counts[1] - 0.0005 <= high <= 1


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (0.125, 2, "0.13"),
        (-0.125, 2, "-0.13"),
        (1.005, 2, "1.01"),
        (-0.001, 2, "0.0"),
        (Fraction(200, 3), 2, "66.67"),
        (Fraction(1, 8), 2, "0.13"),
        (0.1 + 0.2, 3, "0.3"),
    ],
)
def test_it_rounds_as_people_do(value, places, shown):
    """N20: a half goes away from zero, and there is no minus zero."""
    assert str(rounded(value, places)) == shown


@DRAWN
@given(st.lists(st.floats(-1, 1), min_size=1), st.randoms(use_true_random=False))
def test_it_takes_the_same_mean_in_any_order(values, chance):
    """N20: sums of floats depend on their order; ours do not."""
    assert mean(values) == mean(chance.sample(values, len(values)))


@pytest.mark.parametrize(
    ("values", "first"),
    [({"a": 2, "b": 1}, "a"), ({"a": 1, "b": 1}, None), ({"a": 0, "b": 0}, None), ({}, None)],
)
def test_it_names_a_dominant_only_when_there_is_one(values, first):
    """N20: null on a tie or all zero."""
    assert dominant(values) == first


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        (datetime(2024, 12, 30, 5, tzinfo=UTC), "2025-W01"),
        (datetime(2024, 12, 30, 4, 59, tzinfo=UTC), "2024-W52"),
        (datetime(2021, 1, 3, 12, tzinfo=UTC), "2020-W53"),
        (datetime(2025, 6, 2, 4, tzinfo=UTC), "2025-W22"),
    ],
)
def test_it_takes_iso_weeks_in_the_brand_s_zone(moment, week):
    """N20: the first week of 2025 begins on 30 December at midnight in Lima, five hours after UTC's."""
    assert year_week(monday(moment, LIMA)) == week
    assert first_day(week) == monday(moment, LIMA)


def test_a_week_is_said_by_its_monday():
    """N20, W7: in the sentence's language; Spanish for a language that has none."""
    said = [said_of("2026-W45", language) for language in ("es", "es-PE", "en", "pt")]
    assert said == ["2 nov 2026", "2 nov 2026", "Nov 2, 2026", "2 nov 2026"]


def test_it_counts_weeks_across_the_change_of_the_clock():
    """N20: weeks are calendar weeks, also where one has 167 hours."""
    zone = ZoneInfo("America/Santiago")
    before = datetime(2025, 9, 6, 23, tzinfo=zone)
    weeks = [monday(before + timedelta(days=day), zone) for day in (0, 7, 14)]
    assert list(calendar([weeks[2], weeks[0]])) == weeks == [date(2025, 9, day) for day in (1, 8, 15)]


def test_it_does_not_list_centuries_of_empty_weeks():
    """N20, Q8: a year typed wrong makes no series of ten thousand weeks; two years of silence are listed."""
    first = date(2025, 3, 10)
    assert list(calendar([first, date(2205, 3, 11), date.max])) == [first, date(2205, 3, 11), date.max]
    assert len(list(calendar([first, first + timedelta(weeks=104)]))) == 105
    assert list(calendar([])) == []


def test_it_quotes_the_most_liked_then_the_newest():
    """N21: verbatim, with the comment's id; unknown likes count as none."""
    later = NOON + timedelta(hours=1)
    comments = [
        comment(name=1, likes=3),
        comment(name=2, likes=3, created_at=later),
        comment(name=3, created_at=later + timedelta(hours=1)),
    ]
    assert best_quote(comments) == Quote(2, "comment 2")
    assert best_quote([]) is None


def test_it_knows_words_that_nobody_said():
    """N21: a quote stands letter by letter in its own comment."""
    texts = {1: "Llegó tarde 😡", 2: "Bien"}
    assert is_verbatim(Quote(1, "tarde 😡"), texts)
    assert not is_verbatim(Quote(2, "tarde 😡"), texts)
    assert not is_verbatim(Quote(1, "llegó tarde"), texts)
    assert not is_verbatim(Quote(3, "Bien"), texts)
