"""V9: who hears which version never changes by what happens to others."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.scripting.comparing import choose_arm, sample_ratio

PEOPLE = [f"D:CL:{number}" for number in range(20_000)]
WEIGHTS = st.dictionaries(st.integers(1, 10**9), st.integers(1, 32_767), min_size=1, max_size=6)


def drawn(weights, campaign=1, people=PEOPLE) -> Counter[int]:
    return Counter(choose_arm(campaign=campaign, person=person, weights=weights) for person in people)


@pytest.mark.parametrize("weights", [{1: 1, 2: 1}, {1: 9, 2: 1}, {5: 1, 3: 2, 4: 3}, {1: 1, 2: 32_767}])
def test_people_fall_as_the_weights_say(weights):
    """V9: over many campaigns no split is suspicious."""
    for campaign in range(1, 11):
        split = sample_ratio(drawn(weights, campaign), weights)
        assert not split.is_suspicious


@given(WEIGHTS, st.integers(1, 10**12), st.text(max_size=60).filter(lambda text: text.isprintable()))
def test_a_person_keeps_their_arm(weights, campaign, person):
    """V9: kept across retries, whatever the order in which arms are read."""
    first = choose_arm(campaign=campaign, person=person, weights=weights)
    turned = dict(reversed(weights.items()))
    assert first == choose_arm(campaign=campaign, person=person, weights=turned)
    assert first in weights


@given(st.lists(st.integers(0, 19_999), unique=True, max_size=40))
def test_more_people_move_nobody(places):
    """V9: entries added later leave everybody where they were."""
    weights = {1: 2, 2: 1}
    before = {at: choose_arm(campaign=7, person=PEOPLE[at], weights=weights) for at in places}
    drawn(weights, 7, PEOPLE[:50])
    assert before == {at: choose_arm(campaign=7, person=PEOPLE[at], weights=weights) for at in places}


def test_another_campaign_draws_anew():
    """V9: nobody hears the second version for ever: two campaigns are independent."""
    weights = {1: 1, 2: 1}
    same = sum(
        choose_arm(campaign=1, person=person, weights=weights)
        == choose_arm(campaign=2, person=person, weights=weights)
        for person in PEOPLE
    )
    assert 9_600 < same < 10_400


def test_a_known_person_has_a_known_arm():
    """V9: the draw is the same on every machine and in every release."""
    weights = {10: 1, 20: 1, 30: 2}
    arms = [choose_arm(campaign=42, person=f"D:CL:{n}", weights=weights) for n in range(12)]
    assert arms == [10, 10, 10, 30, 30, 20, 20, 30, 10, 30, 10, 30]


@pytest.mark.parametrize("weights", [{}, {1: 0}, {1: 1, 2: -1}])
def test_it_refuses_arms_without_weight(weights):
    """V9: an arm that nobody can hear is a mistake."""
    with pytest.raises(ValueError, match="weight"):
        choose_arm(campaign=1, person="D:CL:1", weights=weights)
