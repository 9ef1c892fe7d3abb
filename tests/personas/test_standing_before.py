"""Tiles compare with what was kept that day, not with what the contacts of that day have become since."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from personas import actions, queries
from personas.models import Contact, MetricsRecord, Persona, PersonaDay
from personas.rules import Match, ReclassificationType
from tenants.display.formats import Formats
from tenants.models import Tenant, User, new_id
from tenants.scope import tenant_scope
from tests.personas.importing import import_rows, work
from tests.reading import downloaded, plain, sheets, text_of, words_of

Pages = Callable[[User], Client]
PAGE, PDF, XLSX = "/personas/", "/personas/report.pdf", "/personas/report.xlsx"
ANAS = "linkedin_connections_ana"
CHILE = Formats("en", "CL", "America/Santiago")
NOW = timezone.now()
BEFORE = NOW - timedelta(days=30)
MARKETING, TAMER, NONE = "Gerente de Marketing", "Domadora de leones", ""
TITLES = [MARKETING] * 2 + [TAMER] * 6 + [NONE] * 2


def keep(moment: datetime) -> None:
    """Let what has been counted until now have been counted that day, and keep its record."""
    PersonaDay.objects.filter(on__gt=moment.date()).update(on=moment.date())
    Contact.objects.filter(created_at__gt=moment).update(created_at=moment)
    actions.compute_metrics(now=moment)


@pytest.fixture
def known(acme: Tenant) -> Tenant:
    """Acme with ten contacts of a month ago, two of them with a persona of their own, eight with a title."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, *(f"P{at},Q,,p{at}@x.example,Acme,{one}," for at, one in enumerate(TITLES)))
        keep(BEFORE)
    return acme


@pytest.fixture
def reclassified(known: Tenant) -> Tenant:
    """The same: tamers have a keyword today, and got its persona."""
    with tenant_scope(known.schema_name):
        medical = Persona.objects.get(code="dc_medicas")
        actions.save_keyword(persona=medical, text="domadora", match=Match.PHRASE)
        job = actions.reclassify(type=ReclassificationType.ALL, params={}, by=new_id(), dry_run=False)
        assert work(known, job).state == "completed"
    return known


