"""Campaigns as PDF and workbook to hand over: the page's figures, for the same eyes (Exports, W1, W6)."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.dispatch.alerts import raise_alert
from campaigns.models import Account, Arm, Campaign, Entry
from campaigns.queries.choosing import Choice
from campaigns.queries.experiments import experiment_of
from campaigns.queries.hours import timetable
from campaigns.queries.promised import promised_days, promises_of
from campaigns.queries.results import people_of, results
from campaigns.queries.stops import stops_of
from campaigns.reports import dashboard_book, files
from campaigns.rules import AlertKind, EntryState
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.campaigns.called import a_called_campaign, call_everybody
from tests.campaigns.calling import a_campaign, add_people
from tests.campaigns.wording import an_approved
from tests.doors import ApiClient, page_client
from tests.personas.writing import problem
from tests.reading import below, downloaded, plain, sheets, stands_in, tables, text_of, words_of

Pages = Callable[[User], Client]
Api = Callable[[User], ApiClient]
HOME = "/campaigns/"
PDF, XLSX = f"{HOME}report.pdf", f"{HOME}report.xlsx"
APRIL = {"start_date": "2026-04-01", "end_date": "2026-04-30"}
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
ZONE = "America/Santiago"
SECRETS = ("Palabras secretas", "recordings.example")
HOSTILE = '=1+1 #panic("x") $x$ *b* \\ @a [b] <script> "c" \x1b\u202e'


@pytest.fixture
def campaign(acme: Tenant) -> Campaign:
    """Ten people of Acme called once, each with another end; those due again called again the day after."""
    with tenant_scope(acme.schema_name):
        made = a_called_campaign(now=NOON)
        Entry.objects.filter(state=EntryState.RETRY_WAIT).update(earliest_at=NOON)
        call_everybody(made.account, now=NOON + timedelta(days=1))
        Campaign.objects.filter(pk=made.pk).update(name="Cartera abril", started_at=NOON)
        return Campaign.objects.select_related("tally", "account").get(pk=made.pk)


def of(campaign: Campaign, form: str = "") -> str:
    return f"{HOME}{campaign.pk}/" + (f"report.{form}" if form else "")


def told(content: bytes, heading: str, sheet: str) -> list[list[Any]]:
    """Return the table below a heading, without the cells that fill its rows up."""
    return [[cell for cell in row if cell != ""] for row in below(sheets(content)[sheet], heading)]


def tiles(page: str) -> list[tuple[str, str]]:
    """Return (label, figure) of the key figures of a page."""
    cards = re.findall(r"<article[^>]*>(.*?)</article>", page, re.DOTALL)
    found = [re.search(r'<h2>(.*?)</h2>.*?class="figure">([^<]*)<', card, re.DOTALL) for card in cards]
    assert len(found) >= 6
    return [(re.sub(r"<[^>]+>", "", one[1]), one[2]) for one in found if one]


def cells(page: str, title: str) -> list[tuple[str, ...]]:
    """Return the rows of the table in a page's section, as a reader sees them."""
    (section,) = re.findall(rf'<h2 id="{title}">.*?</section>', page, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", section.split("<tbody>", 1)[1], re.DOTALL)
    found = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows)
    return [tuple(re.sub(r"<[^>]+>", "", cell).replace("&nbsp;", "") for cell in row) for row in found]


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", ("Campaign report", "The whole life", "Other", "Running", "Acme")),
        ("es", ("Informe de campaña", "Toda la campaña", "Otro", "En curso", "Acme")),
    ],
)
def test_a_campaign_reads_on_paper_as_on_its_page(
    bob: User, campaign: Campaign, language: str, first: tuple[str, ...]
) -> None:
    """Exports, W7: charts, tables, tiles and reasons; whose they are stands on page one."""
    client = page_client(bob, language)
    shown, pages = text_of(client, of(campaign)), words_of(downloaded(client, of(campaign, "pdf")))
    words = "".join(pages)
    for rows in tables(shown).values():
        assert stands_in(words, rows), rows
        assert not stands_in(words, [*rows, ("2026", "777")])
    for label, figure in tiles(shown):
        assert plain(label + figure) in pages[0]
    for section in ("promises", "waiting", "over"):
        assert [row[:4] for row in cells(shown, section) if plain("".join(row[:4])) not in words] == []
    for fact in (*first, "Cartera abril", "Cobros Sur", ZONE):
        assert plain(fact) in pages[0] or plain(fact.upper()) in pages[0]
    assert all(plain(secret) not in words for secret in SECRETS)
    assert plain(f"1 / {len(pages)}") in pages[0]


