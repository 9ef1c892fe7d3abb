"""Call settings: what clients write, what is stored and whose hold (C12, C13, C21)."""

import pytest

from campaigns.legality import (
    PRESETS,
    RetryRule,
    Voicemail,
    frames_for,
    read_account_settings,
    stored_settings,
)
from campaigns.rules import Outcome, UseCase
from tests.campaigns.hours import a_window, read_settings

# As the first system's clients sent it to /api/v1/batches, and as a parameter beside an Excel file.
FIRST_CLIENTS = {
    "allowed_call_hours": {"start": "09:00", "end": "20:00"},
    "timezone": "America/Santiago",
    "retry_settings": {"max_attempts": 5, "retry_delay_hours": 12},
    "max_concurrent_calls": 15,
}
BESIDE_A_FILE = {
    "allowed_call_hours": {"start": "10:00", "end": "18:00"},
    "timezone": "America/Santiago",
    "max_concurrent_calls": 5,
}


def test_it_gives_the_first_clients_their_hours_retries_and_concurrency():
    """C12, C21: call settings in the first clients' own form mean what they say."""
    settings = read_settings(FIRST_CLIENTS)
    assert settings.hours == a_window("09:00-20:00")
    assert settings.timezone == "America/Santiago"
    assert settings.retry_after(Outcome.NOT_REACHED) == RetryRule(5, 12)
    assert settings.max_concurrent_calls == 15


def test_it_fills_in_what_a_form_beside_a_file_leaves_out():
    """C12: three attempts 24 hours apart, 30 s of ringing, 300 s of talk, machines hung up on."""
    settings = read_settings(BESIDE_A_FILE, use_case=UseCase.MARKETING)
    assert settings.retry_after(Outcome.NOT_REACHED) == RetryRule(3, 24)
    assert (settings.ring_seconds, settings.max_call_seconds) == (30, 300)
    assert settings.voicemail is Voicemail.HANG_UP
    assert settings.days_of_week == (1, 2, 3, 4, 5, 6, 7)
    assert settings.legal_frame == "cl_general"


def test_it_stores_and_returns_the_shape_that_came_in():
    """C12: what was sent stands in what is returned, with the rest filled in, and is read back unchanged."""
    settings = read_settings(FIRST_CLIENTS)
    assert settings.as_json() == {
        **FIRST_CLIENTS,
        "days_of_week": [1, 2, 3, 4, 5, 6, 7],
        "ring_seconds": 30,
        "max_call_seconds": 300,
        "voicemail": "hang_up",
        "legal_frame": "cl_collection",
    }
    assert stored_settings(settings.as_json()) == settings
    assert read_settings(settings.as_json()) == settings


def test_it_reads_every_setting():
    """C12, C21: days, windows, seconds, machines, frame and retries by outcome come through and back."""
    by_outcome = {"machine": {"max_attempts": 2}, "not_reached": {"retry_delay_hours": 4}}
    given = {
        **FIRST_CLIENTS,
        "days_of_week": [5, 1, 3],
        "windows": [{"start": "09:00", "end": "13:00"}, {"start": "15:00", "end": "24:00"}],
        "ring_seconds": 5,
        "max_call_seconds": 7200,
        "voicemail": "leave_message",
        "legal_frame": "cl_collection",
        "retry_by_outcome": {**by_outcome, "conversed": {}},
    }
    settings = read_settings(given)
    assert settings.week[0] == (a_window("09:00-13:00"), a_window("15:00-20:00"))
    assert settings.week[1] == ()
    assert settings.retry_after(Outcome.MACHINE) == RetryRule(2, 12)
    assert settings.retry_after(Outcome.NOT_REACHED) == RetryRule(5, 4)
    assert settings.retry_after(Outcome.CONVERSED) == RetryRule(5, 12)
    shown = settings.as_json()
    assert shown == {**given, "days_of_week": [1, 3, 5], "retry_by_outcome": by_outcome}
    assert stored_settings(shown) == settings


@pytest.mark.parametrize(
    ("synonym", "meant"),
    [
        ({"allowed_hours": {"start": "10:00", "end": "12:00"}}, {"hours": a_window("10:00-12:00")}),
        ({"max_attempts": 7}, {"max_attempts": 7}),
        ({"retry_delay_hours": 7}, {"retry_delay_hours": 7}),
        ({"hours_between_attempts": 7}, {"retry_delay_hours": 7}),
        ({"retry_settings": {"hours_between_attempts": 7}}, {"retry_delay_hours": 7}),
        ({"ring_timeout": 40}, {"ring_seconds": 40}),
        ({"max_call_duration": 600}, {"max_call_seconds": 600}),
    ],
)
def test_it_accepts_synonyms_and_stores_the_spec_s_words(synonym, meant):
    """C12: the first clients' other names mean the same, and are stored under ours."""
    settings = read_settings(synonym)
    assert {name: getattr(settings, name) for name in meant} == meant
    unknown_to_the_spec = {"allowed_hours", "ring_timeout", "max_call_duration", "hours_between_attempts"}
    assert not unknown_to_the_spec & settings.as_json().keys()