def tiles(client: Client, query: str = "", path: str = PAGE) -> dict[str, str]:
    """Return what each tile says below its figure, by its label."""
    shown = text_of(client, f"{path}{query}")
    found = re.findall(r'<article class="card tile">(.*?)</article>', shown, re.DOTALL)
    said = [" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]
    labels = ("Contacts", "Coverage, %", "With a persona of their own", "With a job title, %")
    pairs = ((label, one) for one in said for label in labels if one.startswith(label))
    return {label: one.removeprefix(label).strip() for label, one in pairs}


def figures(client: Client, query: dict[str, str] | None = None) -> dict[str, list[Any]]:
    """Return the workbook's figures, now and before, by their label."""
    rows = sheets(downloaded(client, XLSX, query))["Overview"]
    start = [row[0] for row in rows].index("Figure")
    return {row[0]: row[1:3] for row in rows[start + 1 :]}


def test_who_is_classified_now_was_not_before(page: Pages, bob: User, reclassified: Tenant) -> None:
    """W3: keywords and a reclassification of today move no figure of a month ago."""
    said = tiles(page(bob))
    assert said["Contacts"] == "10 ● ±0.0 % against 30 days ago"
    assert said["Coverage, %"] == "80 ▲ +300.0 % was 20.0 % 30 days ago"
    assert said["With a persona of their own"] == "8 ▲ +300.0 % against 30 days ago"


def test_paper_workbook_and_home_say_what_the_page_says(page: Pages, bob: User, reclassified: Tenant) -> None:
    """Exports: one look feeds all; each persona's contacts are those of its days."""
    client = page(bob)
    words = "".join(words_of(downloaded(client, PDF)))
    assert plain("+300.0 % was 20.0 % 30 days ago") in words
    assert tiles(client, path="/")["With a persona of their own"] == "8 ▲ +300.0 % against 30 days ago"
    found = figures(client)
    assert found["Contacts"] == [10, 10]
    assert found["Coverage, %"] == [0.8, 0.2]
    assert found["With a persona of their own"] == [8, 2]
    rows = sheets(downloaded(client, XLSX))["Personas"][1:]
    before = {row[0]: (row[1], row[3]) for row in rows if row[1] or row[3]}
    with tenant_scope(reclassified.schema_name):
        names = dict(Persona.objects.values_list("code", "name"))
    assert before == {names["dc_marketing"]: (2, 2), names["dc_medicas"]: (6, 0), names["mateo"]: (2, 8)}


def test_titles_completed_and_contacts_deleted_since_were_otherwise(
    page: Pages, bob: User, known: Tenant
) -> None:
    """W3: who had no title then had none, and who has gone was there."""
    with tenant_scope(known.schema_name):
        for contact in Contact.objects.filter(job_title=NONE):
            actions.change_title(contact_id=contact.pk, job_title=TAMER)
        for contact in Contact.objects.filter(job_title=MARKETING):
            actions.delete_contact(contact_id=contact.pk, by=new_id())
    said = tiles(page(bob))
    assert said["Contacts"] == "8 ▼ −20.0 % against 30 days ago"
    assert said["With a job title, %"] == "100 ▲ +25.0 % was 80.0 % 30 days ago"
    assert said["With a persona of their own"] == "0 ▼ −100.0 % against 30 days ago"


def test_a_persona_that_went_since_had_its_contacts(page: Pages, bob: User, known: Tenant) -> None:
    """Its days go with it, so that their sums would miss two of the ten; the record of the day has all."""
    with tenant_scope(known.schema_name):
        marketing = Persona.objects.get(code="dc_marketing")
        default = Persona.objects.get(is_default=True)
        for contact in Contact.objects.filter(job_title=MARKETING):
            actions.assign_persona(contact_id=contact.pk, persona=default, by=new_id())
        actions.delete_persona(persona=marketing)
    found = figures(page(bob))
    assert (found["Contacts"], found["With a persona of their own"]) == ([10, 10], [0, 2])


def test_the_last_record_of_the_day_counts(page: Pages, bob: User, known: Tenant) -> None:
    """Metrics: days are UTC; neither the day before nor the day after stands in for one without a record."""
    with tenant_scope(known.schema_name):
        first = queries.first_moment(NOW, 31)
        MetricsRecord.objects.update(computed_at=first)
        import_rows(known, "Lia,S,,lia@x.example,,,")
        actions.compute_metrics(now=first + timedelta(hours=23, minutes=59))
        kept = queries.recorded(now=NOW, days=30)
        assert kept == queries.Recorded(contacts=11, classified=2, with_title=8)
        assert (queries.recorded(now=NOW, days=31), queries.recorded(now=NOW, days=29)) == (None, None)


def test_the_day_of_ninety_days_ago_keeps_its_record(known: Tenant) -> None:
    """Metrics: kept 90 days, whole ones, so that the page compares with it at any hour."""
    with tenant_scope(known.schema_name):
        first = queries.first_moment(NOW, 91)
        for moment in (first - timedelta(seconds=1), first):
            MetricsRecord.objects.create(computed_at=moment, figures=actions.compute_metrics(now=NOW).figures)
        actions.compute_metrics(now=NOW)
        assert MetricsRecord.objects.order_by("computed_at")[0].computed_at == first
        assert queries.recorded(now=NOW, days=90) is not None


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"days": "7"}, "No record of {day} is kept: the key figures stand without comparison."),
        (
            {"source": ANAS},
            "Earlier days are kept of all sources together: the key figures stand without comparison.",
        ),
    ],
)
def test_what_nobody_kept_is_not_compared(
    page: Pages, bob: User, reclassified: Tenant, query: dict[str, str], why: str
) -> None:
    """W3, W5: no figure rather than a wrong one, and the page, the paper and the workbook say why."""
    client = page(bob)
    with tenant_scope(reclassified.schema_name):
        day = CHILE.day(queries.headcount(now=timezone.now(), days=7).on)
    why = why.format(day=day)
    asked = f"?{urlencode(query)}"
    assert tiles(client, asked) == {
        "Contacts": "10",
        "Coverage, %": "80",
        "With a persona of their own": "8",
        "With a job title, %": "80",
    }
    assert unescape(text_of(client, f"{PAGE}{asked}")).count(why) == 1
    assert plain(why) in "".join(words_of(downloaded(client, PDF, query)))
    found = figures(client, query)
    assert [found[label] for label in ("Contacts", "Coverage, %")] == [[10, ""], [0.8, ""]]
    facts = {row[0]: row[1] for row in sheets(downloaded(client, XLSX, query))["Overview"] if row[0]}
    assert facts["Compared with"] == why


def test_of_a_source_no_personas_before_are_told(page: Pages, bob: User, reclassified: Tenant) -> None:
    """Days are of all sources: of one, and before anything was counted, nobody knows; else they know all."""
    with tenant_scope(reclassified.schema_name):
        found = [
            queries.headcount(now=NOW, days=days, source=source).shares
            for days, source in ((7, ""), (30, ""), (31, ""), (30, ANAS))
        ]
    before = [{share.contacts_before for share in shares} for shares in found]
    assert before == [{0, 2, 8}, {0, 2, 8}, {None}, {None}]
    rows = sheets(downloaded(page(bob), XLSX, {"source": ANAS}))["Personas"][1:]
    assert {row[3] for row in rows} == {""}


def test_home_without_a_record_compares_with_nothing(page: Pages, bob: User, reclassified: Tenant) -> None:
    """W3: an organisation of five days has no month ago."""
    with tenant_scope(reclassified.schema_name):
        MetricsRecord.objects.all().delete()
    said = tiles(page(bob), path="/")
    assert (said["Contacts"], said["With a persona of their own"]) == ("10", "8")
