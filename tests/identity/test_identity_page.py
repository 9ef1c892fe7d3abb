"""The manager's page: the verdict first, why it does not fall, figures that are the queries' (I16, I17)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from identity.models import Case, Person
from identity.queries import backlog
from identity.queries.backlog import backlog_days, matched_lately
from identity.queries.red_reasons import first_day, red_reasons
from identity.rules import BacklogEventKind, JobKind, LimboReason, Reason
from tenants.display.formats import Formats
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.identity import a_fleet
from tests.identity.fleet import a_lead, a_person, linked
from tests.identity.numbers import ago, at, moved, today, tried
from tests.reading import tables, text_of

Pages = Callable[[User], Client]
PAGE = "/identity/"
CHILE = Formats("en", "CL", "America/Santiago")


@pytest.fixture
def fleet(acme: Tenant) -> Tenant:
    """Acme with a week of a fleet: most leads linked, some red."""
    with tenant_scope(acme.schema_name):
        made = a_fleet.made(acme, persons=150, leads=90, until=today())
        a_fleet.live(acme, made, until=today(), days=4, limit=25)
        a_fleet.earn(acme, made)
    return acme


def shown(client: Client, query: str = "") -> str:
    return text_of(client, f"{PAGE}{query}")


def test_it_says_what_to_do_first_while_there_are_no_leads(page: Pages, bob: User) -> None:
    """W5: what, why, one action; on every page of identity."""
    for path in (PAGE, "/identity/limbo/", "/identity/money/"):
        found = text_of(page(bob), path)
        assert "No leads yet" in found
        assert "drivers first" in found


def test_its_charts_tell_what_the_queries_answer(page: Pages, bob: User, fleet: Tenant) -> None:
    """I15: level, in and out of each day; I6: reasons, each leading to its leads."""
    with tenant_scope(fleet.schema_name):
        days, found = backlog_days(days=14), red_reasons()
    page_shown = shown(page(bob))
    told = tables(page_shown)
    assert [row[1:] for row in told["backlog"]] == [
        tuple(
            CHILE.number(figure)
            for figure in (day.backlog_end, day.new_backlog_in, day.matched_out, day.other_out)
        )
        for day in days
    ]
    assert sum(day.matched_out for day in days) > 20
    leads = sorted([*found.by_reason.values(), *([found.undated] if found.undated else [])], reverse=True)
    assert [row[1] for row in told["reasons"]] == [CHILE.number(count) for count in leads]
    for reason in found.by_reason:
        assert f"/identity/limbo/?stage=NO_IDENTITY&amp;reason={reason}" in page_shown


def test_reasons_are_counted_as_their_lists_are(page: Pages, bob: User, acme: Tenant) -> None:
    """Every figure leads to as many leads: undated ones stand apart, untried ones are a reason."""
    with tenant_scope(acme.schema_name):
        for lead, reason in ((a_lead("L1"), "NO_CANDIDATES"), (a_lead("L2", on=None), "NO_CANDIDATES")):
            Case.objects.create(lead=lead, outcome="unmatched", reason=reason)
        a_lead("L3")
        found = red_reasons()
    assert found.by_reason == {Reason.NO_CANDIDATES: 1, LimboReason.NOT_TRIED: 1}
    assert found.undated == 1
    for query in (
        "stage=NO_IDENTITY&reason=NO_CANDIDATES",
        "stage=NO_IDENTITY&reason=NOT_TRIED",
        "stage=NO_LEAD_DATE",
    ):
        assert "1 lead" in text_of(page(bob), f"/identity/limbo/?{query}")


def test_it_says_that_red_falls_and_by_which_criterion(page: Pages, bob: User, acme: Tenant) -> None:
    """I16: the sentence first, then what makes it a success."""
    with tenant_scope(acme.schema_name):
        a_lead("L1")
        moved(BacklogEventKind.ENTERED, ago(10), 8)
        moved(BacklogEventKind.MATCHED_BY_RECOVERY, ago(2), 6)
        moved(BacklogEventKind.RE_ENTERED, ago(1), 1)
    found = shown(page(bob), "?days=7")
    assert "The red backlog falls: from 8 to 4 leads in 7 days." in found
    assert "Recovery matched more leads than came in: 6 against 2." in found
    assert "The backlog ended below its start: 4 against 8." in found
    assert "Recovery succeeds" in found
    assert "Why it does not fall" not in found


def test_a_first_day_is_one_day(page: Pages, bob: User, acme: Tenant) -> None:
    """W7"""
    with tenant_scope(acme.schema_name):
        a_lead("L1")
    assert "from 0 to 1 leads in 1 day." in shown(page(bob), "?days=7")


def test_it_says_why_red_grows_and_what_helps(page: Pages, bob: User, acme: Tenant) -> None:
    """I16: causes with their shares, cures, and the lists of their reasons."""
    with tenant_scope(acme.schema_name):
        moved(BacklogEventKind.ENTERED, ago(20), 1)
        for name, reason in (("L1", "NO_CANDIDATES"), ("L2", "MISSING_IDENTIFIERS"), ("L3", "NAME_MISMATCH")):
            Case.objects.create(lead=a_lead(name), outcome="review", reason=reason)
    found = shown(page(bob), "?days=7")
    assert "The red backlog grows: from 1 to 4 leads in 7 days." in found
    assert "Recovery does not succeed" in found
    assert "66.7\u00a0%" in found
    assert "33.3\u00a0%" in found
    assert "reason=NAME_MISMATCH" in found


def test_a_matched_lead_in_the_backlog_is_no_success(page: Pages, bob: User, acme: Tenant) -> None:
    """I16: 0 matched leads in the backlog, whatever the sums say."""
    from identity.models import QueueItem

    with tenant_scope(acme.schema_name):
        a_lead("L1")
        moved(BacklogEventKind.ENTERED, ago(10), 8)
        moved(BacklogEventKind.MATCHED_BY_RECOVERY, ago(2), 6)
        QueueItem.objects.create(source_pk="L1", status="matched", closed_at=timezone.now())
    found = shown(page(bob), "?days=7")
    assert "Recovery does not succeed" in found
    assert "1 lead that the queue calls matched is red" in found


def test_the_first_load_is_no_inflow(in_acme: Tenant) -> None:
    """I16: what came in before anything could be recovered is where the days begin."""
    moved(BacklogEventKind.ENTERED, ago(3), 50)
    moved(BacklogEventKind.MATCHED_BY_RECOVERY, ago(2), 20)
    found = backlog.judged(backlog_days(days=14), first=ago(3))
    assert [day.metric_date for day in found] == [ago(2), ago(1), today()]
    assert found[0].backlog_start == 50
    assert len(backlog.judged(backlog_days(days=3), first=ago(3))) == 3
    assert len(backlog.judged(backlog_days(days=4), first=ago(3))) == 3
    assert first_day() == ago(3)


def test_the_first_day_is_judged_while_there_is_no_other(in_acme: Tenant) -> None:
    """I16: one day is judged as it is, and so are days of nothing."""
    days = backlog_days(days=7)
    assert len(backlog.judged(days, first=None)) == 7
    assert [day.metric_date for day in backlog.judged(days, first=today())] == [today()]


def test_matched_lately_stands_apart_and_is_explained(page: Pages, bob: User, acme: Tenant) -> None:
    """I17: every new link counts, red before or not."""
    with tenant_scope(acme.schema_name):
        person: Person = a_person()
        linked(a_lead("L1"), person)
        linked(a_lead("L2"), person, at=timezone.now() - timedelta(hours=25))
        found = matched_lately(now=timezone.now())
    assert found.total == 1
    section = shown(page(bob)).split('id="lately"', 1)[1].split("</section>", 1)[0]
    assert '<p class="figure">1</p>' in section
    assert "whether the lead was red before or not" in section


def test_the_week_is_told_day_by_day(page: Pages, bob: User, acme: Tenant) -> None:
    """I15: today, yesterday, seven days, with each day's commonest reason."""
    with tenant_scope(acme.schema_name):
        lead = a_lead("L1")
        moved(BacklogEventKind.ENTERED, ago(1), 2)
        tried(lead, Reason.NO_CANDIDATES, at(ago(1)))
    section = shown(page(bob)).split('id="week"', 1)[1].split("</section>", 1)[0]
    assert section.count("<tr>") == 9
    yesterday = section.split("Yesterday", 1)[1].split("</tr>", 1)[0]
    assert "Nobody found" in yesterday
    assert '<td class="number">2</td>' in yesterday


