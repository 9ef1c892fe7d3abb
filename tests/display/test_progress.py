"""A bar is monotone, honest about silence, and says its time left as a range (W2)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from tenants.display.formats import Formats
from tenants.display.progress import Bar, bar_of, eta_words, percent_shown, silence_words

NOW = datetime(2026, 11, 20, 20, 40, tzinfo=UTC)
RUNNING: dict[str, Any] = {
    "id": "7",
    "state": "running",
    "phase": {"n": 2, "of": 4, "label": "Classify"},
    "done": 3120,
    "total": 5000,
    "percent": 62.4,
    "counters": {"created": 2890, "skipped_locked": 3, "odd_name": 1},
    "started_at": NOW - timedelta(seconds=65),
    "finished_at": None,
    "heartbeat_at": NOW,
    "eta_s": (31, 52),
    "poll_after_s": 2,
    "can_cancel": True,
    "can_undo": False,
    "links": {"cancel": "/jobs/7/cancel/"},
    "error": "",
}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def bar(**changes: Any) -> Bar:
    """Read the running job with changes."""
    return bar_of({**RUNNING, **changes}, formats=Formats("en", "US"), now=NOW)


def plain(text: str) -> str:
    """Compare without minding which space it is."""
    return text.replace("\u00a0", " ")


def test_a_running_job_says_everything():
    """W2: state, phase, amount, counts, time left and time so far."""
    seen = bar()
    assert (seen.state_label, seen.phase, seen.percent, seen.amount) == (
        "Running",
        "Step 2 of 4: Classify",
        62,
        "3,120 of 5,000",
    )
    assert seen.counters == (("Created", "2,890"), ("Locked, left alone", "3"), ("Odd name", "1"))
    assert (plain(seen.eta), plain(seen.time)) == ("between 30 and 50 s left", "1 min 5 s so far")
    assert seen.is_live


@pytest.mark.parametrize(
    ("changes", "percent"),
    [
        ({"percent": 100.0}, 99),
        ({"percent": 99.9}, 99),
        ({"percent": None, "done": 5000}, 99),
        ({"percent": None, "total": None}, None),
        ({"percent": None, "total": 0}, None),
        ({"percent": -3}, 0),
        ({"state": "completed", "percent": 99.0}, 100),
        ({"state": "failed", "percent": 100.0}, 99),
    ],
)
def test_it_is_never_full_before_the_end(changes, percent):
    """W2: never 100 % before completion; an unknown total is indeterminate, not 0 %."""
    assert percent_shown({**RUNNING, **changes}) == percent


@pytest.mark.parametrize(
    ("eta", "words"),
    [
        (None, ""),
        ((2, 4), "less than 10 s left"),
        ((38, 42), "about 40 s left"),
        ((61, 88), "between 60 and 90 s left"),
        ((100, 190), "between 2 and 3 min left"),
        ((290, 310), "about 5 min left"),
        ((5000, 9000), "between 1 and 2 h left"),
        ((100_000, 300_000), "between 1 and 3 d left"),
        ((0, 0), "less than 10 s left"),
    ],
)
def test_the_time_left_is_a_range_in_words(eta, words):
    """W2: no false precision."""
    assert plain(eta_words(eta)) == words


def test_silence_is_said_from_a_minute_on():
    """W2: silent for 60 s says so; a job that has not begun or has ended is not silent."""
    late = {**RUNNING, "heartbeat_at": NOW - timedelta(seconds=150)}
    assert silence_words(late, now=NOW) == "no signal for 2 min"
    assert silence_words({**late, "state": "completed"}, now=NOW) == ""
    assert silence_words({**RUNNING, "heartbeat_at": NOW - timedelta(seconds=59)}, now=NOW) == ""
    assert silence_words({**RUNNING, "heartbeat_at": None}, now=NOW) == ""


def test_the_end_says_counts_and_duration_and_asks_no_more():
    """W2: polling stops at the end."""
    seen = bar(state="completed", finished_at=NOW, poll_after_s=None)
    assert not seen.is_live
    assert plain(seen.time) == "took 1 min 5 s"
    assert seen.spoken == "Completed, Created 2,890, Locked, left alone 3, Odd name 1"


@pytest.mark.parametrize(
    ("kind", "words"), [("personas.reclassify", "What was done until then"), ("tenants.export", "Nothing")]
)
def test_a_cancelled_job_says_what_is_kept(kind: str, words: str):
    """W2: what is written row by row stays; half a file is none."""
    assert words in bar(state="cancelled", kind=kind, finished_at=NOW).kept
    assert bar(kind=kind).kept == ""


def test_it_reads_a_dataclass_and_iso_times_alike():
    """Pages get the dataclass, programs its JSON; the words are the same."""

    @dataclass
    class Shape:
        """As little as a job can say."""

        state: str = "waiting"
        started_at: str = "2026-11-20T20:38:55+00:00"

    seen = bar_of(Shape(), formats=Formats("en", "US"), now=NOW)
    assert (seen.state_label, seen.percent, plain(seen.time)) == ("Waiting", None, "1 min 5 s so far")
    with pytest.raises(TypeError):
        bar_of("running", formats=Formats(), now=NOW)
