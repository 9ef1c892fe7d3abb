"""Reclassification from preview to undo (R1-R5, R8): applied as previewed, taken back."""

import pytest
from django.db import connection
from django.db.models import F

from personas import actions, queries
from personas.models import (
    Contact,
    ContactPersona,
)
from personas.rules import ReclassificationType
from tenants.models import Tenant, User
from tenants.scope import owner_scope, tenant_scope
from tests.personas.importing import import_rows, work
from tests.personas.six_people import ALL, by_hand, make_people, personas, ran


@pytest.fixture
def people(in_acme: Tenant) -> dict[str, int]:
    return make_people(in_acme)


def test_a_dry_run_lists_what_would_change_and_writes_nothing_else(
    in_acme: Tenant, people: dict[str, int]
) -> None:
    """R1, R3, R4."""
    by_hand("Zootecnista")
    before = queries.contacts_checksum(), personas()
    found = ran(in_acme)
    assert (queries.contacts_checksum(), personas()) == before
    progress = found.progress
    assert (progress.total_contacts, progress.processed, progress.percent) == (5, 5, 100.0)
    assert (progress.updated, progress.skipped_same, progress.skipped_locked, progress.errors) == (2, 3, 0, 0)
    assert found.result is not None
    assert found.result["total_changes"] == 2
    assert found.result["persona_breakdown"] == {"dc_medicas": 2}
    assert found.result["transitions"] == [
        {"old_persona": "mateo", "new_persona": "dc_medicas", "contacts": 2}
    ]
    assert found.result["sample_changes"] == [
        {
            "contact_id": str(people[name]),
            "job_title": title,
            "old_persona": "mateo",
            "new_persona": "dc_medicas",
        }
        for name, title in (("N2", "Zootecnista"), ("N3", "Zootecnista Mayor"))
    ]


def test_a_preview_is_applied_as_previewed(in_acme: Tenant, people: dict[str, int]) -> None:
    """R2, R8: the same list, now written, with history."""
    by_hand("Zootecnista")
    preview = ran(in_acme)
    assert preview.can_apply
    found = ran(in_acme, dry_run=False, preview_job_id=preview.job_id)
    assert personas() == personas() | {"N2": "dc_medicas", "N3": "dc_medicas"}
    assert (found.progress.updated, found.progress.skipped_same, found.progress.total_contacts) == (2, 3, 5)
    assert found.result is not None
    assert preview.result is not None
    assert found.result["sample_changes"] == preview.result["sample_changes"]
    assert found.result["transitions"] == preview.result["transitions"]
    change = queries.changes_of(contact_id=people["N2"])[0]
    assert (change.old, change.new, change.cause, change.keyword_text, change.job) == (
        "mateo",
        "dc_medicas",
        "reclassification",
        "Zootecnista",
        found.job_id,
    )
    assert not queries.reclassification(job_id=preview.job_id).can_apply


def test_a_preview_of_older_rules_is_refused(in_acme: Tenant, people: dict[str, int]) -> None:
    """R2: 409, and again when the rules move before a worker begins."""
    by_hand("Zootecnista")
    preview = ran(in_acme)
    second = ran(in_acme)
    job = actions.reclassify(type=ALL, params={}, dry_run=False, preview_job_id=second.job_id)
    by_hand("Astronauta")
    with pytest.raises(actions.RulesChanged):
        actions.reclassify(type=ALL, params={}, dry_run=False, preview_job_id=preview.job_id)
    ended = work(in_acme, job)
    assert (ended.state, ended.error) == ("failed", str(actions.RulesChanged()))
    assert personas()["N2"] == "mateo"


def test_a_preview_is_applied_once_and_for_what_it_was_made(in_acme: Tenant, people: dict[str, int]) -> None:
    """R2."""
    keyword = by_hand("Zootecnista")
    preview = ran(in_acme)
    other = {"type": ReclassificationType.BY_KEYWORD, "params": {"keyword_id": str(keyword.pk)}}
    with pytest.raises(actions.PreviewUnusable):
        actions.reclassify(**other, dry_run=False, preview_job_id=preview.job_id)  # type: ignore[arg-type]
    with pytest.raises(actions.PreviewUnusable):
        actions.reclassify(type=ALL, params={}, dry_run=True, preview_job_id=preview.job_id)
    ran(in_acme, dry_run=False, preview_job_id=preview.job_id)
    with pytest.raises(actions.PreviewUnusable):
        actions.reclassify(type=ALL, params={}, dry_run=False, preview_job_id=preview.job_id)