def test_the_workbook_of_a_campaign_holds_what_was_counted(
    page: Pages, bob: User, campaign: Campaign, acme: Tenant
) -> None:
    """Exports: numbers, money and shares as the queries give them, not as text; what was said is in none."""
    content = downloaded(page(bob), of(campaign, "xlsx"))
    whole, tally, people = Choice(campaign=campaign.pk, zone=ZONE), campaign.tally, people_of(campaign)
    with tenant_scope(acme.schema_name):
        times, (sums,) = timetable(choice=whole), promises_of(choice=whole)
        days, stops = promised_days(choice=whole, most=9), stops_of(choice=whole, now=NOON)
    figures = {row[0]: row[1] for row in sheets(content)["Overview"]}
    assert figures["Charged, USD"] == pytest.approx(float(tally.charged))
    assert figures["Contact rate"] == pytest.approx(people.reached / people.dialled)
    assert (figures["Entries"], figures["Calls"]) == (tally.entries, tally.calls)
    assert figures["Started"].isoformat() == "2026-04-15T12:00:00"
    steps = [tally.entries, people.dialled, people.reached, people.promised, people.succeeded]
    assert [row[1:] for row in told(content, "Step", "People")] == [[step, step / 10] for step in steps]
    assert sum(row[1] for row in told(content, "State", "People")) == tally.entries
    found = told(content, "Outcome", "Calls")
    assert sorted(row[1] for row in found) == sorted(times.outcomes().values())
    assert [row[2] for row in found] == pytest.approx([row[1] / times.calls for row in found])
    (hour,) = told(content, "Hour", "Calls")
    assert hour[:3] == ["12:00", times.calls, times.contacts()]
    assert [row[1] for row in told(content, "Day", "Calls")] == [
        times.outcomes(weekday=day).total() for day in range(1, 8)
    ]
    (promised,) = told(content, "Currency", "Promises")
    assert promised[1:4] == [sums.promises, float(sums.amount), float(sums.owed)]
    assert promised[4] == pytest.approx(float(sums.amount / sums.owed))
    assert promised[5:] == [float(sums.shortfall), sums.late, sums.open]
    assert [(row[0], Decimal(row[3])) for row in told(content, "Day", "Promises")] == [
        (day.on, day.amount) for day in days
    ]
    rows = [row for row in sheets(content)["Not called"] if isinstance(row[2], float)]
    assert [row[2] for row in rows] == [stop.entries for stop in stops]
    assert [row[3] for row in rows] == [stop.entries / 10 for stop in stops]
    assert all(secret not in str(sheets(content)) for secret in SECRETS)


def test_chosen_days_narrow_the_calls_alone(page: Pages, bob: User, campaign: Campaign) -> None:
    """W6: the files take the page's own parameters, and say what is of these days and what is not."""
    client, day = page(bob), {"start_date": "2026-04-16", "end_date": "2026-04-16"}
    shown = text_of(client, f"{of(campaign)}?start_date=2026-04-16&end_date=2026-04-16")
    for form in ("pdf", "xlsx"):
        assert f'{of(campaign, form)}?start_date=2026-04-16&amp;end_date=2026-04-16"' in shown
    pages = words_of(downloaded(client, of(campaign, "pdf"), day))
    assert plain("calls of Apr 16, 2026, all else is of the whole life") in pages[0]
    assert all(stands_in("".join(pages), rows) for rows in tables(shown).values())
    content = downloaded(client, of(campaign, "xlsx"), day)
    listed = sum(int(row[1]) for row in tables(shown)["outcomes"])
    assert sum(row[1] for row in told(content, "Outcome", "Calls")) == listed < campaign.tally.calls
    assert {row[0]: row[1] for row in sheets(content)["Overview"]}["Calls"] == campaign.tally.calls


