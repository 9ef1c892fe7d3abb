"""Moments and days of cabinets, spreadsheets and databases, without a zone in the tenant's."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from identity.imports import parse_day, parse_moment

LIMA = ZoneInfo("America/Lima")
NOON = datetime(2026, 3, 5, 17, tzinfo=UTC)  # at twelve in Lima


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-05T12:00:00-05:00",
        "2026-03-05T17:00:00Z",
        "2026-03-05 17:00:00 UTC",
        "2026-03-05 17:00:00+00",
        "2026-03-05 17:00:00.000000+0000",
        "2026-03-05 12:00",
        "2026-03-05 12:00:00,000",
        "2026/03/05 12:00",
        "05/03/2026 12:00",
        "5/3/2026 12:00:00",
        "05-03-2026, 12:00",
        "05.03.2026 12:00",
        "05/03/2026 12:00 p. m.",
        "05/03/2026 12:00 PM",
        " 2026-03-05 12:00 ",
    ],
)
def test_it_reads_a_moment(written):
    assert parse_moment(written, zone=LIMA) == NOON


def test_midnight_in_the_morning_is_not_noon():
    assert parse_moment("05/03/2026 12:30 a.m.", zone=LIMA) == datetime(2026, 3, 5, 5, 30, tzinfo=UTC)


def test_a_day_alone_begins_in_the_tenants_zone():
    assert parse_moment("2026-03-05", zone=LIMA) == datetime(2026, 3, 5, 5, tzinfo=UTC)


def test_a_moment_of_another_zone_has_its_day_in_the_tenants():
    """Words, Lead: the date is the tenant's, not that of the server."""
    assert parse_day("2026-03-06T03:00:00Z", zone=LIMA) == date(2026, 3, 5)
    assert parse_day("05/03/2026 23:59", zone=LIMA) == date(2026, 3, 5)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "2026-02-30",
        "31/02/2026",
        "2026-13-01",
        "2026-03-05 24:01",
        "2026-03-05 12:60",
        "2026-03-05T12:00:00+99:00",
        "13/03/2026 13:00 pm",
        "05/03/2026 0:30 am",
        "20260305",
        "2026-W10-4",
        "1999-12-31",
        "2101-01-01",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01",
        "45000",
        "٠٥/٠٣/٢٠٢٦",
        "2026-03-05T12:00:00Z; DROP TABLE",
        "05/03/26",
    ],
)
def test_it_refuses_what_is_no_moment(written):
    assert parse_moment(written, zone=LIMA) is None
