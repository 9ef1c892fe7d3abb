"""Reclassifications that stopped before their end, and what is left of those that ended (R2-R9)."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from personas import actions, queries
from personas.models import ListedChange, Reclassification, TitleDecision
from personas.rules import ReclassificationType
from tenants.models import Tenant
from tests.personas.importing import work
from tests.personas.six_people import ALL, by_hand, make_people, personas, ran


@pytest.fixture
def people(in_acme: Tenant) -> dict[str, int]:
    return make_people(in_acme)


def stopped(**asked: object) -> None:
    """Ask for a reclassification and cancel it before it begins."""
    job = actions.reclassify(type=ALL, params={}, **asked)  # type: ignore[arg-type]
    actions.cancel_reclassification(job_id=job.id)


def test_an_undo_that_wrote_nothing_may_be_asked_for_again(in_acme: Tenant, people: dict[str, int]) -> None:
    """R8: cancelled, it reverted nothing; the next one does, and is the only one."""
    before = personas()
    by_hand("Zootecnista")
    applied = ran(in_acme, dry_run=False)
    void = actions.undo_reclassification(job_id=applied.job_id)
    assert not queries.reclassification(job_id=applied.job_id).can_undo
    actions.cancel_reclassification(job_id=void.id)
    assert queries.reclassification(job_id=applied.job_id).can_undo
    back = work(in_acme, actions.undo_reclassification(job_id=applied.job_id))
    assert personas() == before
    found = queries.reclassification(job_id=applied.job_id)
    assert (found.can_undo, found.undone_by_job_id) == (False, back.id)
    assert queries.reclassification(job_id=void.id).job_type == "undo"


def test_a_preview_that_nobody_applied_may_be_applied_again(in_acme: Tenant, people: dict[str, int]) -> None:
    """R2: the job that was to apply it was cancelled before it wrote anything."""
    by_hand("Zootecnista")
    preview = ran(in_acme)
    stopped(dry_run=False, preview_job_id=preview.job_id)
    assert queries.reclassification(job_id=preview.job_id).can_apply
    assert ran(in_acme, dry_run=False, preview_job_id=preview.job_id).progress.updated == 2
    assert not queries.reclassification(job_id=preview.job_id).can_apply


def test_it_says_of_a_dry_run_that_nothing_changed(in_acme: Tenant, people: dict[str, int]) -> None:
    """R1, R4."""
    stopped()
    stopped(dry_run=False)
    real, dry = queries.reclassifications()
    assert real.result is not None
    assert dry.result is not None
    assert "0" in real.result["message"]
    assert "0" not in dry.result["message"]


def test_their_list_takes_no_query_more_for_more(in_acme: Tenant, people: dict[str, int]) -> None:
    """R4: what they committed is computed for all at once."""
    counts = []
    for _turn in range(2):
        stopped()
        stopped(dry_run=False)
        with CaptureQueriesContext(connection) as asked:
            queries.reclassifications()
        counts.append(len(asked))
    assert counts == [6, 6]


def test_previews_are_forgotten_in_few_statements(
    in_acme: Tenant, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R8: a piece at a time, by no list of keys."""
    monkeypatch.setattr("personas.actions.reclassifying.forgetting.PIECE", 2)
    by_hand("Zootecnista")
    ran(in_acme)
    kept = ran(in_acme, dry_run=False)
    with CaptureQueriesContext(connection) as asked:
        assert actions.forget_previews(before=timezone.now()) == 4
    assert len(asked) == 4
    while actions.forget_previews(before=timezone.now()):
        pass
    assert not TitleDecision.objects.exists()
    of = Reclassification.objects.get(job=kept.job_id)
    assert list(ListedChange.objects.values_list("of", flat=True)) == [of.pk, of.pk]


def test_a_thousand_long_texts_are_looked_for_at_once(in_acme: Tenant, people: dict[str, int]) -> None:
    """R9, S13: the most that may be asked took minutes of the database, by anybody who may look."""
    texts = [f"k{number} " + " ".join("abcdefghijklmnopqrstuvwxyz" * 3) for number in range(999)]
    began = time.monotonic()
    found = actions.estimate(
        type=ReclassificationType.AFFECTED, params={"keywords": [*texts, "Zootecnista Mayor"]}
    )
    assert found.estimated_contacts == 1
    assert time.monotonic() - began < 20
