"""What people do over HTTP: resolve, ignore, merge, split, take back, decide (I7c, I9, I11, API)."""

from uuid import uuid4

import pytest
from django.utils import timezone

from identity.models import Case, Link, MergeProposal, Origin, Person, QueueItem, Verdict
from identity.rules import CaseState, QueueStatus
from tests.identity.fleet import a_driver, a_lead, a_person, linked
from tests.identity.people import HERE, ana, inside, reds
from tests.personas.writing import ODD, UNFIT, answer, problem

__all__ = ["ana", "inside", "reds"]
FIELDS = (
    "other", "links", "change", "status", "link", "person_key", "driver_id", "new_person", "confirmed",
    "verdict", "note", "kept", "accept",
)  # fmt: skip


def test_it_resolves_by_person_by_account_and_anew(api, alice, inside, reds):
    """I9: and answers whose the lead is now."""
    client = api(alice)
    with inside():
        person, account = a_person("Ana"), a_driver("d-1", document="D7")
    bodies = (
        {"person_key": str(person.pk), "note": "same face"},
        {"driver_id": account.driver_id},
        {"new_person": True},
    )
    for lead, body in zip(reds, bodies, strict=True):
        here = f"{HERE}/unmatched/{lead.pk}/resolve/"
        told = answer(client.post(here, body))
        with inside():
            link = Link.objects.get(source_pk=lead.source_pk)
        key = str(link.person_id)
        assert told == {"lead_source_pk": lead.source_pk, "person_key": key, "linked": True}
        assert link.linked_by == alice.pk
        assert not answer(client.post(here, {"person_key": key}))["linked"]
    with inside():
        assert Verdict.objects.filter(lead=reds[0]).get().created_by == alice.pk
        assert set(Case.objects.values_list("state", flat=True)) == {CaseState.RESOLVED}


def test_resolving_what_is_anothers_is_409(api, alice, inside, reds):
    """I9"""
    with inside():
        holder, other = a_person(), a_person()
        linked(reds[0], holder)
    here = f"{HERE}/unmatched/{reds[0].pk}/resolve/"
    told = problem(api(alice).post(here, {"person_key": str(other.pk)}), 409, "already_linked")
    assert told["person"] == str(holder.pk)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"new_person": False}, 422),
        ({"new_person": True, "driver_id": "d"}, 422),
        ({"person_key": "nobody"}, 422),
        ({"person_key": str(uuid4())}, 404),
        ({"driver_id": "nobody's"}, 404),
        ({"new_person": True, "confirmed": ["shoe size"]}, 422),
        ({"new_person": True, "confirmed": ["phone"]}, 422),
        ({"new_person": "yes"}, 422),
        ({"new_person": True, "note": "x" * 501}, 422),
        ({"new_person": True, "colour": "red"}, 422),
        ([], 422),
    ],
)
def test_it_refuses_what_names_nobody(api, alice, inside, reds, body, status):
    """W11: and writes nothing."""
    problem(api(alice).post(f"{HERE}/unmatched/{reds[0].pk}/resolve/", body), status)
    with inside():
        assert not Link.objects.exists()
        assert not Person.objects.exists()


def test_a_case_is_ignored_opened_and_asked_about_again(api, alice, inside, reds):
    """I9, I11"""
    client, here = api(alice), f"{HERE}/unmatched/{reds[0].pk}"
    with inside():
        pk, now = reds[0].source_pk, timezone.now()
        QueueItem.objects.create(source_pk=pk, status=QueueStatus.FAILED, closed_at=now)
        person = str(a_person().pk)
    told = answer(client.post(f"{here}/ignore/", {"note": "a test"}))
    assert (told["state"], told["note"], told["closed_by"]) == ("ignored", "a test", str(alice.pk))
    problem(client.post(f"{here}/ask-again/"), 409, "case_ignored")
    assert answer(client.post(f"{here}/reopen/"))["state"] == "open"
    assert answer(client.post(f"{here}/ask-again/"))["woken_at"]
    with inside():
        assert QueueItem.objects.get().asked_at
    said = client.post(f"{here}/verdict/", {"verdict": "cannot_link", "person_key": person})
    assert answer(said) == {"said": True}
    problem(client.post(f"{here}/verdict/", {"verdict": "cannot_link"}), 422, "bad_choice")


def test_it_merges_splits_and_takes_back(api, alice, inside, ana):
    """I9: over HTTP; a tombstone leads to who lives on."""
    client, here = api(alice), f"{HERE}/persons/{ana.pk}"
    with inside():
        other, stranger = a_person("Ana R"), a_person()
        moved = linked(a_lead("L-2"), other)
    gone = {"other": str(other.pk)}
    merged = answer(client.post(f"{here}/merge/", gone))
    assert (merged["kept"], merged["other"], merged["moved"]["link"]) == (str(ana.pk), str(other.pk), 1)
    tombstone = answer(client.get(f"{HERE}/persons/{other.pk}/"))
    assert (tombstone["successor"], tombstone["links"]) == (str(ana.pk), [])
    assert problem(client.post(f"{here}/merge/", gone), 409, "person_merged")["merged_into"] == str(ana.pk)
    problem(client.post(f"{here}/merge/", {"other": str(ana.pk)}), 409, "same_person")
    parted = answer(client.post(f"{here}/split/", {"links": [str(moved.pk)]}))
    assert [one["id"] for one in answer(client.get(f"{here}/"))["changes"]] == [parted["id"], merged["id"]]
    problem(client.post(f"{here}/undo/", {"change": merged["id"]}), 409, "not_undoable")
    for change in (parted, merged):
        told = answer(client.post(f"{here}/undo/", {"change": change["id"]}))
        assert told["undone_by"] == str(alice.pk)
    problem(client.post(f"{here}/undo/", {"change": merged["id"]}), 409, "change_undone")
    problem(client.post(f"{HERE}/persons/{stranger.pk}/undo/", {"change": merged["id"]}), 404)
    with inside():
        assert Link.objects.get(pk=moved.pk).person_id == other.pk


