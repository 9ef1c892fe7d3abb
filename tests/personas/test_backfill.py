"""Normalised copies that are missing or stale are mended, and the counts are honest (R10)."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from personas import actions
from personas.actions import backfilling
from personas.models import Contact, ContactPersona, JobTitle
from personas.rules import JobKind
from tenants.jobs import actions as jobs
from tenants.models import Tenant, User
from tenants.scope import owner_scope, tenant_scope
from tests.doors import ApiClient
from tests.personas.importing import import_rows, work

Api = Callable[[User], ApiClient]
PATH = "/api/v1/persona-classifier/maintenance/normalize-job-titles/"
TITLES = ("Gerente de Marketing", "Buzo", "BUZO", "Jefa de Nada", "Piloto", "")


@pytest.fixture
def acme_people(acme: Tenant) -> Tenant:
    """Six contacts of Acme, whose copies are right."""
    with tenant_scope(acme.schema_name):
        rows = (f"P{at},Q,,p{at}@x.example,Acme,{title}," for at, title in enumerate(TITLES))
        import_rows(acme, *rows)
    return acme


@pytest.fixture
def people(acme_people: Tenant) -> Any:
    """The same, with Acme's scope open."""
    with tenant_scope(acme_people.schema_name):
        yield acme_people


def lose(**named: str) -> None:
    """Take both copies away, and the counts with them."""
    ContactPersona.objects.filter(contact__in=Contact.objects.filter(**named)).update(title=None)
    for contact in Contact.objects.filter(**named).exclude(title=None):
        JobTitle.objects.filter(contacts=contact).update(contacts_count=F("contacts_count") - 1)
    Contact.objects.filter(**named).update(title=None)


def mend(limit: int | None = None) -> dict[str, int]:
    done = actions.backfill(limit=limit)
    return {"total_processed": done.total_processed, **asdict(done)}


def counts(processed: int, updated: int, right: int, none: int, errors: int = 0) -> dict[str, int]:
    return {
        "total_processed": processed,
        "updated": updated,
        "already_normalized": right,
        "no_job_title": none,
        "errors": errors,
    }


def assert_all_is_right() -> None:
    """Every copy is its title's, and every count is true."""
    for contact in Contact.objects.select_related("title", "classification__title"):
        assert contact.title is not None
        assert contact.title.normalized == actions.normalize_job_title(contact.job_title)
        assert contact.classification.title_id == contact.title_id
    assert actions.recount()["titles"]["drifted"] == 0


def test_right_copies_are_left_alone(people: Tenant) -> None:
    """R10: nothing to mend is an answer too; no title is a copy, not a missing one."""
    assert mend() == counts(6, 0, 5, 1)


def test_missing_copies_are_made(people: Tenant) -> None:
    """R10: of contacts and of their classification; also where there is no title."""
    lose(job_title="Buzo")
    lose(job_title="")
    ContactPersona.objects.filter(contact__job_title="Piloto").update(title=None)
    assert mend() == counts(6, 2, 3, 1)
    assert_all_is_right()
    assert mend() == counts(6, 0, 5, 1)


def test_stale_copies_are_mended(people: Tenant) -> None:
    """R10: a title that somebody wrote past the house, in either table."""
    Contact.objects.filter(job_title="Piloto").update(job_title="Pilota Mayor")
    other = JobTitle.objects.get(normalized="jefa de nada")
    ContactPersona.objects.filter(contact__job_title="BUZO").update(title=other)
    assert mend() == counts(6, 2, 3, 1)
    assert_all_is_right()
    assert JobTitle.objects.get(normalized="pilota mayor").contacts_count == 1
    assert JobTitle.objects.get(normalized="piloto").contacts_count == 0


def test_personas_stay(people: Tenant) -> None:
    """R10, P7: a backfill mends copies and decides nothing."""
    before = list(ContactPersona.objects.order_by("contact").values_list("persona", "keyword_text"))
    lose()
    actions.backfill()
    assert list(ContactPersona.objects.order_by("contact").values_list("persona", "keyword_text")) == before


