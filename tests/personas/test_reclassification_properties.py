"""Whatever was edited, locked or retyped before: estimate, dry run, job and undo tell one story (R1-R9)."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personas import actions, queries
from personas.models import Contact, ContactPersona, Keyword, Persona
from personas.queries import ReclassificationView
from personas.rules import Effect, Match, ReclassificationType
from tenants.jobs.models import Job
from tenants.models import Tenant, User
from tests.personas.importing import import_rows
from tests.personas.reclassifying import (
    ALL,
    batches_of,
    check_days,
    check_history,
    check_sum,
    checksum,
    expected,
    people,
    ran,
    reclassified,
    watched,
)

TITLES = (
    "Zootecnista", "Zootecnista Mayor", "Asistente de Zootecnista", "Mayor", "Gerente de Marketing",
    "GERENTE MARKETING", "Asistente de Gerente General", "Gerente General", "🙂", "", "总经理",
    "Astronauta Mayor",
)  # fmt: skip
TEXTS = ("Zootecnista", "Mayor", "Asistente de", "Gerente", "Astronauta Mayor", "Marketing")
CODES = ("dc_generales", "dc_marketing", "dc_comerciales", "dc_medicas")
COUNT = 2 * len(TITLES)


@pytest.fixture
def crowd(in_acme: Tenant) -> list[int]:
    """Two contacts of each title."""
    import_rows(
        in_acme, *(f"N{at},X,https://linkedin.com/in/n{at},,Acme,{TITLES[at // 2]}," for at in range(COUNT))
    )
    return list(Contact.objects.order_by("id").values_list("id", flat=True))


def write_keyword(_crowd: list[int], by: User, text: str, code: str, match: Match, effect: Effect) -> None:
    persona = Persona.objects.get(code=code)
    try:
        actions.save_keyword(persona=persona, text=text, match=match, effect=effect, by=by.pk)
    except actions.KeywordExists:
        actions.delete_keyword(keyword=Keyword.objects.filter(text__iexact=text).order_by("id")[0])


def lock(crowd: list[int], by: User, contact: int, locked: bool) -> None:
    actions.lock_contact(contact_id=crowd[contact], by=by.pk, locked=locked)


def assign(crowd: list[int], by: User, contact: int, code: str) -> None:
    actions.assign_persona(contact_id=crowd[contact], persona=Persona.objects.get(code=code), by=by.pk)


def retype(crowd: list[int], by: User, contact: int, title: str) -> None:
    actions.change_title(contact_id=crowd[contact], job_title=title, by=by.pk)


def lose_copy(crowd: list[int], by: User, contact: int) -> None:
    """As rows of before normalisation stand (R10)."""
    Contact.objects.filter(pk=crowd[contact]).update(title=None)
    ContactPersona.objects.filter(contact=crowd[contact]).update(title=None)


def delete(crowd: list[int], by: User, contact: int) -> None:
    actions.delete_contact(contact_id=crowd[contact], by=by.pk)


CONTACTS = st.integers(0, COUNT - 1)
KEYWORDS = st.tuples(
    st.just(write_keyword),
    st.sampled_from(TEXTS),
    st.sampled_from(CODES),
    st.sampled_from(Match),
    st.sampled_from(Effect),
)
# One that surely moves somebody, then any.
FIRST = st.tuples(
    st.just(write_keyword),
    st.sampled_from(TEXTS[:2]),
    st.sampled_from(CODES),
    st.just(Match.PHRASE),
    st.just(Effect.INCLUDE),
)
OTHERS = st.one_of(
    KEYWORDS,
    st.tuples(st.just(lock), CONTACTS, st.booleans()),
    st.tuples(st.just(assign), CONTACTS, st.sampled_from(CODES)),
    st.tuples(st.just(retype), CONTACTS, st.sampled_from(TITLES)),
    st.tuples(st.just(lose_copy), CONTACTS),
)
MEDDLING = st.one_of(OTHERS, st.tuples(st.just(delete), CONTACTS))
EDITS = st.tuples(FIRST, st.lists(OTHERS, max_size=12)).map(lambda drawn: [drawn[0], *drawn[1]])
ASKED: st.SearchStrategy[tuple[ReclassificationType, dict[str, Any]]] = st.one_of(
    st.just((ReclassificationType.ALL, {})),
    st.sampled_from(["mateo", *CODES]).map(
        lambda code: (ReclassificationType.BY_PERSONA, {"buyer_persona_id": code})
    ),
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3).map(
        lambda texts: (ReclassificationType.AFFECTED, {"keywords": texts})
    ),
    st.sampled_from(TEXTS).map(lambda text: (ReclassificationType.BY_KEYWORD, {"text": text})),
)


def parameters(type: ReclassificationType, params: dict[str, Any]) -> dict[str, Any]:
    """Name a keyword by its number, any when the text is none."""
    if type is not ReclassificationType.BY_KEYWORD:
        return params
    found = Keyword.objects.filter(text=params["text"]).first() or Keyword.objects.order_by("id")[0]
    return {"keyword_id": str(found.pk)}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS, asked=ASKED, later=EDITS, size=st.sampled_from([1, 3, 7, 5_000]), previewed=st.booleans())
def test_estimate_preview_job_and_undo_tell_one_story(
    alice: User,
    in_acme: Tenant,
    crowd: list[int],
    edits: list[tuple[Any, ...]],
    asked: tuple[ReclassificationType, dict[str, Any]],
    later: list[tuple[Any, ...]],
    size: int,
    previewed: bool,
) -> None:
    """R1–R5, R8, R9, P7: and each is what trying contact by contact gives."""
    with transaction.atomic(), batches_of(size), watched():
        follow(edits, crowd, alice)
        whom: dict[str, Any] = {"type": asked[0], "params": parameters(*asked)}
        selected, changes = expected(**whom)
        before, state = people(), checksum()
        estimate = actions.estimate(**whom)
        dry = reclassified(in_acme, **whom)
        assert checksum() == state, "a dry run wrote"
        found = reclassified(in_acme, **whom, dry_run=False, preview_job_id=dry.job_id if previewed else None)
        check_result(found, selected, changes)
        assert found.progress == dry.progress
        assert told(found) == told(dry)
        assert (estimate.estimated_contacts, estimate.would_change) == (len(selected), len(changes))
        assert estimate.transitions == Counter((before[one].persona, code) for one, code in changes.items())
        after = {number: one.persona for number, one in people().items()}
        assert after == {number: one.persona for number, one in before.items()} | changes
        check_days()
        check_history()
        if changes:
            check_undo(in_acme, found, state, lambda: follow(later, crowd, alice))
        transaction.set_rollback(True)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=EDITS, asked=ASKED, meanwhile=st.lists(st.tuples(st.integers(1, 30), MEDDLING), max_size=8))
def test_what_is_edited_in_mid_job_stays_and_counts(
    alice: User,
    in_acme: Tenant,
    crowd: list[int],
    first: list[tuple[Any, ...]],
    asked: tuple[ReclassificationType, dict[str, Any]],
    meanwhile: list[tuple[int, tuple[Any, ...]]],
) -> None:
    """R2, R3, P7: the first rules hold to the end; contacts touched since are as they were left."""
    touched, held = set[int](), dict[int, str]()

    def meddle(commits: int) -> None:
        for edit, *words in (edit for at, edit in meanwhile if at == commits):
            follow([(edit, *words)], crowd, alice)
            if edit is not write_keyword:
                touched.add(crowd[words[0]])
            held.clear()
            held.update((one.id, one.persona) for one in people().values() if one.held)

    with transaction.atomic(), batches_of(2):
        follow(first, crowd, alice)
        whom: dict[str, Any] = {"type": asked[0], "params": parameters(*asked)}
        before = people()
        _selected, changes = expected(**whom)
        with watched(meddle):
            found = reclassified(in_acme, **whom, dry_run=False)
        assert found.status == "completed", found.error
        check_sum(found.progress, ended=True)
        present = people()
        assert {number: present[number].persona for number in held} == held
        for number, one in present.items():
            if number not in touched:
                assert one.persona == changes.get(number, before[number].persona)
        check_days()
        check_history()
        transaction.set_rollback(True)


@pytest.mark.parametrize("dry_run", [True, False])
def test_it_is_cancelled_at_any_commit(alice: User, in_acme: Tenant, crowd: list[int], dry_run: bool) -> None:
    """R6: at the next batch; what is committed stays, counts and can be undone; an end is the end."""
    write_keyword(crowd, alice, "Mayor", "dc_medicas", Match.PHRASE, Effect.INCLUDE)
    state, ends = checksum(), []
    for commit in range(1, 60):
        with transaction.atomic(), batches_of(2):
            job = actions.reclassify(type=ALL, params={}, dry_run=dry_run)
            with watched(partial(cancel_at, job, commit)):
                found = ran(in_acme, job)
            check_sum(found.progress, ended=found.status == "completed")
            assert ran(in_acme, job).status == found.status
            ends.append(found.status)
            assert (
                told(found)["total_changes"] == len(told(found)["sample_changes"]) == found.progress.updated
            )
            check_days()
            check_history()
            if found.can_undo:
                ran(in_acme, actions.undo_reclassification(job_id=job.id))
            assert checksum() == state
            transaction.set_rollback(True)
        if found.status == "completed":
            break
    assert len(ends) > 15
    assert set(ends[:-1]) == {"cancelled"}
    assert ends[-1] == "completed", "asked after the last commit"


def cancel_at(job: Job, commit: int, commits: int) -> None:
    if commits == commit:
        actions.cancel_reclassification(job_id=job.id)


def follow(edits: list[tuple[Any, ...]], crowd: list[int], by: User) -> None:
    """Make the edits in their order, of contacts that are still there."""
    for edit, *words in edits:
        with suppress(queries.UnknownContact):
            edit(crowd, by, *words)


def told(found: ReclassificationView) -> dict[str, Any]:
    """Return a result without its sentence, which differs between what would be and what is."""
    assert found.result is not None
    return {name: value for name, value in found.result.items() if name != "message"}


def check_result(found: ReclassificationView, selected: dict[int, Any], changes: dict[int, str]) -> None:
    """R3, R4: counters, breakdown and sample are of these contacts."""
    assert found.status == "completed", found.error
    check_sum(found.progress, ended=True)
    held = sum(one.held for one in selected.values())
    assert found.progress.total_contacts == len(selected)
    assert (found.progress.updated, found.progress.skipped_locked) == (len(changes), held)
    result = told(found)
    assert result["persona_breakdown"] == Counter(changes.values())
    assert result["total_changes"] == len(changes)
    sample = {int(one["contact_id"]): one["new_persona"] for one in result["sample_changes"]}
    assert sample == changes


def check_undo(
    acme: Tenant, found: ReclassificationView, state: tuple[Any, ...], meddle: Callable[[], None]
) -> None:
    """R8: undone at once, all is as before; undone after other edits, what those touched stays."""
    with transaction.atomic():
        back = ran(acme, actions.undo_reclassification(job_id=found.job_id))
        assert (back.status, back.progress.updated) == ("completed", found.progress.updated)
        assert checksum() == state
        check_days()
        check_history()
        transaction.set_rollback(True)
    written = people()
    meddle()
    touched = people()
    back = ran(acme, actions.undo_reclassification(job_id=found.job_id))
    check_sum(back.progress, ended=True)
    left = {one.contact_id for one in queries.left_by(job_id=back.job_id, limit=COUNT)}
    present = people()
    for number, one in touched.items():
        if one != written[number]:
            assert present[number].persona == one.persona
        elif number in left:
            assert present[number] == one
    check_days()
    check_history()
