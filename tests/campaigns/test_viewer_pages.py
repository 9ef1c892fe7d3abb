"""The viewers' pages of campaigns: figures are the queries', lists behind them, nothing acts (S2, W1)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Arm, Campaign, Entry
from campaigns.queries.choosing import Choice
from campaigns.queries.hours import timetable
from campaigns.queries.promised import promises_of
from campaigns.rules import EntryState
from campaigns.scripting.comparing import wilson
from tenants.display.formats import Formats
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.campaigns.called import a_called_campaign
from tests.campaigns.calling import a_campaign, add_people
from tests.campaigns.wording import an_approved
from tests.reading import tables, text_of

Pages = Callable[[User], Client]
HOME, ENTRIES, CALLS = "/campaigns/", "/campaigns/entries/", "/campaigns/calls/"
DAYS = "start_date=2026-04-01&end_date=2026-04-30"
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
CHILE = Formats("en", "CL", "America/Santiago")
SECRETS = ("Palabras secretas", "recordings.example")


@pytest.fixture
def campaign(acme: Tenant) -> Campaign:
    """Ten people of Acme, called once, each with another end."""
    with tenant_scope(acme.schema_name):
        return a_called_campaign(now=NOON)


def of(campaign: Campaign) -> str:
    return f"{HOME}{campaign.pk}/"


def tile(shown: str, label: str) -> str:
    """Return the figure of a tile."""
    card = re.search(
        rf"<article[^>]*>(?:(?!</article>).)*?>{re.escape(label)}<.*?</article>", shown, re.DOTALL
    )
    assert card, label
    figure = re.search(r'class="figure">([^<]*)<', card[0])
    assert figure
    return figure[1]


def names(shown: str) -> list[str]:
    """Return the people that a list shows."""
    return re.findall(r'<th scope="row"><a href="/campaigns/entries/\d+/">([^<]+)<', shown)


def test_every_page_says_what_to_do_while_there_is_no_campaign(page: Pages, bob: User) -> None:
    """W5: what, why, one action."""
    for path in (HOME, ENTRIES, CALLS):
        shown = text_of(page(bob), path)
        assert "No campaigns yet" in shown
        assert "a client's file" in shown
        assert "To the home page" in shown


def test_the_dashboard_tells_the_chosen_days(page: Pages, bob: User, campaign: Campaign) -> None:
    """Screens: tiles, outcomes and days of the range; each leads to its list (W1)."""
    shown = text_of(page(bob), f"{HOME}?{DAYS}")
    tally = campaign.tally
    assert tile(shown, "Calls") == CHILE.number(tally.calls)
    assert tile(shown, "Contact rate, %") == CHILE.number(round(100 * tally.reached / tally.dialled, 1))
    assert tile(shown, "Promise rate, %") == CHILE.number(round(100 * tally.promised / tally.reached, 1))
    assert tile(shown, "Charged, USD") == CHILE.number(tally.charged, 2)
    told = tables(shown)
    assert len(told["daily"]) == 30
    assert sum(int(cell) for row in told["daily"] for cell in row[1:]) == tally.calls
    assert sum(int(row[1]) for row in told["outcomes"]) == tally.calls
    assert f'href="{ENTRIES}?{DAYS}&step=reached"'.replace("&", "&amp;") in shown
    assert f'href="{of(campaign)}"' in shown
    assert "1 entry waits for a decision" in shown


def test_days_without_calls_are_no_dead_end(page: Pages, bob: User, campaign: Campaign) -> None:
    """W5: zeros and dashes, never a rate of nothing."""
    shown = text_of(page(bob), f"{HOME}?start_date=2026-01-01&end_date=2026-01-31")
    assert "No call in these days." in shown
    assert (tile(shown, "Calls"), tile(shown, "Contact rate, %")) == ("0", "–")


@pytest.mark.parametrize(
    "query",
    [
        "account=nobody&campaign=x&use_case=war&start_date=2026-13-40&end_date=1",
        "campaign=99999999999999999999&before=x&start_date=0001-01-01&end_date=9999-12-31",
        "state=%00&step=far&arm=99999999999999999999999&hour=25&weekday=0&outcome=x&before=1&after=-1",
    ],
)
def test_what_means_nothing_asks_for_nothing(page: Pages, bob: User, campaign: Campaign, query: str) -> None:
    """S13: no address breaks a page."""
    client = page(bob)
    for path in (HOME, ENTRIES, CALLS, of(campaign)):
        assert "Persona 0" in text_of(client, f"{path}?{query}") or path in (HOME, of(campaign))


def test_a_campaign_tells_its_funnel_hours_and_promises(
    page: Pages, bob: User, campaign: Campaign, acme: Tenant
) -> None:
    """Screens: states, outcomes by hour and day, promises, why not called."""
    shown = text_of(page(bob), of(campaign))
    told, tally = tables(shown), campaign.tally
    with tenant_scope(acme.schema_name):
        times = timetable(choice=Choice(campaign=campaign.pk, zone="America/Santiago"))
        (promised,) = promises_of(choice=Choice(campaign=campaign.pk))
    steps = [tally.entries, tally.dialled, tally.reached, tally.promised, tally.succeeded]
    assert [row[1] for row in told["funnel"]] == [CHILE.number(step) for step in steps]
    assert sum(int(row[1]) for row in told["states"]) == tally.entries
    assert [row[0] for row in told["hours"]] == ["12:00"]
    assert told["hours"][0][1] == CHILE.number(round(100 * times.contacts() / times.calls, 1))
    assert len(told["weekdays"]) == 7
    assert sum(int(cell) for cell in told["weekdays"][2][2:]) == times.calls
    assert CHILE.money(promised.shortfall, "CLP") in shown
    assert "Not reached" in shown
    assert "No number is left" in shown or "no_number_left" in shown
    assert all(secret not in shown for secret in SECRETS)


def test_a_campaign_that_never_called_says_so(
    page: Pages, bob: User, campaign: Campaign, acme: Tenant
) -> None:
    """W5: nothing empty looks broken."""
    with tenant_scope(acme.schema_name):
        empty = a_campaign(campaign.account, code="batch-2")
        fresh = a_campaign(campaign.account, code="batch-3", people=1)
        Entry.objects.filter(campaign=fresh).update(person_key="D:CL:nobody")
    assert "Nobody is in this campaign yet" in text_of(page(bob), of(empty))
    shown = text_of(page(bob), of(fresh))
    assert "Nobody has been called yet" in shown
    assert "Nobody has been given up." in shown


def test_versions_are_compared(page: Pages, bob: User, campaign: Campaign, acme: Tenant) -> None:
    """V10: Wilson intervals, the split, a verdict in words; nothing is claimed of few people."""
    with tenant_scope(acme.schema_name):
        arms = [Arm.objects.create(campaign=campaign, version=an_approved(name)) for name in ("Uno", "Dos")]
        add_people(campaign, 400, first=100)
        crowd = list(Entry.objects.filter(campaign=campaign, outcome="").order_by("pk"))
        for at, arm in enumerate(arms):
            mine = [entry.pk for entry in crowd[at::2]]
            moved = {"arm": arm, "finished_at": NOON}
            Entry.objects.filter(pk__in=mine).update(state=EntryState.EXHAUSTED, **moved)
            Entry.objects.filter(pk__in=mine[: 20 + 60 * at]).update(state=EntryState.SUCCEEDED)
    shown = text_of(page(bob), of(campaign))
    assert "as the weights say" in shown
    assert "Dos v1 succeeds more often than Uno v1, by 30.0 points." in shown
    low, high = (CHILE.percent(bound) for bound in (wilson(80, 200).low, wilson(80, 200).high))
    assert f"{low} to {high}" in shown
    assert len(names(text_of(page(bob), f"{ENTRIES}?arm={arms[0].pk}"))) == 50


def test_a_list_is_narrowed_and_walked(page: Pages, bob: User, campaign: Campaign, acme: Tenant) -> None:
    """W6, W10: filters stay on the way; no row is lost or doubled."""
    with tenant_scope(acme.schema_name):
        add_people(campaign, 120, first=200)
    client, path, found = page(bob), f"{ENTRIES}?campaign={campaign.pk}&state=queued", []
    while path:
        shown = text_of(client, path)
        found += names(shown)
        following = re.search(r'rel="next" href="([^"]+)"', shown)
        path = following[1].replace("&amp;", "&") if following else ""
        assert not path or "state=queued" in path
    assert len(found) == len(set(found)) == how_many(acme, state="queued")
    assert "No entry matches" in text_of(client, f"{ENTRIES}?state=unconfirmed")
    assert "No call matches" in text_of(client, f"{CALLS}?hour=3")


def how_many(acme: Tenant, **wanted: str) -> int:
    with tenant_scope(acme.schema_name):
        return Entry.objects.filter(**wanted).count()


def test_a_person_says_why_nobody_calls(page: Pages, bob: User, campaign: Campaign, acme: Tenant) -> None:
    """W1: the reason, the next moment, debts, promise, every call; never what was said (S19)."""
    with tenant_scope(acme.schema_name):
        waits = Entry.objects.filter(state=EntryState.RETRY_WAIT).earliest("pk")
        won = Entry.objects.filter(state=EntryState.SUCCEEDED, promise_amount__isnull=False).earliest("pk")
    shown = text_of(page(bob), f"{ENTRIES}{waits.pk}/")
    assert "Why nobody calls now" in shown
    assert "not before" in shown or "due now" in shown
    assert waits.phones[0]["number"] in shown
    shown = text_of(page(bob), f"{ENTRIES}{won.pk}/")
    assert CHILE.money(60_000, "CLP") in shown
    assert CHILE.money(40_000, "CLP") in shown
    assert "yes, goal met" in shown
    assert "The call speaks of the largest." in shown
    assert all(secret not in shown for secret in SECRETS)


def test_another_tenants_rows_are_not_there(
    page: Pages, bob: User, carol: User, campaign: Campaign, acme: Tenant
) -> None:
    """S1: 404, and so is what nobody has."""
    with tenant_scope(acme.schema_name):
        entry = Entry.objects.earliest("pk")
    for path in (of(campaign), f"{ENTRIES}{entry.pk}/"):
        assert page(carol).get(path).status_code == 404
    for path in (f"{HOME}999999999999999999/", f"{ENTRIES}999999999999999999/"):
        assert page(bob).get(path).status_code == 404
    assert names(text_of(page(carol), ENTRIES)) == []


def test_no_page_changes_anything(page: Pages, bob: User, campaign: Campaign, acme: Tenant) -> None:
    """S2: no form but the frame's and searches, and no other method is answered."""
    client = page(bob)
    with tenant_scope(acme.schema_name):
        entry = Entry.objects.earliest("pk")
    for path in (HOME, ENTRIES, CALLS, of(campaign), f"{ENTRIES}{entry.pk}/"):
        main = text_of(client, path).split("<main", 1)[1].split("</main>", 1)[0]
        assert 'method="post"' not in main
        assert "hx-post" not in main
        assert "/admin/" not in main
        assert client.post(path).status_code in (403, 405)


@pytest.mark.parametrize(
    ("path", "most"), [(f"{HOME}?{DAYS}", 22), ("{of}", 20), (ENTRIES, 14), (CALLS, 13), ("{entry}", 14)]
)
def test_a_page_costs_the_same_however_many_people(
    page: Pages,
    bob: User,
    campaign: Campaign,
    acme: Tenant,
    path: str,
    most: int,
    django_assert_max_num_queries,
) -> None:
    """Fixed query counts: tenancy, then the page's own; rows cost nothing."""
    with tenant_scope(acme.schema_name):
        add_people(campaign, 60, first=300)
        entry = Entry.objects.earliest("pk")
    client = page(bob)
    with django_assert_max_num_queries(most):
        text_of(client, path.format(of=of(campaign), entry=f"{ENTRIES}{entry.pk}/"))


def test_home_says_what_runs(page: Pages, bob: User, campaign: Campaign) -> None:
    """Viewers' home: tiles with their change, and who waits for somebody."""
    shown = text_of(page(bob), "/")
    assert tile(shown, "Running campaigns") == "1"
    assert tile(shown, "Calls in 7 days") == "0"
    assert "1 campaign has people who wait for somebody" in shown
    assert timezone.now() - NOON > timedelta(days=7)
