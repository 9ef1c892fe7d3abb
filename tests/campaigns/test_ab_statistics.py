"""V10: intervals and tests against published examples and against counting every outcome."""

from math import comb, exp, gamma, pi, sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from campaigns.scripting.comparing import (
    ArmResult,
    difference,
    holm,
    judge,
    sample_ratio,
    two_proportions,
    wilson,
)
from campaigns.scripting.comparing.chances import chi_square_beyond

COUNTS = st.integers(0, 2_000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


def bell_beyond(z: float, steps: int = 20_000) -> float:
    """The area under the bell on both sides beyond z, by Simpson's rule."""
    width = z / steps
    inside = sum(
        (1 if at in (0, steps) else 4 if at % 2 else 2) * exp(-((at * width) ** 2) / 2)
        for at in range(steps + 1)
    )
    return 1 - 2 * inside * width / 3 / sqrt(2 * pi)


def chi_beyond(value: float, degrees: int, steps: int = 40_000) -> float:
    """The area of the chi-square density beyond a value, by the midpoint rule in the square root."""
    # x = u² takes the pole of one degree away.
    width = sqrt(value) / steps
    inside = sum(
        2 * ((at + 0.5) * width) ** (degrees - 1) * exp(-(((at + 0.5) * width) ** 2) / 2)
        for at in range(steps)
    )
    return 1 - inside * width / (2 ** (degrees / 2) * gamma(degrees / 2))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(successes, trials, low, high):
    """V10: four published examples."""
    found = wilson(successes, trials)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17: 873-890, table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_a_difference_has_the_published_interval(one, other, low, high):
    """V10: four published examples, some of them at the ends."""
    found = difference(one, other)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(COUNTS)
def test_the_share_lies_in_its_interval(counts):
    """V10: always, and inside 0 and 1; what is not success mirrors it."""
    successes, trials = counts
    found = wilson(successes, trials)
    mirrored = wilson(trials - successes, trials)
    assert 0 <= found.low <= found.high <= 1
    assert mirrored.low == pytest.approx(1 - found.high)
    if trials:
        assert found.low <= successes / trials <= found.high


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_wilson_holds_what_it_promises(share):
    """V10: counting every outcome of 200 trials, about 95 in 100 intervals hold the truth."""
    held = 0.0
    for successes in range(201):
        interval = wilson(successes, 200)
        if interval.low <= share <= interval.high:
            held += comb(200, successes) * share**successes * (1 - share) ** (200 - successes)
    assert 0.93 < held < 0.98


def test_no_trials_say_nothing():
    """V10: everything is possible, nothing is shown."""
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    assert (difference((0, 0), (1, 2)).low, difference((0, 0), (1, 2)).high) == (-1.0, 1.0)
    test = two_proportions((0, 0), (5, 10))
    assert (test.p_value, test.is_enough) == (1.0, False)


def test_a_published_test_of_two_shares():
    """V10: 41 of 85 against 60 of 90 by hand: pooled 101/175, z = −2.48."""
    test = two_proportions((41, 85), (60, 90))
    pooled = 101 / 175
    z = (41 / 85 - 60 / 90) / sqrt(pooled * (1 - pooled) * (1 / 85 + 1 / 90))
    assert test.z == pytest.approx(z)
    assert test.p_value == pytest.approx(bell_beyond(abs(z)), abs=1e-9)
    assert test.is_enough


@given(COUNTS, COUNTS)
def test_the_order_of_two_shares_does_not_matter(one, other):
    """V10: the same chance, the other sign; its square is the chi-square of one degree."""
    test, turned = two_proportions(one, other), two_proportions(other, one)
    assert test.z == pytest.approx(-turned.z)
    assert test.p_value == pytest.approx(turned.p_value)
    assert test.p_value == pytest.approx(chi_square_beyond(test.z**2, 1))
    assert 0 <= test.p_value <= 1


def test_a_p_value_is_as_rare_as_it_says():
    """V10: counting every outcome of 60 and 60 alike, about 5 in 100 tests err."""
    chances = [comb(60, hits) * 0.3**hits * 0.7 ** (60 - hits) for hits in range(61)]
    wrong = sum(
        chances[one] * chances[other]
        for one in range(61)
        for other in range(61)
        if two_proportions((one, 60), (other, 60)).p_value < 0.05
    )
    assert 0.03 < wrong < 0.06


def test_few_counts_are_said_to_be_few():
    """V10: below five expected in a cell nothing is claimed."""
    assert not two_proportions((0, 100), (4, 100)).is_enough
    assert not two_proportions((100, 100), (96, 100)).is_enough
    assert two_proportions((5, 100), (6, 100)).is_enough


@pytest.mark.parametrize(("one", "other"), [((5, 4), (1, 2)), ((-1, 4), (1, 2)), ((1, 2), (3, 2))])
def test_it_refuses_counts_that_cannot_be(one, other):
    """V10: more successes than trials is a mistake of ours."""
    with pytest.raises(ValueError, match="successes"):
        two_proportions(one, other)
    with pytest.raises(ValueError, match="successes"):
        difference(one, other)


@pytest.mark.parametrize(
    ("value", "degrees"),
    [(3.841459, 1), (5.991465, 2), (7.814728, 3), (9.487729, 4), (18.307038, 10), (30.143527, 19)],
)
def test_chi_square_has_the_tables_five_per_cent(value, degrees):
    """V10: the critical values that stand in every table."""
    assert chi_square_beyond(value, degrees) == pytest.approx(0.05, abs=1e-7)


@pytest.mark.parametrize("degrees", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("value", [0.1, 1.0, 4.2, 25.0])
def test_chi_square_is_the_area_of_its_density(value, degrees):
    """V10: the closed sums against plain integration."""
    assert chi_square_beyond(value, degrees) == pytest.approx(chi_beyond(value, degrees), abs=1e-7)


def test_holm_corrects_a_worked_example():
    """V10: 0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_keeps_the_order_and_never_helps(p_values):
    """V10: between the value itself and Bonferroni's; order among them kept."""
    corrected = holm(p_values)
    for value, after in zip(p_values, corrected, strict=True):
        assert value <= after <= min(1.0, value * len(p_values)) + 1e-12
    ranks = sorted(range(len(p_values)), key=lambda at: p_values[at])
    assert [corrected[at] for at in ranks] == sorted(corrected)


def test_it_notices_a_split_that_the_weights_do_not_explain():
    """V10: 821,588 against 815,482 at equal weights is the known example of such a mismatch."""
    split = sample_ratio({1: 821_588, 2: 815_482}, {1: 1, 2: 1})
    assert split.is_suspicious
    assert split.p_value == pytest.approx(1.8e-6, rel=0.1)
    assert not sample_ratio({1: 5_050, 2: 4_950}, {1: 1, 2: 1}).is_suspicious
    assert not sample_ratio({1: 9_000, 2: 1_000}, {1: 9, 2: 1}).is_suspicious


def test_a_small_split_is_not_judged():
    """V10: eight people may all fall to one side."""
    split = sample_ratio({1: 8}, {1: 1, 2: 1})
    assert (split.is_enough, split.is_suspicious) == (False, False)
    assert sample_ratio({}, {1: 1, 2: 1}).p_value == 1.0


@pytest.mark.parametrize(
    ("observed", "weights"), [({1: 1}, {1: 1}), ({3: 1}, {1: 1, 2: 1}), ({1: 1}, {1: 1, 2: 0}), ({}, {})]
)
def test_a_split_needs_arms_with_weight(observed, weights):
    """V10: one arm is no experiment."""
    with pytest.raises(ValueError, match="two arms"):
        sample_ratio(observed, weights)


def arm(number: int, trials: int, successes: int) -> ArmResult:
    return ArmResult(number, 1, trials, trials, successes)


def test_it_judges_every_pair_and_names_the_better_one():
    """V10: three arms are three pairs, each corrected for the others."""
    verdict = judge([arm(1, 1_000, 100), arm(2, 1_000, 160), arm(3, 1_000, 105)])
    told = [(pair.better.arm, pair.other.arm, pair.is_significant) for pair in verdict.pairs]
    assert told == [(2, 1, True), (3, 1, False), (2, 3, True)]
    first = verdict.pairs[0]
    assert first.difference == pytest.approx(0.06)
    assert first.interval.low < 0.06 < first.interval.high
    assert first.p_value == pytest.approx(3 * two_proportions((100, 1_000), (160, 1_000)).p_value)


def test_it_judges_before_anybody_was_called():
    """V10: nothing to show, nothing claimed, no failure."""
    verdict = judge([ArmResult(1, 1, 0, 0, 0), ArmResult(2, 1, 0, 0, 0)])
    assert verdict.arms[0].rate is None
    assert not verdict.pairs[0].is_significant
    assert not verdict.split.is_suspicious


@given(st.lists(COUNTS, min_size=2, max_size=5))
def test_the_leader_leads(counts):
    """V10: a difference is never below nothing, whatever the counts."""
    assume(all(trials for _successes, trials in counts))
    verdict = judge([arm(number, trials, successes) for number, (successes, trials) in enumerate(counts)])
    assert len(verdict.pairs) == len(counts) * (len(counts) - 1) // 2
    for pair in verdict.pairs:
        assert pair.difference >= 0
        assert pair.interval.low - 1e-9 <= pair.difference <= pair.interval.high + 1e-9
