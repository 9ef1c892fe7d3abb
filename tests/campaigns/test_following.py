"""C21, row by row: what becomes of an entry after a call, for every group of outcomes in every situation."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.dispatch.following import Ended, Following, follow
from campaigns.legality import read_call_settings
from campaigns.rules import EntryReason, EntryState, Outcome, UseCase

SETTINGS = {
    "retry_settings": {"max_attempts": 5, "retry_delay_hours": 24},
    "retry_by_outcome": {
        "machine": {"max_attempts": 2},
        "not_reached": {"retry_delay_hours": 4},
        "conversed": {"max_attempts": 3, "retry_delay_hours": 72},
    },
}
DAY, MINUTE, AT_ONCE = timedelta(hours=24), timedelta(minutes=1), timedelta()
S, R, O = EntryState, EntryReason, Outcome  # noqa: E741 - columns of a table


def after(outcome: Outcome, settings: dict[str, Any] | None = None, **facts: Any) -> Following:
    """Return what follows a call; without facts the first one, in which nobody was spoken with."""
    own = read_call_settings(
        SETTINGS if settings is None else settings,
        country="CL",
        use_case=UseCase.COLLECTION,
        timezone="America/Santiago",
    )
    usual: dict[str, Any] = {
        "is_goal_met": None,
        "has_analysis": False,
        "talked": False,
        "attempts": 0,
        "faults": 0,
        "has_next_number": False,
    }
    return follow(Ended(outcome, **usual | facts), own)


def ends(state, reason, **more):
    """Return an end, or a wait for a person: a counted attempt without another call."""
    return Following(state, reason, **more)


def waits(reason, delay, **more):
    """Return a retry: a counted attempt, the next one no sooner than so long after the end."""
    return Following(S.RETRY_WAIT, reason, delay=delay, **more)


def goes_back(reason, delay, *, is_fault=False):
    """Return to the queue: neither attempt nor contact."""
    return Following(S.QUEUED, reason, is_counted=False, is_fault=is_fault, delay=delay)


TALKED = {"talked": True, "has_analysis": True}
MET, NOT_MET = TALKED | {"is_goal_met": True}, TALKED | {"is_goal_met": False}
CONTACT = {"is_contact": True}
TABLE = [
    # Conversed.
    (O.CONVERSED, MET, ends(S.SUCCEEDED, R.GOAL_MET, **CONTACT)),
    (O.CONVERSED, NOT_MET, waits(R.GOAL_NOT_MET, timedelta(hours=72), **CONTACT)),
    (O.CONVERSED, NOT_MET | {"attempts": 2}, ends(S.EXHAUSTED, R.MAX_ATTEMPTS, **CONTACT)),
    (O.CONVERSED, MET | {"attempts": 4}, ends(S.SUCCEEDED, R.GOAL_MET, **CONTACT)),
    (O.CONVERSED, {"talked": True}, ends(S.NEEDS_REVIEW, R.NO_ANALYSIS, **CONTACT)),
    (O.CONVERSED, TALKED, ends(S.NEEDS_REVIEW, R.NO_ANALYSIS, **CONTACT)),
    (O.CUT_SHORT, MET, ends(S.SUCCEEDED, R.GOAL_MET, **CONTACT)),
    (O.CUT_SHORT, NOT_MET, ends(S.NEEDS_REVIEW, R.CUT_SHORT, **CONTACT)),
    (O.CUT_SHORT, {"talked": True}, ends(S.NEEDS_REVIEW, R.CUT_SHORT, **CONTACT)),
    # Wishes: whatever the analysis says, and however often the person was tried.
    (O.DO_NOT_CALL, NOT_MET, ends(S.SUPPRESSED, R.DO_NOT_CALL, **CONTACT)),
    (O.DO_NOT_CALL, MET | {"attempts": 4}, ends(S.SUPPRESSED, R.DO_NOT_CALL, **CONTACT)),
    (O.CALLBACK, NOT_MET, waits(R.CALLBACK_ASKED, timedelta(hours=72), **CONTACT)),
    (O.CALLBACK, NOT_MET | {"attempts": 4}, waits(R.CALLBACK_ASKED, timedelta(hours=72), **CONTACT)),
    # Machine, not reached: attempts, no contacts.
    (O.MACHINE, TALKED, waits(R.MACHINE, DAY)),
    (O.MACHINE, TALKED | {"attempts": 1}, ends(S.EXHAUSTED, R.MAX_ATTEMPTS)),
    (O.NOT_REACHED, {}, waits(R.NOT_REACHED, timedelta(hours=4))),
    (O.NOT_REACHED, {"attempts": 3}, waits(R.NOT_REACHED, timedelta(hours=4))),
    (O.NOT_REACHED, {"attempts": 4}, ends(S.EXHAUSTED, R.MAX_ATTEMPTS)),
    # Bad number: the next one may ring at once, within the attempts of the person.
    (O.BAD_NUMBER, {}, ends(S.FAILED, R.NO_NUMBER_LEFT, retires_number=True)),
    (O.BAD_NUMBER, {"attempts": 4}, ends(S.FAILED, R.NO_NUMBER_LEFT, retires_number=True)),
    (O.BAD_NUMBER, {"has_next_number": True}, waits(R.BAD_NUMBER, AT_ONCE, retires_number=True)),
    (
        O.BAD_NUMBER,
        {"has_next_number": True, "attempts": 4},
        ends(S.EXHAUSTED, R.MAX_ATTEMPTS, retires_number=True),
    ),
    # Faults: back into the queue, later each time, and the fifth in a row is looked at.
    *[
        (outcome, {"faults": faults}, goes_back(reason, MINUTE * 2**faults, is_fault=True))
        for outcome, reason in (
            (O.CARRIER, R.CARRIER),
            (O.REPUTATION, R.CARRIER),
            (O.PLATFORM, R.PLATFORM),
        )
        for faults in range(4)
    ],
    *[
        (outcome, {"faults": 4}, ends(S.NEEDS_REVIEW, reason, is_counted=False, is_fault=True))
        for outcome, reason in (
            (O.CARRIER, R.CARRIER),
            (O.REPUTATION, R.CARRIER),
            (O.PLATFORM, R.PLATFORM),
        )
    ],
    # Attempts are no limit to what does not count.
    (O.CARRIER, {"attempts": 4}, goes_back(R.CARRIER, MINUTE, is_fault=True)),
    # Nobody's fault: as often as it takes.
    *[
        (outcome, {"faults": faults, "attempts": 4}, goes_back(reason, MINUTE))
        for outcome, reason in ((O.CAPACITY, R.CAPACITY), (O.MONEY, R.PROVIDER_MONEY))
        for faults in (0, 4)
    ],
    # Platform with talk time, whatever the analysis says.
    (O.PLATFORM, {"talked": True}, waits(R.PLATFORM, DAY, **CONTACT)),
    (O.PLATFORM, MET | {"faults": 4}, waits(R.PLATFORM, DAY, **CONTACT)),
    (O.PLATFORM, NOT_MET | {"attempts": 4}, ends(S.EXHAUSTED, R.MAX_ATTEMPTS, **CONTACT)),
    # Unknown.
    (O.UNKNOWN, {}, ends(S.NEEDS_REVIEW, R.UNKNOWN_OUTCOME)),
    (O.UNKNOWN, MET | {"attempts": 4}, ends(S.NEEDS_REVIEW, R.UNKNOWN_OUTCOME)),
]


@pytest.mark.parametrize(("outcome", "facts", "following"), TABLE)
def test_what_follows_is_what_the_rule_says(outcome, facts, following):
    """C21: state, reason, whether it counts as attempt and as contact, what retires, when the next may be."""
    assert after(outcome, **facts) == following


def test_every_group_is_in_the_table():
    """C21: what never left is taken back before anything follows; no other group is forgotten."""
    assert {outcome for outcome, _facts, _following in TABLE} == set(Outcome) - {Outcome.UNSENT}


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.UNSENT])
@pytest.mark.parametrize("attempts", [0, 4, 9])
@pytest.mark.parametrize("talked", [False, True])
def test_only_what_goes_back_to_the_queue_is_no_attempt(outcome, attempts, talked):
    """C21: an attempt counts for all but `queued` ends (and the fifth fault); a contact always does."""
    found = after(outcome, attempts=attempts, talked=talked)
    assert found.is_counted == (found.state is not S.QUEUED)
    assert found.is_counted or not found.is_contact
    assert (found.delay is not None) == (found.state in (S.QUEUED, S.RETRY_WAIT))


@pytest.mark.parametrize("outcome", [O.CARRIER, O.REPUTATION, O.CAPACITY, O.MONEY])
def test_whoever_was_spoken_with_is_not_called_again_at_once(outcome):
    """C13, C21: whatever broke off a talk, somebody was disturbed: it counts, and the next call waits."""
    found = after(outcome, talked=True, faults=4)
    assert (found.state, found.is_counted, found.is_contact, found.delay) == (S.RETRY_WAIT, True, True, DAY)


@pytest.mark.parametrize("outcome", [O.CONVERSED, O.MACHINE, O.NOT_REACHED, O.PLATFORM])
def test_without_rules_of_its_own_an_outcome_has_the_campaigns(outcome):
    """C21: `max_attempts` and `retry_delay_hours` hold where `retry_by_outcome` says nothing."""
    plain = {"retry_settings": {"max_attempts": 2, "retry_delay_hours": 7}}
    assert after(outcome, plain, **NOT_MET).delay == timedelta(hours=7)
    assert after(outcome, plain, **NOT_MET | {"attempts": 1}).state is S.EXHAUSTED
