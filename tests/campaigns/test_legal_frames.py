"""The law as data: what each country's frame says, and which one holds (C13)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from campaigns.legality import NOT_LEGAL_ADVICE, Confidence, DaysOff, frame_for, frame_named, frames_for
from campaigns.legality.frame_table import FRAMES
from campaigns.legality.frames import Counted
from campaigns.rules import UseCase
from tests.campaigns.hours import a_window

COLLECTION, MARKETING, SURVEY, CUSTOM = UseCase
GENERIC = ("09:00-18:00",) * 5 + ("", "")


def hours(*days):
    return tuple((a_window(day),) if day else () for day in days)


@pytest.mark.parametrize(
    ("country", "use_case", "week"),
    [
        ("CL", COLLECTION, ("08:00-20:00",) * 6 + ("",)),
        ("CO", COLLECTION, ("07:00-19:00",) * 5 + ("08:00-15:00", "")),
        ("CO", MARKETING, ("07:00-19:00",) * 5 + ("08:00-15:00", "")),
        ("PE", COLLECTION, ("07:00-20:00",) * 5 + ("", "")),
        ("MX", COLLECTION, ("07:00-22:00",) * 5 + ("", "")),
        ("BR", COLLECTION, GENERIC),
        ("BR", MARKETING, GENERIC),
        ("CL", MARKETING, GENERIC),
        ("CL", SURVEY, GENERIC),
        ("CL", CUSTOM, GENERIC),
        ("MX", MARKETING, GENERIC),
        ("PE", MARKETING, GENERIC),
        ("AR", COLLECTION, GENERIC),
        ("UY", SURVEY, GENERIC),
        ("US", COLLECTION, GENERIC),
    ],
)
def test_it_holds_the_hours_of_the_reference(country, use_case, week):
    """C13: hours by country and purpose; nobody is called on holidays under any of them."""
    frame = frame_for(country, use_case)
    assert frame.week == hours(*week)
    assert not frame.calls_on_holidays


def test_it_limits_contacts_where_the_law_does():
    """C13: Chile's collections once in 168 hours; Colombia not twice a day, nor thrice in a week."""
    told = {
        frame.key: [
            (limit.most, limit.hours, limit.local_days)
            for limit in frame.limits
            if limit.counts is Counted.CONTACTS
        ]
        for frame in FRAMES
        if frame.limits
    }
    assert told == {
        "cl_collection": [(1, 168, 0)],
        "cl_custom": [(1, 168, 0)],
        "co_collection_marketing": [(1, 0, 1), (2, 168, 0)],
    }


def test_it_says_how_far_back_a_person_has_to_be_known():
    """C13: a query asks for no more contacts than can still count."""
    assert frame_named("cl_collection").reach == timedelta(hours=168)
    assert frame_named("generic").reach == timedelta()


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.label)
def test_it_says_where_every_frame_was_read(frame):
    """C13: source, date read, confidence and version stand with each; what has no source says unverified."""
    assert frame.version >= 1
    assert date(2026, 1, 1) <= frame.read_on <= date.today()  # noqa: DTZ011 - the table has days, not moments
    assert frame.source != "-" or frame.confidence is Confidence.UNVERIFIED
    assert all((limit.hours > 0) != (limit.local_days > 0) for limit in frame.limits)
    assert any(frame.week)
    with translation.override("en"):
        assert all(str(words) for words in (frame.title, *frame.notes))


def test_it_has_one_default_for_every_country_and_purpose():
    """C13: one frame holds by default, whose key campaigns store; what has to be chosen never does."""
    keys = [(frame.key, frame.version) for frame in FRAMES]
    assert len(set(keys)) == len(keys)
    for country in ("CL", "CO", "PE", "MX", "BR", "AR", "EC", "DO", "US"):
        for use_case in UseCase:
            default = [frame for frame in frames_for(country, use_case) if not frame.is_chosen_only]
            assert default == [frame_for(country, use_case)]
            assert frame_named(default[0].key) is default[0]


def test_it_never_lifts_a_country_s_law_by_the_generic_frame():
    """C13: where something was read, the generic frame cannot be chosen instead."""
    assert {frame.key for frame in frames_for("CL", COLLECTION)} == {"cl_collection"}
    assert {frame.key for frame in frames_for("MX", COLLECTION)} == {
        "mx_collection",
        "mx_collection_saturday",
    }


def test_it_says_that_it_is_no_legal_advice():
    """C13: not legal advice, and says so."""
    with translation.override("en"):
        assert "not legal advice" in str(NOT_LEGAL_ADVICE)
    with translation.override("es"):
        assert "asesoría legal" in str(NOT_LEGAL_ADVICE)


@pytest.mark.parametrize(
    ("country", "dates"), [("CL", 16), ("CO", 19), ("MX", 7), ("PE", 17), ("BR", 10), ("AR", 20), ("EC", 12)]
)
def test_it_knows_the_holidays_of_a_country(country, dates):
    """C13: as many in 2026 as the reference counted."""
    off = DaysOff.of(country)
    assert sum(date(2026, 1, 1) + timedelta(days=day) in off for day in range(365)) == dates


def test_it_lets_an_account_add_and_work_days():
    """C13: overrides of the account; a day that is both added and worked is off."""
    christmas, inventory = date(2026, 12, 25), date(2026, 12, 28)
    assert christmas not in DaysOff.of("CL", worked=[christmas])
    assert inventory in DaysOff.of("CL", extra=[inventory])
    assert inventory in DaysOff.of("CL", extra=[inventory], worked=[inventory])
    assert date(2026, 12, 29) not in DaysOff.of("CL", extra=[inventory])


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.key)
def test_it_is_the_same_key_in_every_language(frame):
    """C13: calendars are kept by frame, and a claim looks up hundreds: no words are translated for it."""
    hashes = set()
    for language in ("es", "en"):
        with translation.override(language):
            hashes.add(hash(frame))
    assert hashes == {hash((frame.key, frame.version))}


def test_readings_that_differ_are_different_frames():
    """C13: what is kept for one reading of the law never answers for another one."""
    frame = frame_named("cl_collection")
    assert frame == replace(frame)
    assert frame != replace(frame, calls_on_holidays=True)
    assert frame != replace(frame, limits=())
