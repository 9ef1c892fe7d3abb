"""Each chart's data table is what its query answers ("Done when"); what is not measured yet says so (W5)."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from babel.dates import format_skeleton
from django.test import Client
from django.utils import timezone

from personas import actions, queries
from personas.models import Contact, Keyword, Persona, PersonaDay
from personas.rules import ReclassificationType
from personas.samples.linkedin import make_linkedin_export
from tenants.display.formats import Formats
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.personas.importing import import_rows, start, work
from tests.reading import tables

Pages = Callable[[User], Client]
PAGE = "/personas/"
CHILE = Formats("en", "CL", "America/Santiago")


@pytest.fixture
def sample(acme: Tenant) -> Tenant:
    """Acme with 300 contacts, some of them in the months before today."""
    made = make_linkedin_export(rows=300, until=timezone.localdate())
    with tenant_scope(acme.schema_name):
        found = actions.upload_linkedin(content=made.content, filename="Connections.csv", profile="ana")
        work(acme, start(found))
    return acme


def shown(client: Client, query: str = "") -> str:
    response = client.get(f"{PAGE}{query}")
    assert response.status_code == 200
    return response.content.decode()


def month(day: date) -> str:
    return str(format_skeleton("yMMM", day, locale=CHILE.locale))


def percent(part: float | None) -> str:
    return "–" if part is None else CHILE.number(round(100 * part, 2))


@pytest.mark.parametrize("source", ["", "linkedin_connections_ana"])
@pytest.mark.parametrize("months", [6, 24])
def test_charts_tell_what_the_overview_answers(
    page: Pages, bob: User, sample: Tenant, months: int, source: str
) -> None:
    """Done when: shares, their ring, growth and coverage by month, with any filter."""
    with tenant_scope(sample.schema_name):
        seen = queries.overview(now=timezone.now(), months=months, source=source)
    found = tables(shown(page(bob), f"?months={months}&source={source}"))
    whole = seen.contacts.now
    assert whole > 200
    shares = [
        (one.name, CHILE.number(one.contacts), CHILE.percent(one.contacts / whole)) for one in seen.shares
    ]
    assert found["shares"] == found["ring"] == shares
    largest = sorted(seen.shares, key=lambda one: -one.contacts)
    assert found["growth"] == [
        (month(day), *(CHILE.number(seen.growth.counts[one.id][at]) for one in largest))
        for at, day in enumerate(seen.growth.months)
    ]
    parts = zip(seen.coverage_of_month, seen.coverage_by_month, strict=True)
    assert found["connected"] == [
        (month(day), *(percent(part) for part in pair))
        for day, pair in zip(seen.growth.months, parts, strict=True)
    ]
    # Everybody with a date is there by the last month.
    assert sum(seen.growth.known([one.id for one in seen.shares])[-1:]) > 200


def test_coverage_by_month_counts_who_had_connected(acme: Tenant) -> None:
    """Done when: by hand, with somebody from before the first month."""
    today = timezone.localdate()
    dates = (date(today.year - 3, 5, 5), today.replace(day=1) - timedelta(days=1), today)
    titles = ("Buzo", "Gerente de Marketing", "Gerente de Marketing")
    with tenant_scope(acme.schema_name):
        import_rows(
            acme, *(f"P{at},Q,,p{at}@x.example,Acme,{titles[at]},{on}" for at, on in enumerate(dates))
        )
        seen = queries.overview(now=timezone.now(), months=3)
    assert [part and round(part, 4) for part in seen.coverage_by_month] == [0, 0.5, 0.6667]
    assert seen.coverage_of_month == (None, 1, 1)


def test_coverage_by_day_is_the_records(page: Pages, bob: User, acme: Tenant) -> None:
    """Done when, Metrics: the latest record of each day."""
    now = timezone.now()
    with tenant_scope(acme.schema_name):
        import_rows(acme, "Ana,P,,ana@x.example,Acme,Gerente de Marketing,", "Eva,R,,eva@x.example,Acme,,")
        actions.compute_metrics(now=now - timedelta(days=3, hours=1))
        actions.compute_metrics(now=now - timedelta(days=2))
        Contact.objects.filter(job_title="").delete()
        actions.compute_metrics(now=now - timedelta(days=1))
        days_seen = queries.coverage_trend(now=now, days=30)
    assert [(one.on, one.classification) for one in days_seen] == [
        ((now - timedelta(days=3, hours=1)).date(), 50.0),
        ((now - timedelta(days=2)).date(), 50.0),
        ((now - timedelta(days=1)).date(), 100.0),
    ]
    whole = shown(page(bob))
    assert "at the end of each day (UTC)." in whole, "the tenant's own days are others (W5)"
    assert tables(whole)["coverage"] == [
        (
            CHILE.day(one.on),
            CHILE.number(one.classification),
            CHILE.number(one.job_title),
            CHILE.number(one.normalization),
        )
        for one in days_seen
    ]


def test_contacts_by_day_are_the_sums_of_the_days(page: Pages, bob: User, acme: Tenant) -> None:
    """Done when: what came before the range stands in its first day; gaps repeat the day before."""
    today = timezone.localdate()
    with tenant_scope(acme.schema_name):
        import_rows(acme, "Ana,P,,ana@x.example,Acme,Gerente de Marketing,", "Eva,R,,eva@x.example,Acme,,")
        PersonaDay.objects.update(on=today - timedelta(days=20))
        import_rows(acme, "Lia,P,,lia@x.example,Acme,Gerente de Marketing,", profile="lia")
        ids = {one.code: one.id for one in queries.headcount(now=timezone.now()).shares}
        trend = queries.persona_trend(now=timezone.now(), days=7)
        longer = queries.persona_trend(now=timezone.now(), days=30)
    assert trend.counts == {ids["dc_marketing"]: (1,) * 6 + (2,), ids["mateo"]: (1,) * 7}
    assert longer.days[0] == today - timedelta(days=20)
    assert longer.counts[ids["dc_marketing"]] == (1,) * 20 + (2,)
    whole = shown(page(bob), "?days=7")
    assert "At the end of each day (UTC)" in whole, "the tenant's own days are others (W5)"
    told = tables(whole)["days"]
    assert [row[1] for row in told] == ["1"] * 6 + ["2"]
    assert told[-1][0] == CHILE.day(today)


def test_a_line_of_one_day_is_not_drawn(page: Pages, bob: User, sample: Tenant) -> None:
    """W5: a point is no trend; the page says since when and when next."""
    with tenant_scope(sample.schema_name):
        actions.compute_metrics(now=timezone.now())
    found = shown(page(bob))
    assert {"coverage", "days"} & tables(found).keys() == set()
    assert found.count("The line begins with the second day.") == 2
    assert "Next time" in found


def test_unused_keywords_are_the_latest_records(page: Pages, bob: User, sample: Tenant) -> None:
    """Viewers: unused keywords, with when they were counted (W5)."""
    assert "They are counted every six hours" in shown(page(bob))
    with tenant_scope(sample.schema_name):
        unused = actions.compute_metrics(now=timezone.now()).figures["unused_keywords"]
        names = {one.code: one.name for one in queries.personas()}
    section = shown(page(bob)).split('id="unused"', 1)[1].split("</section>", 1)[0]
    cells = [unescape(cell) for cell in re.findall(r"<t[hd](?: scope=\"row\")?>(.*?)</t[hd]>", section)]
    expected = [text for one in unused for text in (one["keyword"], names[one["buyer_persona_id"]])]
    assert cells == expected
    assert len(unused) == 20


def test_recent_reclassifications_lead_to_their_jobs(
    page: Pages, alice: User, bob: User, sample: Tenant
) -> None:
    """Viewers: recent jobs, each with its page; previews are called so."""
    assert "Nothing has been reclassified yet." in shown(page(bob))
    with tenant_scope(sample.schema_name):
        job = work(sample, actions.reclassify(type=ReclassificationType.ALL, params={}, by=alice.pk))
    client = page(bob)
    section = shown(client).split('id="reclassifications"', 1)[1].split("</section>", 1)[0]
    assert "All contacts · preview" in section
    assert "0 contacts would change" in section
    (href,) = re.findall(r'href="([^"]+)"', section)
    assert href.endswith(f"/{job.pk}/")
    assert client.get(href).status_code == 200


def test_the_page_stands_without_rules(page: Pages, bob: User, acme: Tenant) -> None:
    """W5: neither personas nor contacts, and no crash."""
    with tenant_scope(acme.schema_name):
        Keyword.objects.all().delete()
        Persona.objects.all().delete()
    assert "No contacts yet" in shown(page(bob))
