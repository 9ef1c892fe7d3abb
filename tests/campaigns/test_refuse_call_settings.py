"""Call settings that are refused, each problem under its key as it was sent (C12, C13, W11)."""

import pytest
from django.utils import translation

from campaigns.legality import BadCallSettings, NoLegalHours, read_call_settings
from campaigns.rules import UseCase
from tenants.rules import RefusalKind
from tests.campaigns.hours import read_settings


def faults(given, **about):
    """Return code by pointer of what is refused."""
    with pytest.raises(BadCallSettings) as caught:
        read_settings(given, **about)
    assert caught.value.kind is RefusalKind.UNPROCESSABLE
    return {fault.pointer.removeprefix("#/call_settings"): fault.code for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        (
            {
                "allowed_call_hours": {"start": "09:00", "end": "20:00"},
                "allowed_hours": {"start": "10:00", "end": "20:00"},
            },
            "/allowed_hours",
        ),
        ({"max_attempts": 4, "retry_settings": {"max_attempts": 5}}, "/max_attempts"),
        ({"retry_delay_hours": 4, "retry_settings": {"retry_delay_hours": 5}}, "/retry_delay_hours"),
        ({"hours_between_attempts": 4, "retry_delay_hours": 5}, "/hours_between_attempts"),
        ({"ring_timeout": 40, "ring_seconds": 41}, "/ring_timeout"),
        ({"max_call_duration": 400, "max_call_seconds": 401}, "/max_call_duration"),
    ],
)
def test_it_refuses_a_synonym_that_disagrees(given, pointer):
    """C12: which of two values was meant is not guessed; the synonym is named as sent."""
    assert faults(given) == {pointer: "disagrees"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], {"": "not_an_object"}),
        ("09:00-20:00", {"": "not_an_object"}),
        ({"horario": 1}, {"/horario": "unknown_key"}),
        ({"Timezone": "America/Santiago"}, {"/Timezone": "unknown_key"}),
        ({"retry_settings": {"attempts": 1}}, {"/retry_settings/attempts": "unknown_key"}),
        ({"retry_settings": 5}, {"/retry_settings": "not_an_object"}),
        ({"retry_settings": None}, {"/retry_settings": "not_an_object"}),
        ({"timezone": None}, {"/timezone": "unknown_zone"}),
        ({"timezone": "America/Chile"}, {"/timezone": "unknown_zone"}),
        ({"timezone": "america/santiago"}, {"/timezone": "unknown_zone"}),
        ({"timezone": "localtime"}, {"/timezone": "unknown_zone"}),
        ({"timezone": "../../etc/passwd"}, {"/timezone": "unknown_zone"}),
        ({"timezone": -3}, {"/timezone": "unknown_zone"}),
        (
            {"allowed_call_hours": {"start": "20:00", "end": "09:00"}},
            {"/allowed_call_hours": "window_across_midnight"},
        ),
        ({"allowed_hours": {"start": "22:00", "end": "02:00"}}, {"/allowed_hours": "window_across_midnight"}),
        ({"allowed_call_hours": {"start": "09:00", "end": "09:00"}}, {"/allowed_call_hours": "window_empty"}),
        ({"allowed_call_hours": {"start": "09:00"}}, {"/allowed_call_hours/end": "not_a_time"}),
        (
            {"allowed_call_hours": {"start": "9:00", "end": "24:01"}},
            {"/allowed_call_hours/start": "not_a_time", "/allowed_call_hours/end": "not_a_time"},
        ),
        ({"allowed_call_hours": {"start": "24:00", "end": "24:00"}}, {"/allowed_call_hours": "window_empty"}),
        ({"allowed_call_hours": {"start": 9, "end": "20:00"}}, {"/allowed_call_hours/start": "not_a_time"}),
        (
            {"allowed_call_hours": {"start": "٠٩:٠٠", "end": "20:00"}},
            {"/allowed_call_hours/start": "not_a_time"},
        ),
        (
            {"allowed_call_hours": {"start": "09:00", "end": "20:00", "day": 1}},
            {"/allowed_call_hours/day": "unknown_key"},
        ),
        ({"allowed_call_hours": "09:00-20:00"}, {"/allowed_call_hours": "not_an_object"}),
        ({"max_attempts": 0}, {"/max_attempts": "out_of_range"}),
        ({"max_attempts": 11}, {"/max_attempts": "out_of_range"}),
        ({"max_attempts": 5.0}, {"/max_attempts": "not_a_whole_number"}),
        ({"max_attempts": True}, {"/max_attempts": "not_a_whole_number"}),
        ({"max_attempts": "5"}, {"/max_attempts": "not_a_whole_number"}),
        ({"retry_delay_hours": 0}, {"/retry_delay_hours": "out_of_range"}),
        (
            {"retry_settings": {"retry_delay_hours": 169}},
            {"/retry_settings/retry_delay_hours": "out_of_range"},
        ),
        ({"max_concurrent_calls": 0}, {"/max_concurrent_calls": "out_of_range"}),
        ({"ring_seconds": 4}, {"/ring_seconds": "out_of_range"}),
        ({"ring_timeout": 301}, {"/ring_timeout": "out_of_range"}),
        ({"max_call_seconds": 59}, {"/max_call_seconds": "out_of_range"}),
        ({"max_call_duration": 7201}, {"/max_call_duration": "out_of_range"}),
        ({"days_of_week": []}, {"/days_of_week": "not_a_list"}),
        ({"days_of_week": 1}, {"/days_of_week": "not_a_list"}),
        ({"days_of_week": [0, 1, 8]}, {"/days_of_week/0": "out_of_range", "/days_of_week/2": "out_of_range"}),
        ({"days_of_week": ["1"]}, {"/days_of_week/0": "not_a_whole_number"}),
        ({"windows": []}, {"/windows": "not_a_list"}),
        (
            {"windows": [{"start": "09:00", "end": "10:00"}, {"start": "10:00", "end": "09:00"}]},
            {"/windows/1": "window_across_midnight"},
        ),
        ({"voicemail": "sing"}, {"/voicemail": "unknown_choice"}),
        ({"voicemail": ["hang_up"]}, {"/voicemail": "unknown_choice"}),
        ({"legal_frame": "none"}, {"/legal_frame": "unknown_frame"}),
        ({"legal_frame": "generic"}, {"/legal_frame": "frame_unfit"}),
        ({"legal_frame": "mx_collection"}, {"/legal_frame": "frame_unfit"}),
        (
            {"retry_by_outcome": {"bad_number": {"max_attempts": 2}}},
            {"/retry_by_outcome/bad_number": "unknown_key"},
        ),
        ({"retry_by_outcome": {"machine": {"tries": 2}}}, {"/retry_by_outcome/machine/tries": "unknown_key"}),
        (
            {"retry_by_outcome": {"machine": {"max_attempts": 0}}},
            {"/retry_by_outcome/machine/max_attempts": "out_of_range"},
        ),
        (
            {"retry_by_outcome": {"machine": {"max_attempts": 4}}},
            {"/retry_by_outcome/machine/max_attempts": "out_of_range"},
        ),
        ({"retry_by_outcome": []}, {"/retry_by_outcome": "not_an_object"}),
    ],
)
def test_it_refuses_what_it_cannot_keep_naming_the_key_as_sent(given, expected):
    """C12: unknown keys, impossible windows, unknown zones, values out of range: each under its own key."""
    assert faults(given) == expected