def test_jobs_tell_what_they_counted_and_alerts_lead_somewhere(page: Pages, bob: User, fleet: Tenant) -> None:
    """Screens: processed, linked, errors and freshness of each job; alerts, the most pressing first."""
    found = shown(page(bob))
    section = found.split('id="jobs"', 1)[1].split("</section>", 1)[0]
    assert section.count("/jobs/") >= 3
    assert "Recover red leads" in section
    assert "not yet" in section
    alerts = found.split('id="alerts"', 1)[1].split("</section>", 1)[0]
    assert 'class="bad"' in alerts or 'class="warn"' in alerts


def test_home_has_the_red_leads(page: Pages, bob: User, fleet: Tenant) -> None:
    """Viewers' home: red leads with their change, and what recovery matched."""
    with tenant_scope(fleet.schema_name):
        week = backlog_days(days=7)
    found = text_of(page(bob), "/")
    assert "Red leads" in found
    assert f">{CHILE.number(week[-1].backlog_end)}<" in found
    assert "The red backlog grows" not in found
    with tenant_scope(fleet.schema_name):
        moved(BacklogEventKind.ENTERED, today(), 500)
    assert "The red backlog grows" in text_of(page(bob), "/")


@pytest.mark.parametrize("query", ["", "?days=90", "?days=x&nothing=%00"])
def test_it_costs_the_same_however_many_leads(
    page: Pages, bob: User, fleet: Tenant, query: str, django_assert_max_num_queries
) -> None:
    """Fixed query counts: tenancy, then the page's own."""
    client = page(bob)
    with django_assert_max_num_queries(24):
        shown(client, query)


def test_nothing_on_the_pages_changes_anything(page: Pages, bob: User, fleet: Tenant) -> None:
    """S2: no form but the frame's, and no other method than reading."""
    client = page(bob)
    for path in (PAGE, "/identity/limbo/", "/identity/money/", "/identity/money/gaps/"):
        assert 'method="post"' not in text_of(client, path).split("<main", 1)[1]
        assert client.post(path).status_code in {403, 405}


def test_another_tenant_sees_nothing_of_it(page: Pages, carol: User, fleet: Tenant) -> None:
    """S1: Birch has no leads."""
    assert "No leads yet" in shown(page(carol))


def test_a_job_that_counts_nothing_says_nothing(page: Pages, bob: User, acme: Tenant) -> None:
    """Freshness: a dash, no zero that nobody counted."""
    with tenant_scope(acme.schema_name):
        a_lead("L1")
        a_fleet.run(acme, JobKind.SEED)
    section = shown(page(bob)).split('id="jobs"', 1)[1].split("</section>", 1)[0]
    row = section.split("Seed the recovery queue", 1)[1].split("</tr>", 1)[0]
    assert row.count("–") >= 3
