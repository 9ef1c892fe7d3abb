"""Reclassification from estimate to undo (R1-R9): exact previews, applied as previewed, taken back."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from personas import actions, queries
from personas.actions.reclassifying.listing import Lister
from personas.models import (
    Contact,
    ContactPersona,
    JobTitle,
    Keyword,
    ListedChange,
    Persona,
    PersonaDay,
    Reclassification,
)
from personas.queries import ReclassificationView, Selection
from personas.rules import Match, ReclassificationType
from tenants.jobs.models import Job
from tenants.jobs.runner.work import work_once
from tenants.jobs.schedules import install_rows
from tenants.models import Tenant, User
from tenants.scope import owner_scope, tenant_scope
from tests.personas.importing import import_rows, work

ALL = ReclassificationType.ALL
TITLES = ("Gerente de Marketing", "Gerente Comercial", "Zootecnista", "Zootecnista Mayor", "", "🙂")


@pytest.fixture
def people(in_acme: Tenant) -> dict[str, int]:
    """Six contacts: two classified, two zootechnicians and an emoji with the default, one without title."""
    import_rows(
        in_acme,
        *(f"N{at},X,https://linkedin.com/in/n{at},,Acme,{title}," for at, title in enumerate(TITLES)),
    )
    return dict(Contact.objects.values_list("first_name", "id"))


def by_hand(title: str, persona: str = "dc_medicas", match: Match = Match.PHRASE) -> Keyword:
    found = Persona.objects.get(code=persona)
    return actions.save_keyword(persona=found, text=title, match=match).keyword


def ran(acme: Tenant, type: ReclassificationType = ALL, **asked: Any) -> ReclassificationView:
    params = asked.pop("params", {})
    job = work(acme, actions.reclassify(type=type, params=params, **asked))
    assert job.state == "completed", job.error
    return queries.reclassification(job_id=job.id)


def personas() -> dict[str, str]:
    rows = ContactPersona.objects.values_list("contact__first_name", "persona__code")
    return dict(rows)


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
    assert (ended.state, "preview" in ended.error) == ("failed", True)
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


@pytest.mark.parametrize(
    ("type", "names"),
    [
        ("all", {"N0", "N1", "N2", "N3", "N5"}),
        ("by_keyword", {"N2", "N3"}),
        ("by_exact_keyword", {"N2"}),
        ("by_persona", {"N2", "N3", "N5"}),
        ("affected", {"N2", "N3"}),
    ],
)
def test_each_type_selects_its_contacts(
    in_acme: Tenant, people: dict[str, int], type: str, names: set[str]
) -> None:
    """R9 and the table of types: the estimate and the dry run agree; blank titles are never selected."""
    exact = type == "by_exact_keyword"
    keyword = by_hand("Zootecnista", match=Match.EXACT if exact else Match.PHRASE)
    chosen = ReclassificationType("by_keyword" if exact else type)
    by_type: dict[str, dict[str, Any]] = {
        "all": {},
        "by_keyword": {"keyword_id": str(keyword.pk)},
        "by_persona": {"buyer_persona_id": "mateo"},
        "affected": {"keywords": ["ZOOTECNISTA", " ", "nunca visto"]},
    }
    params = by_type[chosen.value]
    seen = actions.estimate(type=chosen, params=params)
    found = ran(in_acme, chosen, params=params)
    changing = {"N2"} if exact else {"N2", "N3"}
    assert seen.estimated_contacts == found.progress.total_contacts == len(names)
    assert seen.would_change == found.progress.updated == len(changing)
    assert seen.transitions == {("mateo", "dc_medicas"): len(changing)}
    assert {one.contact_id for one in seen.sample_contacts} == {people[name] for name in changing}


def test_contacts_without_a_normalised_copy_are_selected_too(in_acme: Tenant, people: dict[str, int]) -> None:
    """R9: estimate, preview, apply and undo know them."""
    by_hand("Zootecnista")
    Contact.objects.filter(pk=people["N3"]).update(title=None)
    ContactPersona.objects.filter(contact=people["N3"]).update(title=None)
    for type, params, total in (
        (ALL, {}, 5),
        (ReclassificationType.AFFECTED, {"keywords": ["zootecnista"]}, 2),
        (ReclassificationType.BY_PERSONA, {"buyer_persona_id": "mateo"}, 3),
    ):
        assert actions.estimate(type=type, params=params).estimated_contacts == total
        found = ran(in_acme, type, params=params)
        assert (found.progress.total_contacts, found.progress.updated) == (total, 2)
    applied = ran(in_acme, dry_run=False)
    assert (personas()["N3"], applied.progress.updated) == ("dc_medicas", 2)


def test_nothing_selected_completes_with_a_message(in_acme: Tenant, people: dict[str, int]) -> None:
    """R3."""
    found = ran(in_acme, ReclassificationType.AFFECTED, params={"keywords": ["nunca visto"]})
    assert (found.status, found.progress.percent, found.progress.total_contacts) == ("completed", 100.0, 0)
    assert found.result is not None
    assert found.result["message"]


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


def test_a_cancelled_job_keeps_what_it_committed(
    in_acme: Tenant, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R6: at the next batch; the rest of the list is no history, and what was written can be undone."""
    from personas.actions.reclassifying import applying

    by_hand("Zootecnista")
    before = personas()
    monkeypatch.setattr(applying, "RECLASSIFICATION_BATCH", 1)
    job = actions.reclassify(type=ALL, params={}, dry_run=False)
    stretch = applying.apply_stretch

    def cancelling(*args: Any, **keyword: Any) -> Any:
        actions.cancel_reclassification(job_id=job.id)
        return stretch(*args, **keyword)

    monkeypatch.setattr("personas.actions.reclassifying.work.apply_stretch", cancelling)
    assert work(in_acme, job).state == "cancelled"
    found = queries.reclassification(job_id=job.id)
    assert (found.status, found.progress.updated) == ("cancelled", 1)
    assert found.result is not None
    assert len(found.result["sample_changes"]) == 1
    changed = {name for name, code in personas().items() if code != before[name]}
    assert len(changed) == 1
    histories = {name: len(queries.changes_of(contact_id=number)) for name, number in people.items()}
    assert {name for name, count in histories.items() if count == 2} == changed
    monkeypatch.undo()
    work(in_acme, actions.undo_reclassification(job_id=job.id))
    assert personas() == before