@pytest.mark.parametrize(
    ("door", "body", "status"),
    [
        ("merge", {"other": str(uuid4())}, 404),
        ("split", {"links": []}, 422),
        ("split", {"links": ["1"]}, 404),
        ("split", {"links": ["01"]}, 422),
        ("split", {"links": "all"}, 422),
        ("undo", {"change": str(uuid4())}, 404),
    ],
)
def test_it_refuses_acts_on_what_is_not_there(api, alice, ana, door, body, status):
    """I9"""
    problem(api(alice).post(f"{HERE}/persons/{ana.pk}/{door}/", body), status)


def test_it_decides_origins_and_unlinks(api, alice, inside, ana):
    """I9, Origin"""
    client, here = api(alice), f"{HERE}/origins/{ana.pk}/decide/"
    with inside():
        scout, lead = (Link.objects.get(source_pk=key).pk for key in ("S-ana", "L-ana"))
    told = answer(client.post(here, {"status": "resolved_manual", "link": str(scout)}))
    assert (told["kind"], told["decided_by"]) == ("scout_registration", "manual")
    assert told["changed_by"] == str(alice.pk)
    problem(client.post(here, {"status": "pending_review"}), 422)
    assert client.post(f"{HERE}/links/{lead}/unlink/").status_code == 204
    problem(client.post(f"{HERE}/links/{scout}/unlink/"), 409, "not_unlinkable")
    with inside():
        assert Origin.objects.get().source_pk == "S-ana"


def test_it_answers_proposals_once(api, alice, inside, ana):
    """I9"""
    with inside():
        one, other = sorted((ana.pk, a_person().pk))
        proposal = MergeProposal.objects.create(one_id=one, other_id=other, source_pk="L-ana")
    here = f"{HERE}/merge-proposals/{proposal.pk}/answer/"
    assert answer(api(alice).post(here, {"accept": True}))["change"]["kept"] == str(one)
    problem(api(alice).post(here, {"accept": False}), 409, "proposal_answered")


def acts(inside, ana, lead):
    """Return every door that writes about Ana or a red lead."""
    with inside():
        link = Link.objects.get(source_pk="L-ana")
    return [
        f"persons/{ana.pk}/merge/",
        f"persons/{ana.pk}/split/",
        f"persons/{ana.pk}/undo/",
        f"links/{link.pk}/unlink/",
        f"origins/{ana.pk}/decide/",
        *(f"unmatched/{lead.pk}/{act}/" for act in ("resolve", "ignore", "reopen", "ask-again", "verdict")),
    ]


def test_viewers_read_and_others_see_nothing(api, bob, carol, inside, ana, reds):
    """S1: a viewer may not write; another tenant's things are 404 whatever was sent."""
    for path in acts(inside, ana, reds[0]):
        problem(api(bob).post(f"{HERE}/{path}", {}), 403)
        problem(api(carol).post(f"{HERE}/{path}", {}), 404)
    for path in (f"persons/{ana.pk}/", f"origins/{ana.pk}/", f"unmatched/{reds[0].pk}/"):
        answer(api(bob).get(f"{HERE}/{path}"))
        problem(api(carol).get(f"{HERE}/{path}"), 404)
    for door in ("persons", "links", "origins", "unmatched", "runs"):
        assert answer(api(carol).get(f"{HERE}/{door}/"))["meta"]["total"] == 0


@pytest.mark.parametrize("act", range(10))
def test_hostile_bodies_never_crash(api, alice, inside, ana, reds, act):
    """S13: of whatever kind, in every field."""
    path, client = acts(inside, ana, reds[0])[act], api(alice)
    for value in ODD.values():
        sent = client.post(f"{HERE}/{path}", dict.fromkeys(FIELDS, value)).status_code
        assert sent in {404, 413, 422}, (path, value)
    for name in FIELDS:
        sent = client.post(f"{HERE}/{path}", {name: ODD["SQL"]}).status_code
        assert sent in {200, 204, 404, 422}, (path, name)
    for raw in UNFIT.values():
        body = b'{"note": %s, "driver_id": %s}' % (raw, raw)
        assert client.post(f"{HERE}/{path}", body).status_code in {400, 404, 422}, (path, raw)


def test_a_write_with_a_key_is_done_once(api, alice, inside, reds):
    """W12"""
    path, body = f"{HERE}/unmatched/{reds[0].pk}/resolve/", {"new_person": True}
    first = answer(api(alice).post(path, body, Idempotency_Key="once"))
    assert answer(api(alice).post(path, body, Idempotency_Key="once")) == first
    with inside():
        assert Person.objects.count() == 1