def test_it_takes_a_synonym_that_says_the_same():
    """C12: twice the same is no contradiction."""
    assert read_settings({"retry_settings": {"max_attempts": 4}, "max_attempts": 4}).max_attempts == 4


@pytest.mark.parametrize("given", [None, {}])
def test_it_takes_the_account_s_settings_when_nothing_is_said(given):
    """C12: no settings: the account's defaults."""
    account = read_account_settings({"allowed_hours": {"start": "11:00", "end": "13:00"}, "max_attempts": 2})
    assert account == {
        "allowed_call_hours": {"start": "11:00", "end": "13:00"},
        "retry_settings": {"max_attempts": 2},
    }
    settings = read_settings(given, account=account)
    assert (settings.hours, settings.max_attempts) == (a_window("11:00-13:00"), 2)


@pytest.mark.parametrize(
    ("country", "use_case", "hours", "frame"),
    [
        ("CL", UseCase.COLLECTION, "08:00-20:00", "cl_collection"),
        ("CO", UseCase.MARKETING, "07:00-19:00", "co_collection_marketing"),
        ("EC", UseCase.SURVEY, "09:00-18:00", "generic"),
    ],
)
def test_it_takes_the_frame_s_hours_when_nobody_says_any(country, use_case, hours, frame):
    """C12, C13: no settings of campaign nor account: the legal frame's."""
    settings = read_settings(None, country=country, use_case=use_case)
    assert (settings.hours, settings.legal_frame) == (a_window(hours), frame)
    assert settings.timezone == "America/Santiago"


def test_it_lets_a_campaign_s_hours_replace_the_account_s_windows():
    """C12: whoever names hours means them, not those that the account's windows leave."""
    account = read_account_settings({"windows": [{"start": "09:00", "end": "10:00"}], "ring_seconds": 20})
    settings = read_settings({"allowed_call_hours": {"start": "15:00", "end": "17:00"}}, account=account)
    assert settings.week[0] == (a_window("15:00-17:00"),)
    assert settings.ring_seconds == 20


def test_it_takes_windows_alone_as_the_hours():
    """C12: several windows a day need no frame of hours around them."""
    settings = read_settings(
        {"windows": [{"start": "15:00", "end": "17:00"}, {"start": "09:00", "end": "10:00"}]}
    )
    assert settings.week[3] == (a_window("09:00-10:00"), a_window("15:00-17:00"))


@pytest.mark.parametrize("use_case", PRESETS)
@pytest.mark.parametrize("country", ["CL", "CO", "PE", "MX", "BR", "AR"])
def test_it_offers_presets_that_are_legal_everywhere(use_case, country):
    """C13: collection 09–20 five times, marketing 10–18 thrice, survey 11–17 twice; all leave legal hours."""
    settings = read_settings(PRESETS[use_case], country=country, use_case=use_case)
    assert settings.legal_frame in {frame.key for frame in frames_for(country, use_case)}
    said = {
        UseCase.COLLECTION: ("09:00-20:00", RetryRule(5, 12)),
        UseCase.MARKETING: ("10:00-18:00", RetryRule(3, 24)),
        UseCase.SURVEY: ("11:00-17:00", RetryRule(2, 48)),
    }
    assert (settings.hours, settings.retry_after(Outcome.MACHINE)) == (
        a_window(said[use_case][0]),
        said[use_case][1],
    )


def test_it_lets_an_account_choose_saturdays_in_mexico():
    """C13: an uncertain day is called on only where somebody named the frame that has it."""
    usual = read_settings(None, country="MX")
    chosen = read_settings({"legal_frame": "mx_collection_saturday"}, country="MX")
    assert (usual.legal_frame, chosen.legal_frame) == ("mx_collection", "mx_collection_saturday")
    by_account = read_settings(None, country="MX", account={"legal_frame": "mx_collection_saturday"})
    assert by_account.legal_frame == "mx_collection_saturday"


def test_it_leaves_an_account_s_frame_where_it_does_not_fit():
    """C13: an account's frame of collections does not hold for its surveys."""
    account = {"legal_frame": "mx_collection_saturday"}
    assert (
        read_settings(None, country="MX", use_case=UseCase.SURVEY, account=account).legal_frame == "generic"
    )


def test_it_joins_windows_that_lie_in_each_other():
    """C12: a window inside another takes nothing from it, and neighbours leave no gap."""
    listed = [("09:00", "18:00"), ("10:00", "12:00"), ("18:00", "19:00")]
    settings = read_settings({"windows": [{"start": start, "end": end} for start, end in listed]})
    assert settings.week[0] == (a_window("09:00-19:00"),)
