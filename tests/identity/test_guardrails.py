"""Checks that turn red for damage done by hand, and say so when there was nothing to check (I19)."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from identity.models import BacklogEvent, Lead, Link, Origin, QueueItem
from identity.queries.guardrails import Guardrail, verify, verify_all
from identity.rules import BacklogEventKind
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.identity.fleet import a_driver, a_lead, a_person, a_scout, linked
from tests.workers import ROOT

COMMANDS = {
    Guardrail.DRAIN: "verify_kpi_red_drain",
    Guardrail.KEY: "verify_source_pk_consistency",
    Guardrail.ORIGIN: "verify_identity_origin_creation",
    Guardrail.NUMBERS: "verify_kpi_red_numbers",
}


def sound(external_id: str = "L1") -> Lead:
    """Write a lead as recovery leaves it: linked, with origin, event and queue row."""
    lead, person = a_lead(external_id), a_person()
    linked(lead, person)
    Origin.objects.create(
        person=person,
        kind="cabinet_lead",
        source_pk=lead.source_pk,
        status="resolved_auto",
        decided_by="system",
    )
    BacklogEvent.objects.create(source_pk=lead.source_pk, kind=BacklogEventKind.MATCHED_BY_RECOVERY)
    QueueItem.objects.create(source_pk=lead.source_pk, status="matched", closed_at=timezone.now())
    return lead


def asked(guardrail: Guardrail, *words: str) -> tuple[int, dict[str, Any]]:
    """Call a guardrail's command for Acme; return its exit code and what it answered."""
    said, code = StringIO(), 0
    try:
        call_command(COMMANDS[guardrail], "--tenant=acme", "--json", *words, stdout=said)
    except CommandError as error:
        code = error.returncode
    return code, json.loads(said.getvalue())


@pytest.mark.parametrize("guardrail", Guardrail)
def test_nothing_to_check_is_said(acme: Tenant, guardrail: Guardrail) -> None:
    """I19: exit 0, and nobody takes it for a pass."""
    code, said = asked(guardrail)
    assert (code, said["status"], said["vacuous"], said["checked"]) == (0, "vacuous", True, 0)


@pytest.mark.parametrize("guardrail", Guardrail)
def test_what_is_sound_passes(acme: Tenant, guardrail: Guardrail) -> None:
    """I19"""
    with tenant_scope(acme.schema_name):
        sound()
    code, said = asked(guardrail)
    assert (code, said["status"], said["offenders"]) == (0, "pass", [])
    # An origin and its person; a lead and a day.
    assert said["checked"] == (2 if guardrail in (Guardrail.ORIGIN, Guardrail.NUMBERS) else 1)


DAMAGE = {
    Guardrail.DRAIN: (lambda: Link.objects.filter(source_pk="L1").delete(), "matched_but_red"),
    Guardrail.KEY: (lambda: Link.objects.filter(source_pk="L1").update(source_pk="L01"), "orphan_link"),
    Guardrail.ORIGIN: (lambda: Origin.objects.all().delete(), "linked_without_origin"),
    Guardrail.NUMBERS: (
        lambda: BacklogEvent.objects.filter(source_pk="L1", kind="matched_by_recovery").delete(),
        "booked_but_not_red",
    ),
}


@pytest.mark.parametrize("guardrail", Guardrail)
def test_damage_by_hand_is_found_and_named(acme: Tenant, guardrail: Guardrail) -> None:
    """I19: exit 1 with the offender."""
    damage, reason = DAMAGE[guardrail]
    with tenant_scope(acme.schema_name):
        sound()
        sound("L2")
        damage()
        if guardrail is Guardrail.ORIGIN:
            Origin.objects.create(
                person=Link.objects.get(source_pk="L2").person,
                kind="cabinet_lead",
                source_pk="L2",
                status="resolved_auto",
                decided_by="system",
            )
    code, said = asked(guardrail)
    # A lead that is booked wrongly is also a day that ends wrongly.
    assert (code, said["status"]) == (1, "fail")
    assert said["offenders_count"] == (2 if guardrail is Guardrail.NUMBERS else 1)
    assert said["offenders"][0]["reason"] == reason


