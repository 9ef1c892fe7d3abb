"""The red backlog as PDF and workbook: the page's own look, the same figures, for the same eyes (Exports)."""

import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from identity.models import Case
from identity.queries.alerts import alerts
from identity.queries.backlog import backlog_days, judged, matched_lately, standing, verdict
from identity.queries.leads import NoLeads
from identity.queries.red_reasons import first_day, red_reasons
from identity.queries.words import LIMBO_REASON_LABELS
from identity.rules import BacklogEventKind, JobKind, Reason
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.models import Tenant, User
from tenants.scope import owner_scope, tenant_scope
from tests.identity.fleet import a_lead, a_person, linked
from tests.identity.numbers import ZONE, ago, at, moved, tried
from tests.reading import below, downloaded, plain, sheets, stands_in, tables, text_of, words_of

Pages = Callable[[User], Client]
PAGE, PDF, XLSX = "/identity/", "/identity/report.pdf", "/identity/report.xlsx"
HOSTILE = '#panic("x") $x$ *b* \\ @a [b] "c" =1+1'
ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
ENDED = timezone.now() - timedelta(hours=1)


@pytest.fixture
def stuck(acme: Tenant) -> Tenant:
    """Acme with a backlog that grew, leads red for three reasons, a link of today and a job that failed."""
    with tenant_scope(acme.schema_name):
        for number, reason in enumerate((Reason.NO_CANDIDATES, Reason.NO_CANDIDATES, Reason.NAME_MISMATCH)):
            lead = a_lead(f"L{number}", on=ago(5))
            Case.objects.create(lead=lead, outcome="review", reason=reason)
            tried(lead, reason, at(ago(1)))
        linked(a_lead("L8", on=ago(5)), a_person("Rosa Quispe"))
        a_lead("L9", on=ago(5))
        moved(BacklogEventKind.ENTERED, ago(40), 40)
        moved(BacklogEventKind.MATCHED_BY_RECOVERY, ago(2), 3)
        moved(BacklogEventKind.REMOVED, ago(1), 2)
        failed(HOSTILE)
    return acme


def failed(error: str) -> None:
    """Write a run of recovery that failed."""
    Job.objects.create(
        kind=JobKind.RECOVER,
        state=State.FAILED,
        subject="now",
        counters={"processed": 4321, "matched": 3},
        error=error,
        finished_at=ENDED,
    )


def read(client: Client, language: str = "en", **query: str) -> str:
    """Return what the PDF says."""
    answered = client.get(PDF, query, headers={"Accept-Language": language})
    assert answered.status_code == 200, answered.content[:300]
    assert answered["Content-Type"] == "application/pdf"
    return "".join(words_of(answered.content))


def texts(shown: str, pattern: str) -> list[str]:
    """Return what a pattern finds on a page, as a reader sees it."""
    return [unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in re.findall(pattern, shown, re.DOTALL)]


def rows_of(shown: str, section: str) -> list[list[str]]:
    """Return the cells of a section's table."""
    body = shown.split(f'id="{section}"', 1)[1].split("</section>", 1)[0].split("<tbody>", 1)[1]
    return [texts(row, r"<t[hd][^>]*>(.*?)</t[hd]>") for row in ROW.findall(body)]


@pytest.mark.parametrize(("language", "days"), [("en", "7"), ("es", "90")])
def test_the_pdf_says_what_the_page_shows(
    page: Pages, bob: User, stuck: Tenant, language: str, days: str
) -> None:
    """Exports: verdict, causes, tiles, days, reasons, alerts and jobs, figure for figure."""
    client = page(bob)
    shown = client.get(PAGE, {"days": days}, headers={"Accept-Language": language}).content.decode()
    shown = shown.split("<main", 1)[1]
    words = read(client, language, days=days)
    said = [
        *texts(shown, r'<h2 id="verdict">(.*?)</h2>'),
        *texts(shown.split('class="criteria"', 1)[1].split("</ul>", 1)[0], r"<li>(.*?)</li>"),
        *texts(shown, r"<strong>(.*?)</strong>"),
        *texts(shown, r'<p class="figure">(.*?)</p>'),
        *texts(shown.split('class="attention"', 1)[1].split("</ul>", 1)[0], r"<a [^>]*>(.*?)</a>"),
    ]
    assert len(said) > 12
    assert [one for one in said if plain(one) not in words] == []
    assert stands_in(words, tables(shown)["reasons"])
    days_shown = ["".join(row[1:-1]) for row in rows_of(shown, "week")]
    assert [row for row in days_shown[:7] if plain(row) not in words] == []
    jobs_shown = ["".join(row[:5]) for row in rows_of(shown, "jobs")]
    assert len(jobs_shown) == 6
    assert [row for row in jobs_shown if plain(row) not in words] == []


def test_every_shown_day_is_a_row_of_both_files(page: Pages, bob: User, stuck: Tenant) -> None:
    """I15, W3: ninety days are ninety rows, newest first, as the query has them."""
    client = page(bob)
    with tenant_scope(stuck.schema_name):
        days = backlog_days(days=90)[::-1]
    assert sheets(downloaded(client, XLSX, {"days": "90"}))["Days"][1:] == [
        [
            day.metric_date,
            *(day.backlog_start, day.new_backlog_in, day.matched_out),
            *(day.other_out, day.backlog_end, day.net_change),
            str(LIMBO_REASON_LABELS[day.top_fail_reason]) if day.top_fail_reason else "",
        ]
        for day in days
    ]
    words = read(client, days="90")
    told = [f"{day.metric_date:%b} {day.metric_date.day}, {day.metric_date.year}" for day in days]
    assert [day for day in told if plain(day) not in words] == []
    assert plain("90 days 0 45 3") in words


