"""V10: how many people it takes, before anybody is called."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.scripting.comparing import least_effect, needed_people, two_proportions
from campaigns.scripting.comparing.planning import comparisons

WEIGHTS = st.lists(st.integers(1, 9), min_size=2, max_size=4)


@pytest.mark.parametrize(
    ("baseline", "effect", "each"),
    [
        # Per arm at 5 % and a power of 80 %, as tables without continuity correction print them (Fleiss).
        (0.50, 0.10, 388),
        (0.60, 0.10, 356),
        (0.25, 0.15, 152),
        (0.10, 0.05, 686),
    ],
)
def test_it_needs_as_many_people_as_the_tables_say(baseline, effect, each):
    """V10: twice the people of one arm, to the rounding."""
    assert 2 * each - 2 <= needed_people(baseline, effect) <= 2 * each


def test_so_many_people_show_the_effect_as_often_as_promised():
    """V10: counting every outcome, the test finds a rise from 20 % to 40 % in about 80 of 100 experiments."""
    each = needed_people(0.2, 0.2) // 2
    found = 0.0
    before = [comb(each, hits) * 0.2**hits * 0.8 ** (each - hits) for hits in range(each + 1)]
    after = [comb(each, hits) * 0.4**hits * 0.6 ** (each - hits) for hits in range(each + 1)]
    for one in range(each + 1):
        for other in range(each + 1):
            if two_proportions((one, each), (other, each)).p_value < 0.05:
                found += before[one] * after[other]
    assert 0.78 < found < 0.84


@given(st.floats(0.01, 0.9), st.integers(2, 10**7), WEIGHTS)
def test_the_least_effect_is_the_least(baseline, people, weights):
    """V10: it can be shown by so many people, and nothing clearly smaller can."""
    effect = least_effect(baseline, people, weights=weights)
    if effect is None:
        assert needed_people(baseline, 1 - baseline, weights=weights) > people
        return
    assert needed_people(baseline, effect, weights=weights) <= people
    assert needed_people(baseline, effect * 0.99, weights=weights) > people * 0.97


@given(st.floats(0.01, 0.9), WEIGHTS, st.floats(0.01, 0.9), st.floats(0.01, 0.9))
def test_a_smaller_effect_needs_more_people(baseline, weights, one, other):
    """V10: never fewer."""
    small, large = sorted((one * (1 - baseline), other * (1 - baseline)))
    assert needed_people(baseline, small, weights=weights) >= needed_people(baseline, large, weights=weights)


def test_uneven_arms_and_more_arms_need_more_people():
    """V10: the lightest arms decide, and every comparison costs."""
    even = needed_people(0.1, 0.02)
    assert needed_people(0.1, 0.02, weights=(9, 1)) > 2 * even
    assert needed_people(0.1, 0.02, weights=(1, 1, 1)) > 1.5 * even
    assert needed_people(0.1, 0.02, weights=(3, 3)) == even
    assert [comparisons(arms) for arms in (2, 3, 4)] == [1, 3, 6]


def test_more_certainty_needs_more_people():
    """V10: power and alpha are the caller's."""
    even = needed_people(0.1, 0.02)
    assert needed_people(0.1, 0.02, power=0.9) > even
    assert needed_people(0.1, 0.02, alpha=0.01) > even


def test_too_few_people_show_nothing():
    """V10: said as None, not as an effect beyond everything."""
    assert least_effect(0.5, 2) is None
    assert least_effect(0.9, 20) is None


@pytest.mark.parametrize(
    ("baseline", "effect", "weights"),
    [(0, 0.1, (1, 1)), (1, 0.1, (1, 1)), (0.5, 0, (1, 1)), (0.5, -0.1, (1, 1)), (0.5, 0.6, (1, 1)),
     (0.5, 0.1, (1,)), (0.5, 0.1, (1, 0)), (0.5, 0.1, ())],
)  # fmt: skip
def test_it_refuses_what_is_no_experiment(baseline, effect, weights):
    """V10: rates lie between 0 and 1, arms are two or more."""
    with pytest.raises(ValueError, match=r"rates|two arms"):
        needed_people(baseline, effect, weights=weights)
