"""A generated fleet through the real doors and jobs, compared with its truth (I1–I19)."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from identity.models import Claim, Lead, Link
from identity.rules import Source
from identity.samples import write_fleet
from tenants.scope import tenant_scope
from tests.identity.importing import counts, ended

PERSONS, LEADS = 400, 250
KINDS = ("drivers", "leads", "trips", "claims")
JOBS = ("seed_kpi_red_queue", "recover_kpi_red_leads", "reconcile_cabinet_leads_pipeline")
GUARDRAILS = ("verify_kpi_red_drain", "verify_source_pk_consistency", "verify_identity_origin_creation")
TRIPS = "SELECT lead_source_pk, trips_14d, reached_milestones FROM v_cabinet_leads_limbo"
WEEKS = "SELECT leads_total, leads_with_identity, leads_with_driver, claims_missing FROM {}"
WEEKLY = "v_cabinet_14d_funnel_audit_weekly"


def said(command, *words):
    """Call a command for Birch; return its exit code and its JSON."""
    out, code = StringIO(), 0
    try:
        call_command(command, "--tenant=birch", "--json", *words, stdout=out)
    except CommandError as error:
        code = error.returncode
    return code, json.loads(out.getvalue().splitlines()[-1])


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asked(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.fixture
def fleet(birch, tmp_path):
    """Import the four files and run the jobs; return the folder and the tenant."""
    truth = write_fleet(tmp_path, persons=PERSONS, leads=LEADS)
    with tenant_scope(birch.schema_name):
        for kind in KINDS:
            found = ended(birch, kind, (tmp_path / f"{kind}.csv").read_bytes())
            assert counts(found)["created"] > 0
    for job in JOBS:
        code, told = said(job)
        assert (code, told.get("errors", 0)) == (0, 0)
    return tmp_path, truth


def test_the_fleet_is_linked_counted_and_claimed(fleet, birch):
    """I5, I8, I12–I14, I18, I19: whom, what they drove, what is owed; every guardrail holds."""
    folder, truth = fleet
    person_of = {row["driver_id"]: row["person"] for row in rows(folder, "holders")}
    known = {row["external_id"]: row for row in rows(folder, "truth")}
    with tenant_scope(birch.schema_name):
        owner = {
            person: person_of[driver]
            for driver, person in Link.objects.filter(source=Source.DRIVER).values_list("source_pk", "person")
        }
        linked = dict(Link.objects.filter(source=Source.CABINET).values_list("source_pk", "person"))
        wrong = [lead for lead, person in linked.items() if owner[person] != known[lead]["person"]]
        assert len(wrong) <= len(linked) // 500
        assert len(linked) >= 0.93 * truth.of_persons
        assert Lead.objects.count() == truth.leads
        told = [
            (lead, trips, " ".join(reached))
            for lead, trips, reached in asked(TRIPS)
            if lead in linked and lead not in wrong and known[lead]["trips_in_window"] and trips is not None
        ]
    assert told
    # An account that nothing ties to its person leaves its trips behind: a handful.
    off = [lead for lead, trips, _x in told if str(trips) != known[lead]["trips_in_window"]]
    assert len(off) <= len(told) // 20
    assert all(reached == known[lead]["reached"] for lead, _x, reached in told if lead not in off)

    assert said("generate_cabinet_claims")[1]["generated"] > 0
    with tenant_scope(birch.schema_name):
        totals = asked(WEEKS.format(WEEKLY))
        assert sum(week[0] for week in totals) == truth.leads
        assert sum(week[1] for week in totals) == len(linked)
        assert sum(week[3] for week in totals) == 0
        for state in ("paid", "rejected"):
            assert Claim.objects.filter(state=state).count() == truth.claims[state]
    for guardrail in GUARDRAILS:
        code, told = said(guardrail)
        assert (code, told["checked"] > 0) == (0, True)


def test_a_second_round_changes_nothing_and_damage_is_found(fleet, birch):
    """I7c: nothing new, nothing written; I19: a link damaged by hand fails a guardrail."""
    with tenant_scope(birch.schema_name):
        before = asked("SELECT count(*), max(id) FROM identity_link")
        tried = asked("SELECT count(*), max(id) FROM identity_attempt")
    for job in JOBS:
        assert said(job)[0] == 0
    with tenant_scope(birch.schema_name):
        assert asked("SELECT count(*), max(id) FROM identity_link") == before
        assert asked("SELECT count(*), max(id) FROM identity_attempt") == tried
        Link.objects.filter(source=Source.CABINET)[0].delete()
    assert said("verify_kpi_red_drain")[0] == 1
