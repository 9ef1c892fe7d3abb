"""What wants attention, most pressing first (Alerts)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from identity.models import BacklogEvent
from identity.queries.alerts import Alert, AlertCode, Severity, alerts, limbo_figures
from identity.queries.job_health import WATCHED
from identity.rules import JobKind
from tenants.jobs.models import Job, Schedule
from tenants.jobs.rules import State
from tenants.models import Tenant, User
from tenants.scope import owner_scope, tenant_scope
from tests.doors import ApiClient
from tests.identity.fleet import a_driver, a_lead, a_person, linked, moment, trips
from tests.identity.numbers import active, ago, claimed

NOW = timezone.now()
HOUR = timedelta(hours=1)


def ran(kind: JobKind, state: State = State.COMPLETED, hours: float = 0.5, **told: Any) -> None:
    """Write a run that ended so many hours ago."""
    ended = NOW - hours * HOUR
    Job.objects.create(kind=kind, state=state, started_at=ended - HOUR / 60, finished_at=ended, **told)


@pytest.fixture
def jobs_run(in_acme: Tenant) -> None:
    """Let every watched job have run well lately."""
    for kind in WATCHED:
        ran(kind)


def codes(now: datetime | None = None) -> list[AlertCode]:
    return [alert.code for alert in alerts(now=now or NOW)]


@pytest.fixture
def one_lead(in_acme: Tenant) -> None:
    """Let there be a lead that wants no attention."""
    linked(a_lead("L1", on=ago(1)), a_person())


@pytest.mark.usefixtures("in_acme")
def test_without_leads_nothing_wants_attention() -> None:
    """A new tenant's jobs have nothing to do."""
    assert alerts(now=NOW) == ()


@pytest.mark.usefixtures("jobs_run", "one_lead")
def test_all_is_well() -> None:
    assert alerts(now=NOW) == ()


@pytest.mark.usefixtures("jobs_run")
@pytest.mark.parametrize(("red", "is_told"), [(100, False), (101, True)])
def test_many_leads_without_identity(red: int, is_told: bool) -> None:
    """NO_IDENTITY > 100"""
    for number in range(red):
        a_lead(f"L{number}", on=ago(1))
    assert (AlertCode.NO_IDENTITY_MANY in codes()) is is_told


@pytest.mark.usefixtures("jobs_run")
@pytest.mark.parametrize(("later", "is_told"), [(0, False), (1, True)])
def test_growth_within_a_week(later: int, is_told: bool) -> None:
    """NO_IDENTITY +10 % week on week."""
    for number in range(10 + later):
        a_lead(f"L{number}", on=ago(1))
    old = BacklogEvent.objects.order_by("id").values_list("id", flat=True)[:10]
    BacklogEvent.objects.filter(pk__in=list(old)).update(happened_at=NOW - timedelta(days=8))
    assert (AlertCode.NO_IDENTITY_GROWS in codes()) is is_told
    figures = limbo_figures(now=NOW)
    assert (figures.no_identity_week_ago, figures.growth_percent) == (10, 10.0 * later)


@pytest.mark.usefixtures("jobs_run")
def test_undated_leads_are_none_without_identity() -> None:
    """NO_IDENTITY, now as a week ago: they are in another stage."""
    a_lead("undated", on=None)
    BacklogEvent.objects.update(happened_at=NOW - timedelta(days=8))
    figures = limbo_figures(now=NOW)
    assert (figures.no_identity, figures.no_identity_week_ago, figures.growth_percent) == (0, 0, None)


@pytest.mark.usefixtures("jobs_run")
@pytest.mark.parametrize(("linked_leads", "is_told"), [(8, False), (7, True)])
def test_a_low_share_with_identity(linked_leads: int, is_told: bool) -> None:
    """Identity share < 80 %."""
    for number in range(10):
        lead = a_lead(f"L{number}", on=ago(1))
        if number < linked_leads:
            linked(lead, a_person())
    assert (AlertCode.IDENTITY_SHARE_LOW in codes()) is is_told


def unclaimed(days: int, linked_days: int = 20) -> None:
    person, driver = a_person(), a_driver()
    linked(a_lead("L1", on=ago(days)), person, at=moment(ago(linked_days)))
    linked(driver, person, at=moment(ago(linked_days)))
    trips(driver, ago(days), 1)


@pytest.mark.usefixtures("jobs_run")
@pytest.mark.parametrize(
    ("days", "linked_days", "is_told"), [(3, 20, True), (2, 20, False), (10, 3, True), (10, 2, False)]
)
def test_a_milestone_that_is_not_claimed_for_three_days(days: int, linked_days: int, is_told: bool) -> None:
    """TRIPS_NO_CLAIM > 0 for 3 days: since the trips, or since the link that made them the lead's."""
    unclaimed(days, linked_days)
    assert (AlertCode.TRIPS_NO_CLAIM_LASTS in codes()) is is_told


@pytest.mark.usefixtures("jobs_run")
def test_a_milestone_that_was_reached_yesterday_is_no_old_one() -> None:
    """TRIPS_NO_CLAIM: the first was claimed long ago."""
    person = active(ago(10), made=1, external_id="L1")
    claimed(person, "M1")
    driver = a_driver("more")
    linked(driver, person)
    trips(driver, ago(1), 4)
    assert limbo_figures(now=NOW).trips_no_claim == 1
    assert codes() == []