def test_it_names_all_problems_at_once():
    """W11: a client mends everything in one go, and the words name each key too."""
    given = {
        "allowed_hours": {"start": "20:00", "end": "08:00"},
        "timezone": "Chile",
        "retry_settings": {"max_attempts": 99, "pause": 1},
        "dias": [1],
    }
    expected = {
        "/allowed_hours": "window_across_midnight",
        "/timezone": "unknown_zone",
        "/retry_settings/max_attempts": "out_of_range",
        "/retry_settings/pause": "unknown_key",
        "/dias": "unknown_key",
    }
    assert faults(given) == expected
    with (
        translation.override("en"),
        pytest.raises(BadCallSettings, match=r"allowed_hours.*midnight") as caught,
    ):
        read_settings(given)
    assert all(pointer.removeprefix("/") in str(caught.value) for pointer in expected)


def test_it_points_into_the_parameter_that_carried_the_settings():
    """W11: beside a file they come as `call_settings_json`, and are blamed there."""
    with pytest.raises(BadCallSettings) as caught:
        read_call_settings(
            {"x": 1},
            country="CL",
            use_case=UseCase.SURVEY,
            timezone="America/Santiago",
            at=("call_settings_json",),
        )
    assert [fault.pointer for fault in caught.value.faults] == ["#/call_settings_json/x"]


@pytest.mark.parametrize(
    ("given", "country", "pointers"),
    [
        ({"allowed_hours": {"start": "20:00", "end": "22:00"}}, "CL", {"/allowed_hours"}),
        ({"days_of_week": [7]}, "CL", {"/days_of_week"}),
        (
            {"days_of_week": [6], "allowed_call_hours": {"start": "15:00", "end": "19:00"}},
            "CO",
            {"/days_of_week", "/allowed_call_hours"},
        ),
        ({"windows": [{"start": "05:00", "end": "07:00"}]}, "PE", {"/windows"}),
        (
            {
                "windows": [{"start": "09:00", "end": "10:00"}],
                "allowed_hours": {"start": "10:00", "end": "12:00"},
            },
            "CL",
            {"/windows", "/allowed_hours"},
        ),
    ],
)
def test_it_refuses_hours_that_the_law_leaves_nothing_of(given, country, pointers):
    """C13: frame and campaign have to meet, or nobody would ever be called."""
    with pytest.raises(NoLegalHours) as caught:
        read_settings(given, country=country)
    found = caught.value.faults
    assert {fault.pointer.removeprefix("#/call_settings") for fault in found} == pointers