@pytest.mark.parametrize(
    ("limit", "expected", "left"),
    [
        (1, counts(1, 1, 0, 0), 2),
        (3, counts(3, 3, 0, 0), 0),
        (4, counts(4, 3, 1, 0), 0),
        (100, counts(6, 3, 2, 1), 0),
    ],
)
@pytest.mark.parametrize("chunk", [1, 2, 5_000])
def test_a_limit_takes_missing_copies_first(
    people: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    chunk: int,
    limit: int,
    expected: dict[str, int],
    left: int,
) -> None:
    """R10: whatever the order of ids and the size of a chunk, and no contact twice."""
    monkeypatch.setattr(backfilling, "CHUNK", chunk)
    lose(job_title="BUZO")
    lose(job_title="Piloto")
    ContactPersona.objects.filter(contact__job_title="Jefa de Nada").update(title=None)
    assert mend(limit) == expected
    assert ContactPersona.objects.filter(title=None).count() == left


def test_a_limit_takes_stale_copies_before_right_ones(people: Tenant) -> None:
    """R10: asked again and again with a limit, it comes to the end."""
    last = Contact.objects.exclude(job_title="").order_by("-pk")[0]
    lose(job_title="Buzo")
    Contact.objects.filter(pk=last.pk).update(job_title="Pilota Mayor")
    assert [mend(1) for _each in range(3)] == [counts(1, 1, 0, 0), counts(1, 1, 0, 0), counts(1, 0, 1, 0)]
    assert_all_is_right()


def test_what_cannot_be_written_is_counted_once(people: Tenant) -> None:
    """R10: the others of its chunk are mended all the same."""
    lose()
    with owner_scope(people.schema_name), connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE personas_jobtitle ADD CONSTRAINT planted"
            " CHECK (normalized <> 'jefa de nada') NOT VALID"
        )
    JobTitle.objects.filter(normalized="jefa de nada").delete()
    assert mend() == counts(6, 4, 0, 1, errors=1)
    assert Contact.objects.get(title=None).job_title == "Jefa de Nada"


def test_nobody_is_nothing_to_do(in_acme: Tenant) -> None:
    """R10: an empty tenant."""
    assert mend() == counts(0, 0, 0, 0)
    assert mend(5) == counts(0, 0, 0, 0)


@pytest.mark.parametrize("chunk", [2, 5_000])
def test_the_job_does_the_same_with_a_bar(
    people: Tenant, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    """R10, W2: the bar ends at the contacts that were looked at."""
    monkeypatch.setattr(backfilling, "CHUNK", chunk)
    lose(job_title="Buzo")
    job = work(people, jobs.enqueue(kind=JobKind.NORMALIZE_TITLES))
    assert (job.state, job.error) == ("completed", "")
    assert job.result == counts(6, 1, 4, 1)
    assert (job.done, job.total) == (6, 6)
    assert_all_is_right()


def test_a_program_mends(api: Api, alice: User, bob: User, acme_people: Tenant) -> None:
    """R10: an admin's door; the limit in the body or in the address."""
    with tenant_scope(acme_people.schema_name):
        lose()
    assert api(bob).post(PATH).status_code == 403
    client = api(alice)
    answers: list[Any] = [client.post(PATH, {"limit": 2}), client.post(f"{PATH}?limit=1"), client.post(PATH)]
    assert [one.json() for one in answers] == [
        {"success": True, **counts(2, 2, 0, 0)},
        {"success": True, **counts(1, 1, 0, 0)},
        {"success": True, **counts(6, 2, 3, 1)},
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"limit": 0}, 422),
        ({"limit": -1}, 422),
        ({"limit": "x"}, 422),
        ({"limit": 10**12}, 422),
        ({"limits": 1}, 422),
        ([1], 422),
        ([], 422),
        (b"0", 422),
        (b"{", 400),
    ],
)
def test_it_refuses_a_senseless_limit(api: Api, alice: User, body: object, status: int) -> None:
    """R10, W11"""
    assert api(alice).post(PATH, body).status_code == status


def test_the_keyword_of_a_stale_title_is_no_reason_any_more(people: Tenant) -> None:
    """R10: the persona stays until it is reclassified; a copy that was only missing keeps its keyword."""
    stale, lost = Contact.objects.get(first_name="P0"), Contact.objects.get(first_name="P3")
    Contact.objects.filter(pk=stale.pk).update(job_title="Buzo")
    lose(first_name="P3")
    ContactPersona.objects.filter(contact=lost).update(keyword_text="nada")
    before = ContactPersona.objects.get(contact=stale)
    assert before.keyword_text
    mend()
    after = ContactPersona.objects.get(contact=stale)
    assert (after.persona_id, after.keyword_id, after.keyword_text) == (before.persona_id, None, "")
    assert ContactPersona.objects.get(contact=lost).keyword_text == "nada"
    assert_all_is_right()