def test_days_count_what_moved(in_acme: Tenant, people: dict[str, int]) -> None:
    """The sums of gains and losses are the contacts there are, after import, job and undo."""
    by_hand("Zootecnista")
    applied = ran(in_acme, dry_run=False)
    for _turn in range(2):
        held = {
            persona.code: (persona.holders.count(), sum(day.gained - day.lost for day in persona.days.all()))
            for persona in Persona.objects.all()
        }
        assert all(count == total for count, total in held.values()), held
        if not _turn:
            work(in_acme, actions.undo_reclassification(job_id=applied.job_id))
    assert PersonaDay.objects.count() == 4


def test_the_first_rules_hold_to_the_end(
    in_acme: Tenant, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2: rules edited in mid-job, and read again by another worker, change nothing of the job."""
    by_hand("Zootecnista")
    job = actions.reclassify(type=ALL, params={}, dry_run=False)
    decide = Lister.decide_titles
    monkeypatch.setattr(Lister, "decide_titles", lambda *_args: (_ for _ in ()).throw(OSError("cut")))
    assert work(in_acme, job).state == "waiting"
    monkeypatch.setattr(Lister, "decide_titles", decide)
    by_hand("Marketing", persona="dc_generales")
    Keyword.objects.filter(normalized="zootecnista").delete()
    Job.objects.filter(pk=job.id).update(due_at="2020-01-01T00:00Z")
    assert work(in_acme, job).state == "completed"
    assert personas()["N2"] == "dc_medicas"
    assert personas()["N0"] == "dc_marketing"
    assert ListedChange.objects.get(contact=people["N2"]).keyword_text == "Zootecnista"


@pytest.mark.parametrize(
    ("type", "params", "refusal"),
    [
        ("by_keyword", {}, actions.BadSelection),
        ("by_keyword", {"keyword_id": "12"}, queries.UnknownKeyword),
        ("by_keyword", {"keyword_id": "x\0"}, queries.UnknownKeyword),
        ("by_persona", {}, actions.BadSelection),
        ("by_persona", {"buyer_persona_id": "nobody"}, queries.UnknownPersona),
        ("affected", {"keywords": []}, actions.BadSelection),
        ("affected", {"keywords": [" "]}, actions.BadSelection),
        ("affected", {"keywords": ["ventas", "🙂"]}, actions.BadSelection),
        ("affected", {"keywords": [f"k{at}" for at in range(1_001)]}, actions.BadSelection),
        ("undo", {}, actions.BadSelection),
    ],
)
def test_parameters_that_choose_nobody_are_refused(
    in_acme: Tenant, type: str, params: dict[str, Any], refusal: type[Exception]
) -> None:
    """R9 and the table of types."""
    with pytest.raises(refusal):
        actions.reclassify(type=ReclassificationType(type), params=params)
    with pytest.raises(refusal):
        actions.estimate(type=ReclassificationType(type), params=params)


def test_three_attempts_then_failed_with_the_error(
    in_acme: Tenant, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R7: `attempt` is 0 when new and counts starts; an exception ends one."""

    def broken(*_asked: object) -> None:
        raise OSError("cut")

    monkeypatch.setattr(Lister, "decide_titles", broken)
    job = actions.reclassify(type=ALL, params={})
    assert queries.reclassification(job_id=job.id).attempt == 0
    for attempt in (1, 2, 3):
        Job.objects.filter(pk=job.id).update(due_at="2020-01-01T00:00Z")
        work(in_acme, job)
        assert queries.reclassification(job_id=job.id).attempt == attempt
    found = queries.reclassification(job_id=job.id)
    assert (found.status, found.error) == ("failed", "OSError: cut")


def test_several_wait_and_the_oldest_runs_first(acme: Tenant) -> None:
    """R7: in a tenant, by a worker that is named as the first system named it, every 30 s."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, "Ana,X,https://linkedin.com/in/ana,,A,Zootecnista,")
        jobs = [actions.reclassify(type=ALL, params={}).id for _turn in range(3)]
    for ended in range(1, 4):
        work_once(platform=False)
        with tenant_scope(acme.schema_name):
            completed = Job.objects.filter(pk__in=jobs, state="completed")
            assert list(completed.order_by("id").values_list("id", flat=True)) == jobs[:ended]
    with owner_scope():
        install_rows()
        beat = PeriodicTask.objects.get(name="persona_reclassification_worker")
        assert (beat.interval.every, beat.interval.period) == (30, "seconds")


def test_old_previews_are_forgotten_and_applied_lists_kept(in_acme: Tenant, people: dict[str, int]) -> None:
    """R8: history stays; what nobody applied goes, and decisions that no job reads again."""
    by_hand("Zootecnista")
    ran(in_acme)
    applied = ran(in_acme, dry_run=False, preview_job_id=ran(in_acme).job_id)
    assert ListedChange.objects.count() == 4
    while actions.forget_previews(before=timezone.now()):
        pass
    assert ListedChange.objects.count() == 2
    assert queries.changes_of(contact_id=people["N2"])[0].job == applied.job_id
    back = work(in_acme, actions.undo_reclassification(job_id=applied.job_id))
    assert queries.reclassification(job_id=back.id).progress.updated == 2


def test_a_preview_too_old_to_be_kept_is_not_applied(in_acme: Tenant, people: dict[str, int]) -> None:
    """R2: its list may be gone, and nothing written would look like success."""
    by_hand("Zootecnista")
    preview = ran(in_acme)
    Reclassification.objects.update(created_at=timezone.now() - timedelta(days=29))
    assert not queries.reclassification(job_id=preview.job_id).can_apply
    with pytest.raises(actions.PreviewUnusable):
        actions.reclassify(type=ALL, params={}, dry_run=False, preview_job_id=preview.job_id)


def test_the_index_finds_the_titles_that_a_phrase_stands_in(in_acme: Tenant) -> None:
    """P2, R9: words of letters, digits and both, next to one another and apart."""
    dice = Random(11)
    words = ["a", "b1", "1", "2e3", "10", "e5", "x1y", "07", "de", "1st", "c", "000"]
    titles = {" ".join(dice.choices(words, k=dice.randint(1, 5))) for _turn in range(400)}
    JobTitle.objects.bulk_create(JobTitle(normalized=title) for title in sorted(titles))
    for _turn in range(60):
        phrases = tuple(" ".join(dice.choices(words, k=dice.randint(1, 3))) for _each in range(2))
        selection = Selection(ReclassificationType.AFFECTED, phrases=phrases)
        found = {title for _id, title, _count in queries.titles_of(selection, after=0, limit=10_000)}
        assert found == {title for title in titles if selection.takes_title(title)}, phrases