def test_the_workbook_holds_what_the_queries_answer(page: Pages, bob: User, stuck: Tenant) -> None:
    """Exports: figures typed and unrounded, moments on the tenant's clock."""
    found = sheets(downloaded(page(bob), XLSX, {"days": "14"}))
    with tenant_scope(stuck.schema_name):
        stands, lately, red = standing(), matched_lately(now=timezone.now()), red_reasons()
        said = verdict(days=judged(backlog_days(days=14), first=first_day()), standing=stands)
        stand = alerts(now=timezone.now())
    facts = {row[0]: row[1] for row in found["Overview"]}
    assert facts["Organisation"] == "Acme"
    assert facts["Red now"] == 40
    assert (facts["Matched in the last 24 hours"], lately.total) == (1, 1)
    assert [row[1:3] for row in below(found["Overview"], "Cause")] == [
        [cause.share / 100, cause.leads] for cause in said.causes
    ]
    assert [row[1] for row in found["Reasons"][1:]] == sorted(red.by_reason.values(), reverse=True)
    assert sum(row[2] for row in found["Reasons"][1:]) == pytest.approx(1)
    assert len(found["Alerts"]) == 1 + len(stand) > 1
    recovered = next(row for row in found["Jobs"] if row[0] == "Recover red leads")
    assert recovered[1:5] == ["Failed", 4321, 3, ""]
    assert abs(recovered[5] - ENDED.astimezone(ZONE).replace(tzinfo=None)) < timedelta(seconds=1)


def test_the_page_offers_its_own_look(page: Pages, bob: User, stuck: Tenant) -> None:
    """W6, Who: what a viewer downloads is what they see, under a name with the local day."""
    client = page(bob)
    shown = text_of(client, f"{PAGE}?days=30")
    day = timezone.localdate(timezone=ZONE).isoformat()
    for path in (PDF, XLSX):
        assert f'href="{path}?days=30"' in shown
        answered = client.get(f"{path}?days=30")
        assert f'filename="identity-{day}.{path[-4:].strip(".")}"' in answered["Content-Disposition"]
        assert client.post(path).status_code == 405


@pytest.mark.parametrize("query", ["days=x", "days=-1", "days=%00", "days=7&days=30", "nothing=1"])
@pytest.mark.parametrize("path", [PDF, XLSX])
def test_a_filter_that_means_nothing_writes_no_file(
    page: Pages, bob: User, stuck: Tenant, path: str, query: str
) -> None:
    """W6, S13: not the usual fourteen days instead."""
    refused = page(bob).get(f"{path}?{query}")
    assert (refused.status_code, "No filter “" in refused.content.decode()) == (400, True)


def test_without_a_filter_it_is_the_usual_look(page: Pages, bob: User, stuck: Tenant) -> None:
    """W6: an empty parameter is none."""
    assert len(sheets(downloaded(page(bob), XLSX, {"days": ""}))["Days"]) == 1 + 14


@pytest.mark.parametrize("path", [PDF, XLSX])
def test_without_leads_there_is_nothing_to_hand_over(
    page: Pages, bob: User, carol: User, stuck: Tenant, path: str
) -> None:
    """W5, S1: no button, and a refusal in words; another tenant's leads are not one's own."""
    assert "report." not in text_of(page(carol), PAGE)
    answered = page(carol).get(path)
    assert answered.status_code == 409
    assert str(NoLeads.message) in answered.content.decode()
    assert page(bob).get(path).status_code == 200


def test_another_tenant_hands_over_its_own(page: Pages, carol: User, birch: Tenant, stuck: Tenant) -> None:
    """S1: Birch has one red lead, and Acme's forty are nowhere."""
    with tenant_scope(birch.schema_name):
        a_lead("B1")
    found = sheets(downloaded(page(carol), XLSX))
    facts = {row[0]: row[1] for row in found["Overview"]}
    assert (facts["Organisation"], facts["Red now"]) == ("Birch", 1)
    words = read(page(carol))
    assert "Birch" in words
    assert "Acme" not in words


def test_when_nothing_is_red_both_files_say_so(page: Pages, bob: User, acme: Tenant) -> None:
    """W5: no chart of reasons, no empty table."""
    with tenant_scope(acme.schema_name):
        linked(a_lead("L1"), a_person())
        moved(BacklogEventKind.MATCHED_BY_RECOVERY, ago(0), 1)
    words = read(page(bob))
    assert plain("Nothing is red: every lead has its person.") in words
    assert plain("Why leads are red") not in words
    assert len(sheets(downloaded(page(bob), XLSX))["Reasons"]) == 1


def test_strangers_words_are_only_shown(page: Pages, bob: User, stuck: Tenant) -> None:
    """N10, S15: an organisation's name and a job's fault are text in both files."""
    with owner_scope():
        Tenant.objects.filter(pk=stuck.pk).update(name=HOSTILE)
    words, content = read(page(bob)), downloaded(page(bob), XLSX)
    assert words.count(plain(HOSTILE)) >= 2
    found = sheets(content)
    assert found["Overview"][2][:2] == ["Organisation", HOSTILE]
    assert HOSTILE in [row[1] for row in found["Alerts"]]
    book = zipfile.ZipFile(BytesIO(content))
    assert all(b"<f>" not in book.read(name) for name in book.namelist())


@pytest.mark.parametrize("path", [PAGE, PDF, XLSX])
def test_files_cost_what_the_page_costs(
    page: Pages, bob: User, stuck: Tenant, path: str, django_assert_max_num_queries: Any
) -> None:
    """F5: the page's own queries, tenancy's with them, and none more."""
    client = page(bob)
    client.get(path)
    with django_assert_max_num_queries(20):
        assert client.get(path, {"days": "90"}).status_code == 200