@pytest.mark.usefixtures("one_lead")
@pytest.mark.parametrize("kind", WATCHED)
def test_a_job_that_failed(kind: JobKind) -> None:
    """Job failed: its last run; one that went well since takes it back."""
    for other in WATCHED:
        ran(other, hours=0.5)
    ran(kind, State.FAILED, hours=0.1, error="DataError: no")
    assert alerts(now=NOW) == (Alert(AlertCode.JOB_FAILED, subject=kind, detail="DataError: no"),)
    ran(kind, hours=0.05)
    assert alerts(now=NOW) == ()


@pytest.mark.usefixtures("one_lead")
@pytest.mark.parametrize(
    ("crontab", "hours", "is_told"),
    [
        ("5 * * * *", 1.9, False),
        ("5 * * * *", 3.1, True),
        ("*/15 * * * *", 1.9, False),
        ("*/15 * * * *", 2.1, True),
        ("15 */4 * * *", 3.9, False),
        ("15 */4 * * *", 8.1, True),
        ("", 1.9, False),
        ("", 2.1, True),
    ],
)
def test_a_job_that_is_silent(crontab: str, hours: float, is_told: bool) -> None:
    """Silent for two hours, or for two of its own runs where those are rarer."""
    Schedule.objects.filter(kind__in=WATCHED).delete()
    for kind in WATCHED:
        ran(kind, hours=hours if kind is JobKind.SEED else 0.1)
    if crontab:
        Schedule.objects.create(kind=JobKind.SEED, crontab=crontab)
    found = [alert.subject for alert in alerts(now=NOW) if alert.code is AlertCode.JOB_SILENT]
    assert found == ([JobKind.SEED] if is_told else [])


@pytest.mark.usefixtures("one_lead")
@pytest.mark.parametrize(("minutes", "is_told"), [(-1, False), (1, True)])
def test_a_job_of_office_hours_rests_at_night(acme: Tenant, minutes: int, is_told: bool) -> None:
    """J9, silence: by the organisation's clock, two runs of the morning after."""
    with owner_scope():
        Tenant.objects.filter(pk=acme.pk).update(timezone="America/Lima")
    Schedule.objects.filter(kind__in=WATCHED).delete()
    Schedule.objects.create(kind=JobKind.SEED, crontab="0 9-18 * * *")
    evening = NOW.astimezone(ZoneInfo("America/Lima")).replace(hour=18, minute=1)
    Job.objects.create(kind=JobKind.SEED, state=State.COMPLETED, started_at=evening, finished_at=evening)
    morning = evening.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
    found = [alert.subject for alert in alerts(now=morning + minutes * HOUR / 60)]
    assert (JobKind.SEED in found) is is_told


@pytest.mark.usefixtures("one_lead")
def test_a_job_that_never_ran_is_silent_since_the_first_lead() -> None:
    """Silence, with what hourly schedules allow."""
    Schedule.objects.filter(kind__in=WATCHED).delete()
    assert codes(NOW + HOUR) == []
    silent = {alert.subject for alert in alerts(now=NOW + 3 * HOUR)}
    assert silent == {JobKind.SEED, JobKind.RECOVER, JobKind.RECONCILE}


@pytest.mark.usefixtures("jobs_run", "one_lead")
def test_a_guardrail_that_failed() -> None:
    """Guardrail failed: by the last check's result."""
    told = {"kpi_red_drain": {"offenders_count": 2}, "kpi_red_numbers": {"offenders_count": 0}, "failed": 1}
    ran(JobKind.VERIFY, hours=0.1, result=told)
    assert alerts(now=NOW) == (Alert(AlertCode.GUARDRAIL_FAILED, 2, 0, subject="kpi_red_drain"),)


@pytest.mark.usefixtures("jobs_run", "one_lead")
def test_a_matched_lead_that_is_red_again() -> None:
    """I11: the seed job counts them."""
    ran(JobKind.SEED, hours=0.1, result={"matched_but_in_backlog": 3})
    assert alerts(now=NOW) == (Alert(AlertCode.MATCHED_BUT_IN_BACKLOG, 3, 0),)


def test_the_api_sorts_high_before_medium_before_low(
    acme: Tenant, bob: User, api: Callable[[User], ApiClient]
) -> None:
    """API: with words, and counts of each."""
    with tenant_scope(acme.schema_name):
        for number in range(10):
            a_lead(f"L{number}", on=ago(1))
        old = BacklogEvent.objects.order_by("id").values_list("id", flat=True)[:5]
        BacklogEvent.objects.filter(pk__in=list(old)).update(happened_at=NOW - timedelta(days=8))
        for kind in WATCHED:
            ran(kind, State.FAILED if kind is JobKind.RECOVER else State.COMPLETED)
    answer: Any = api(bob).get("/api/v1/ops/identity-gaps/alerts")
    found = answer.json()
    assert [(one["severity"], one["code"]) for one in found["results"]] == [
        ("high", "job_failed"),
        ("medium", "identity_share_low"),
        ("low", "no_identity_grows"),
    ]
    assert found["by_severity"] == {"high": 1, "medium": 1, "low": 1}
    assert [one["words"] for one in found["results"]] == [
        "The job identity.recover failed.",
        "0 % of the leads have an identity, less than 80 %.",
        "Leads without identity grew by 100 % within a week, 10 % or more.",
    ]
    assert list(Severity) == ["high", "medium", "low"]