@pytest.mark.parametrize("previewed", [True, False])
def test_what_was_touched_since_the_list_stays(
    alice: User, in_acme: Tenant, people: dict[str, int], previewed: bool
) -> None:
    """P7, R3: a lock set meanwhile wins; a changed title is no longer the listed one."""
    by_hand("Zootecnista")
    preview = ran(in_acme)
    actions.lock_contact(contact_id=people["N2"], by=alice.pk)
    actions.change_title(contact_id=people["N3"], job_title="Gerente Comercial")
    found = ran(in_acme, dry_run=False, preview_job_id=preview.job_id if previewed else None)
    assert personas()["N2"] == "mateo"
    assert personas()["N3"] == "dc_comerciales"
    progress = found.progress
    assert (progress.updated, progress.skipped_locked, progress.skipped_same) == (0, 1, 4)
    assert progress.processed == progress.total_contacts == 5


def test_undo_restores_and_leaves_what_was_touched_since(
    alice: User, in_acme: Tenant, people: dict[str, int]
) -> None:
    """R8: once, by a job; what changed or was locked since is left and listed."""
    before, checksum = personas(), queries.contacts_checksum()
    keyword = by_hand("Zootecnista")
    applied = ran(in_acme, dry_run=False)
    assert applied.can_undo
    back = work(in_acme, actions.undo_reclassification(job_id=applied.job_id))
    assert back.state == "completed", back.error
    assert personas() == before
    assert queries.contacts_checksum() == checksum
    assert queries.changes_of(contact_id=people["N2"])[0].cause == "undo"
    with pytest.raises(actions.NotUndoable):
        actions.undo_reclassification(job_id=applied.job_id)

    again = ran(in_acme, dry_run=False)
    actions.lock_contact(contact_id=people["N2"], by=alice.pk)
    actions.delete_keyword(keyword=keyword)
    back = work(in_acme, actions.undo_reclassification(job_id=again.job_id))
    assert personas() == before | {"N2": "dc_medicas"}
    assert [one.contact_id for one in queries.left_by(job_id=back.id)] == [people["N2"]]
    counted = queries.reclassification(job_id=back.id).progress
    assert (counted.updated, counted.skipped_locked, counted.total_contacts) == (1, 1, 2)


def test_a_contact_that_cannot_be_written_is_one_error(acme: Tenant) -> None:
    """R5: the batch is tried again, then split; the others are written."""
    with owner_scope(), connection.cursor() as cursor:
        # Stands for whatever a database may refuse of one row.
        cursor.execute(f"""
            ALTER TABLE {acme.schema_name}.personas_contactpersona ADD CONSTRAINT refuses_one CHECK (
                contact_id % 3 <> 1 OR keyword_text <> 'Zootecnista')""")
    with tenant_scope(acme.schema_name):
        import_rows(acme, *(f"N{at},X,https://linkedin.com/in/n{at},,A,Zootecnista," for at in range(9)))
        by_hand("Zootecnista")
        found = ran(acme, dry_run=False)
        refused = set(Contact.objects.alias(rest=F("id") % 3).filter(rest=1).values_list("id", flat=True))
        kept = set(ContactPersona.objects.filter(persona__code="mateo").values_list("contact", flat=True))
        assert kept == refused
        assert {one.contact_id for one in queries.left_by(job_id=found.job_id)} == refused
    assert (found.progress.updated, found.progress.errors) == (6, 3)
    assert found.progress.processed == found.progress.total_contacts == 9


def test_the_order_of_keywords_makes_no_other_selection(in_acme: Tenant, people: dict[str, int]) -> None:
    """R2: the same texts in another order, with blanks, are the same parameters."""
    by_hand("Zootecnista")
    affected = ReclassificationType.AFFECTED
    preview = ran(in_acme, affected, params={"keywords": ["zootecnista", "mayor"]})
    same = {"keywords": [" mayor", "zootecnista", ""]}
    found = ran(in_acme, affected, params=same, dry_run=False, preview_job_id=preview.job_id)
    assert found.progress.updated == 2


def test_an_undo_tells_the_rules_it_takes_back(in_acme: Tenant, people: dict[str, int]) -> None:
    """R8: the history of a contact names the revision of both."""
    by_hand("Zootecnista")
    applied = ran(in_acme, dry_run=False)
    work(in_acme, actions.undo_reclassification(job_id=applied.job_id))
    there, back = queries.changes_of(contact_id=people["N2"])[1::-1]
    assert (there.cause, back.cause) == ("reclassification", "undo")
    assert there.revision == back.revision == applied.revision > 0