def test_an_origin_must_stand_on_the_link_of_its_own_person(in_acme: Tenant) -> None:
    """I19: same person, same lead; or no link at all."""
    sound("L1")
    other = sound("L2")
    Link.objects.filter(source_pk="L2").update(person=Link.objects.get(source_pk="L1").person)
    assert {(o["lead_source_pk"], o["reason"]) for o in verify(guardrail=Guardrail.ORIGIN).offenders} == {
        ("L2", "link_of_another_person")
    }
    Link.objects.filter(source_pk=other.source_pk).delete()
    assert verify(guardrail=Guardrail.ORIGIN).offenders[0]["reason"] == "origin_without_link"


def test_accounts_are_no_origin_but_registrations_are(in_acme: Tenant) -> None:
    """I19: a person known by an account alone needs none; a scout's person does."""
    linked(a_driver(), a_person())
    assert verify(guardrail=Guardrail.ORIGIN).checked == 0
    linked(a_scout(), a_person())
    assert verify(guardrail=Guardrail.ORIGIN).offending == 1


def test_a_matched_row_whose_lead_is_gone_is_not_red(in_acme: Tenant) -> None:
    """I19"""
    QueueItem.objects.create(source_pk="gone", status="matched", closed_at=timezone.now())
    found = verify(guardrail=Guardrail.DRAIN)
    assert (found.checked, found.offending) == (1, 0)


def test_a_red_lead_that_never_entered_is_found(in_acme: Tenant) -> None:
    """I15, I19: its day's numbers would not add up."""
    a_lead("L1")
    BacklogEvent.objects.all().delete()
    assert verify(guardrail=Guardrail.NUMBERS).offenders == [
        {
            "lead_source_pk": "L1",
            "metric_date": None,
            "balance": 0,
            "expected": 1,
            "reason": "red_but_not_booked",
        }
    ]


def test_a_day_that_does_not_end_with_the_live_backlog_is_found(in_acme: Tenant) -> None:
    """I15, I19: an event of tomorrow is in nobody's days."""
    a_lead("L1")
    BacklogEvent.objects.update(happened_at=timezone.now() - timedelta(days=3))
    a_lead("L2")
    assert verify(guardrail=Guardrail.NUMBERS).offending == 0
    BacklogEvent.objects.filter(source_pk="L2").update(happened_at=timezone.now() + timedelta(days=2))
    found = verify(guardrail=Guardrail.NUMBERS)
    assert [(each["reason"], each["balance"], each["expected"]) for each in found.offenders] == [
        ("end_is_not_the_live_backlog", 1, 2)
    ]


def test_few_of_many_offenders_are_shown(acme: Tenant) -> None:
    """I19: a bounded list, the whole count."""
    with tenant_scope(acme.schema_name):
        for number in range(5):
            sound(f"L{number}")
        Link.objects.all().delete()
    code, said = asked(Guardrail.DRAIN, "--shown=2")
    assert (code, said["offenders_count"], len(said["offenders"])) == (1, 5, 2)


@pytest.mark.parametrize("command", COMMANDS.values())
def test_an_unknown_tenant_cannot_be_checked(acme: Tenant, command: str) -> None:
    """I19: exit 3, told as JSON too."""
    said = StringIO()
    with pytest.raises(CommandError, match="There is no tenant 'nobody'") as caught:
        call_command(command, "--tenant=nobody", "--json", stdout=said)
    assert (caught.value.returncode, json.loads(said.getvalue())["status"]) == (3, "error")


def test_a_check_without_settings_says_that_it_could_not_be_tried() -> None:
    """I19: 1 would mean offenders, so what stops a check before it begins is 3 too; a wrong call is 2."""

    def code(*words: str, **environment: str) -> int:
        command = [sys.executable, "manage.py", *words]
        ended = subprocess.run(
            command, cwd=ROOT, env=os.environ | environment, capture_output=True, check=False
        )
        return ended.returncode

    assert code("verify_kpi_red_drain", "--tenant=acme", DATABASE_URL="") == 3
    assert code("seed_kpi_red_queue", "--tenant=acme", DATABASE_URL="") == 1
    assert code("verify_kpi_red_drain") == 2
    assert code("recover_kpi_red_leads", "--tenant=acme", "--limit=-1") == 2


def test_another_tenants_damage_is_not_ours(acme: Tenant, birch: Tenant) -> None:
    """S1"""
    with tenant_scope(birch.schema_name):
        sound()
        Link.objects.all().delete()
    assert asked(Guardrail.DRAIN)[0] == 0
    with tenant_scope(birch.schema_name):
        assert [found.offending for found in verify_all()] == [1, 0, 1, 2]