def test_versions_are_compared_in_both_files(
    page: Pages, bob: User, campaign: Campaign, acme: Tenant
) -> None:
    """V10: the page's verdict in words, the workbook's bounds as numbers."""
    with tenant_scope(acme.schema_name):
        arms = [Arm.objects.create(campaign=campaign, version=an_approved(name)) for name in ("Uno", "Dos")]
        add_people(campaign, 400, first=100)
        crowd = list(Entry.objects.filter(campaign=campaign, outcome="").values_list("pk", flat=True))
        for at, arm in enumerate(arms):
            moved = {"arm": arm, "finished_at": NOON}
            Entry.objects.filter(pk__in=crowd[at::2]).update(state=EntryState.EXHAUSTED, **moved)
            Entry.objects.filter(pk__in=crowd[at::2][: 20 + 60 * at]).update(state=EntryState.SUCCEEDED)
        found = experiment_of(campaign=campaign)
    assert found
    words = "".join(words_of(downloaded(page(bob), of(campaign, "pdf"))))
    assert plain("Dos v1 succeeds more often than Uno v1, by 30.0 points.") in words
    content = downloaded(page(bob), of(campaign, "xlsx"))
    for row, one in zip(told(content, "Version", "Versions of the script"), found.verdict.arms, strict=True):
        bounds = [one.rate, one.interval.low, one.interval.high]
        assert row[1:5] == [1, one.people, one.trials, one.successes]
        assert row[5:] == pytest.approx(bounds)
    ((_verdict, *shown),) = told(content, "Comparison", "Versions of the script")
    (pair,) = found.verdict.pairs
    assert shown == pytest.approx(
        [pair.difference, pair.interval.low, pair.interval.high, pair.p_value], abs=1e-12
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_dashboard_reads_on_paper_as_on_its_page(
    bob: User, campaign: Campaign, acme: Tenant, language: str
) -> None:
    """Exports: tiles, outcomes, every campaign's line; but not what needs a look in this house."""
    with tenant_scope(acme.schema_name):
        raise_alert(AlertKind.NO_FUNDS, str(campaign.pk))
    client, days = page_client(bob, language), {"start_date": "2026-04-10", "end_date": "2026-04-20"}
    shown = text_of(client, f"{HOME}?start_date=2026-04-10&end_date=2026-04-20")
    pages = words_of(downloaded(client, PDF, days))
    words = "".join(pages)
    for rows in tables(shown).values():
        assert stands_in(words, rows), rows
    for label, figure in tiles(shown):
        assert plain(label + figure) in pages[0]
    items = re.findall(r'<li class="(?:bad|warn|note)">(.*?)</li>', shown, re.DOTALL)
    assert len(items) >= 2
    for text in (re.sub(r"<[^>]+>", "", one) for item in items for one in item.split("<p")[:1]):
        assert plain(text) not in words
    (line,) = cells(shown, "campaigns")
    assert plain("".join(line[3:])) in words


def test_the_workbook_of_the_dashboard_holds_what_was_counted(
    page: Pages, bob: User, campaign: Campaign, acme: Tenant
) -> None:
    """Exports: figures beside those before, each day, each campaign with its rates as shares."""
    content = downloaded(page(bob), XLSX, APRIL)
    choice = Choice(start=date(2026, 4, 1), end=date(2026, 4, 30), zone=ZONE)
    with tenant_scope(acme.schema_name):
        found = results(choice=choice)
    figures = {row[0]: row[1:3] for row in sheets(content)["Overview"]}
    assert figures["Calls"] == [found.now.calls, 0]
    assert figures["Charged, USD"] == [pytest.approx(float(found.now.charged["USD"])), 0]
    assert figures["Success rate"][0] == pytest.approx(found.now.people.succeeded / found.now.people.finished)
    assert [row[:3] for row in sheets(content)["Days"][1:]] == [
        [day.on, day.calls, day.contacts] for day in found.now.days
    ]
    (row,) = told(content, "Campaign", "Campaigns")
    people, tally = people_of(campaign), campaign.tally
    assert row[:3] == ["Cartera abril", "batch-1", "Cobros Sur"]
    assert row[7:12] == [tally.entries, people.dialled, people.reached, people.promised, people.succeeded]
    assert row[12] == pytest.approx(people.reached / people.dialled)
    assert row[-2:] == [pytest.approx(float(tally.charged)), "USD"]


def test_more_campaigns_than_paper_takes_are_in_the_workbook(
    page: Pages, bob: User, campaign: Campaign, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W3: twenty on paper with how many more; all in the workbook, or it says how many it left out."""
    with tenant_scope(acme.schema_name):
        for number in range(22):
            a_campaign(campaign.account, code=f"other-{number}")
    client = page(bob)
    words = "".join(words_of(downloaded(client, PDF, APRIL)))
    assert plain("3 more rows are in the workbook.") in words
    assert plain("Cartera abril · Cobros Sur") not in words
    assert len(told(downloaded(client, XLSX, APRIL), "Campaign", "Campaigns")) == 23
    monkeypatch.setattr(dashboard_book, "MOST_CAMPAIGNS", 22)
    assert plain("2 more rows are in the workbook.") in "".join(words_of(downloaded(client, PDF, APRIL)))
    monkeypatch.setattr(dashboard_book, "MOST_CAMPAIGNS", 5)
    cut = sheets(downloaded(client, XLSX, APRIL))["Campaigns"]
    assert cut[1][0] == "The newest 5 of 23 campaigns."
    assert len(below(cut, "Campaign")) == 5


def test_older_days_of_promises_are_not_left_out_in_silence(
    page: Pages, bob: User, campaign: Campaign, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W3: page and paper draw the newest sixty days, a workbook lists a thousand; beyond they say so."""
    client = page(bob)
    assert "Only the newest days are drawn." not in text_of(client, of(campaign))
    with tenant_scope(acme.schema_name):
        add_people(campaign, 60, first=100)
        late = list(Entry.objects.filter(promise_on=None)[:60])
        for at, one in enumerate(late):
            one.promise_on = date(2026, 6, 1) + timedelta(days=at)
        Entry.objects.bulk_update(late, ["promise_on"])
    assert "Only the newest days are drawn." in text_of(client, of(campaign))
    assert plain("Only the newest days are drawn.") in "".join(
        words_of(downloaded(client, of(campaign, "pdf")))
    )
    content = downloaded(client, of(campaign, "xlsx"))
    assert len(told(content, "Day", "Promises")) == 63
    assert sheets(content)["Promises"][1][0] == ""
    monkeypatch.setattr(files, "PROMISED_DAYS", 2)
    content = downloaded(client, of(campaign, "xlsx"))
    assert [row[0] for row in told(content, "Day", "Promises")] == [date(2026, 7, 29), date(2026, 7, 30)]
    said = "Promised by day: the newest 2 rows alone, there are older ones."
    assert sheets(content)["Promises"][1][0] == said


def test_a_chosen_campaign_names_its_own_account(
    page: Pages, bob: User, campaign: Campaign, acme: Tenant
) -> None:
    """Exports: filters stand on page one, and what they come to: a campaign is of one account alone."""
    with tenant_scope(acme.schema_name):
        Account.objects.create(code="acc-9", name="Otra", country="CL", timezone=ZONE)
    query = APRIL | {"campaign": str(campaign.pk)}
    for path, other in ((XLSX, {"account": "acc-9"}), (PDF, {"use_case": "survey"})):
        assert page(bob).get(path, query | other).status_code == 400
    query |= {"account": campaign.account.code, "use_case": campaign.use_case}
    facts = {row[0]: row[1] for row in sheets(downloaded(page(bob), XLSX, query))["Overview"]}
    assert (facts["Account"], facts["Campaign"], facts["Use case"]) == (
        "Cobros Sur",
        "Cartera abril",
        "Other",
    )
    first = words_of(downloaded(page(bob), PDF, APRIL | {"account": "acc-1"}))[0]
    assert all(plain(one) in first for one in ("Cobros Sur", "All campaigns", "Apr 1, 2026 – Apr 30, 2026"))


@pytest.mark.parametrize(
    ("form", "type"),
    [
        ("pdf", "application/pdf"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_files_are_named_by_what_they_hold(
    page: Pages, bob: User, campaign: Campaign, form: str, type: str
) -> None:
    """Exports: the campaign's name and the day by its clock."""
    for path, name in ((of(campaign, form), "cartera-abril"), (f"{HOME}report.{form}", "campaigns")):
        answered = page(bob).get(path)
        assert answered["Content-Type"] == type
        assert re.search(
            rf'attachment; filename="{name}-\d{{4}}-\d\d-\d\d\.{form}"', answered["Content-Disposition"]
        )


def test_strangers_words_are_only_shown(page: Pages, bob: User, campaign: Campaign, acme: Tenant) -> None:
    """S15, N10: names neither set nor calculate anything; what no file carries is left out."""
    with tenant_scope(acme.schema_name):
        Campaign.objects.update(name=HOSTILE, description=HOSTILE)
    for path in (of(campaign, "pdf"), PDF):
        assert plain('=1+1 #panic("x") $x$ *b*') in "".join(words_of(downloaded(page(bob), path)))
    for path, sheet, row in ((of(campaign, "xlsx"), "Overview", 3), (XLSX, "Campaigns", 3)):
        content = downloaded(page(bob), path, APRIL)
        assert any(HOSTILE[:40] in str(cell) for cell in sheets(content)[sheet][row])
        parts = zipfile.ZipFile(io.BytesIO(content))
        assert all(b"<f>" not in parts.read(name) for name in parts.namelist() if "worksheets" in name)


def test_what_is_empty_says_so(page: Pages, bob: User, campaign: Campaign, acme: Tenant) -> None:
    """W5: nobody in it, nobody called, no days with calls."""
    with tenant_scope(acme.schema_name):
        empty = a_campaign(campaign.account, code="batch-2")
        fresh = a_campaign(campaign.account, code="batch-3", people=1)
    client = page(bob)
    for path, said in (
        (of(empty, "pdf"), "Nobody is in this campaign yet"),
        (of(fresh, "pdf"), "Nobody has been called yet"),
        (of(fresh, "pdf"), "Nobody has promised anything."),
        (of(fresh, "pdf"), "Nobody has been given up."),
        (PDF, "No call in these days."),
    ):
        assert plain(said) in "".join(words_of(downloaded(client, path)))
    assert sheets(downloaded(client, of(empty, "xlsx")))["Promises"][1][0] == "Nobody has promised anything."
    assert below(sheets(downloaded(client, of(fresh, "xlsx")))["Calls"], "Hour") == []


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_nobody_takes_away_what_they_may_not_see(
    page: Pages, bob: User, carol: User, campaign: Campaign, form: str
) -> None:
    """S1, S2: another tenant's and unknown campaigns are 404; nothing is posted."""
    assert page(carol).get(of(campaign, form)).status_code == 404
    assert page(bob).get(f"{HOME}999999999999999999/report.{form}").status_code == 404
    for path in (of(campaign, form), f"{HOME}report.{form}"):
        assert page(bob).post(path).status_code == 405
        assert Client().get(path).status_code == 302
    theirs = page(carol).get(f"{HOME}report.xlsx", APRIL)
    assert "Cartera abril" not in str(sheets(theirs.getvalue()))


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_a_file_asks_no_more_than_its_page(page: Pages, bob: User, campaign: Campaign, form: str) -> None:
    """Fixed query counts: one gathering for page and files, but a file lacks what needs a look."""
    client, counts = page(bob), []
    for path in (of(campaign), of(campaign, form), HOME, f"{HOME}report.{form}"):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path, APRIL).status_code == 200
        counts.append(len(caught))
    assert (counts[1] <= counts[0], counts[3] < counts[2]) == (True, True)


def test_programs_take_the_same_away(
    page: Pages, api: Api, bob: User, carol: User, campaign: Campaign
) -> None:
    """API: the same file by the same right; what is unknown or no day is 400 (W10)."""
    path, days = "/api/v1/batches/batch-1/export", {"start_date": "2026-04-16", "end_date": "2026-04-16"}
    theirs, ours = (
        {name: [row for row in rows if row[0] != "Made"] for name, rows in sheets(content).items()}
        for content in (
            api(bob).get(path, days | {"format": "xlsx"}).getvalue(),
            downloaded(page(bob), of(campaign, "xlsx"), days),
        )
    )
    assert theirs == ours
    assert api(bob).get(path).content.startswith(b"%PDF")
    ever = {"start_date": "0001-01-01", "end_date": "9999-12-31", "format": "xlsx"}
    (hour,) = told(api(bob).get(path, ever).getvalue(), "Hour", "Calls")
    assert hour[1] == campaign.tally.calls
    reversed_days = {"start_date": "2026-04-16", "end_date": "2026-04-15"}
    for query in ({"format": "docx"}, {"start_date": "16/04/2026"}, {"arm": "1"}, reversed_days):
        assert problem(api(bob).get(path, query), 400)
    assert problem(api(carol).get(path), 404)
