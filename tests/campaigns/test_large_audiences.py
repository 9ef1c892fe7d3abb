"""An audience of many contacts: estimated first, chosen by a job that a kill does not harm, told exactly."""

from collections import Counter
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection

from campaigns import actions
from campaigns.actions import audiences
from campaigns.actions.audiences import (
    AudienceAsked,
    AudienceChoice,
    Tie,
    audience,
    choosing,
    listing,
    looking,
    working,
)
from campaigns.models import (
    Account,
    BadNumber,
    Campaign,
    ClientFile,
    Debt,
    Entry,
    RowReport,
    StagedPerson,
    StagedWord,
    Suppression,
)
from campaigns.rules import CampaignState, JobKind, UseCase
from personas.models import Contact, ContactEmail
from tenants.jobs.actions import cancel
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.rules import State
from tenants.jobs.runner.work import work_on, work_once
from tenants.models import Tenant
from tenants.records.models import StoredFile
from tenants.records.queries import stored_content
from tenants.scope import tenant_scope
from tests.campaigns.uploading import a_payer, drift, standing
from tests.identity.fleet import a_person
from tests.lives import fall_silent, killed
from tests.personas.writing import answer, problem

HERE = "/api/v1/audiences"
NOW = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)
MANY = 300
EVERYBODY = AudienceChoice()


def fill(many: int = MANY) -> Account:
    """Make contacts: every seventh without phone, some bad, some barred, every eleventh of a number twice.

    One without a phone is tied to a person who has one.
    """
    Contact.objects.bulk_create(
        Contact(
            first_name="Ana",
            last_name=f"Número {n}",
            phone="" if n % 7 == 0 else f"+569{80_000_000 + (n - 1 if n % 11 == 0 else n)}",
        )
        for n in range(many)
    )
    made = {int(one.last_name.split()[1]): one for one in Contact.objects.all()}
    ContactEmail.objects.create(contact=made[7], address="siete@x.example")
    a_person("Siete", email="siete@x.example", phone="56990000007", document="111111111")
    BadNumber.objects.create(number=made[1].phone)
    Suppression.objects.create(kind="number", value=made[2].phone, source="person")
    Suppression.objects.create(kind="number", value=made[3].phone, source="person")
    return a_payer()


def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small lists be large ones: what is many, and how many are looked at together."""
    monkeypatch.setattr(looking, "CONTACTS_AT_ONCE", 100)
    monkeypatch.setattr(looking, "CONTACTS_IN_SAMPLE", 100)
    monkeypatch.setattr(choosing, "AT_ONCE", 40)


@pytest.fixture
def account(inside, monkeypatch) -> Account:
    few_at_once(monkeypatch)
    with inside():
        return fill()


def asked(account: Account, **chosen: Any) -> AudienceAsked:
    return AudienceAsked(AudienceChoice(**chosen), account.code, "Marzo", UseCase.MARKETING)


def worked(acme: Tenant, job: Any) -> Job:
    work_on(DueTicket(job.id, acme.schema_name))
    return Job.objects.get(pk=job.id)


def audience_job(**said: Any) -> Job:
    return Job.objects.get(kind=JobKind.AUDIENCE, **said)


def exactly(account: Account, monkeypatch: pytest.MonkeyPatch) -> looking.Audience:
    """Return the audience as it is found where contacts are few."""
    with monkeypatch.context() as patched:
        patched.setattr(looking, "CONTACTS_AT_ONCE", 10**6)
        return audience(chosen=EVERYBODY, account=account, now=NOW)


def test_a_preview_of_many_is_an_honest_range(inside, account, monkeypatch) -> None:
    """W4: some are looked at, from all over; what all come to lies in the range that is told."""
    with inside():
        whole = exactly(account, monkeypatch)
        seen = audience(chosen=EVERYBODY, account=account, now=NOW)
    assert not whole.is_estimate
    assert (whole.low, whole.high) == (len(whole.people),) * 2
    assert seen.is_estimate
    assert (seen.contacts, seen.considered) == (MANY, 100)
    assert seen.considered == len(seen.people) + sum(seen.left_out.values())
    assert seen.low < len(whole.people) < seen.high
    assert max(one.contact.pk for one in seen.people) > max(one.contact.pk for one in whole.people) - 10


def test_a_job_chooses_as_one_look_would(inside, acme, account, monkeypatch) -> None:
    """W2, W3, C10: reasons and people are those of one look; each is added, or a cause is told."""
    with inside():
        whole = exactly(account, monkeypatch)
        made = audiences.launchable_audience(asked=asked(account), now=NOW)
        assert made.job is not None
        assert made.campaign.state == CampaignState.DRAFT
        job = worked(acme, made.job)
        assert (job.state, job.done, job.error) == (State.COMPLETED, 2 * MANY, "")
        told = (job.result or {})["audience"]
        assert (
            told["considered"] == told["contacts"] == MANY == told["chosen"] + sum(told["left_out"].values())
        )
        assert told["chosen"] == len(whole.people)
        assert told["left_out"] == {str(why): count for why, count in whole.left_out.items()}
        file = ClientFile.objects.get()
        assert file.params["audience"]["found"] == told
        report: dict[str, Any] = file.report or {}
        assert report["rows"] == told["chosen"] == report["persons"]
        lines = b"".join(stored_content(file=file.file_id).pieces()).decode().splitlines()
        assert lines == [
            ";".join(listing.HEADINGS),
            *(";".join(listing.row_of(one)) for one in whole.people),
        ]
        assert StoredFile.objects.count() == 1
        assert not StagedPerson.objects.exists()
        assert not StagedWord.objects.exists()
        found = Campaign.objects.get()
        assert (found.state, drift(found)) == (CampaignState.READY, {})


def test_a_program_is_told_where_the_job_is(api, alice, bob, inside, acme, account) -> None:
    """W12, W13: 202 with its place; the same again is the same campaign; a choice of nobody is the job's."""
    body = {"account_id": account.code, "batch_name": "Marzo"}
    seen = answer(api(bob).post(f"{HERE}/preview", {"account_id": account.code}))
    assert (seen["contacts"], seen["considered"], seen["is_estimate"]) == (MANY, 100, True)
    assert seen["expected"]["low"] < seen["expected"]["high"] <= MANY
    problem(api(bob).post(f"{HERE}/campaign", body), 403)
    sent = api(alice).post(f"{HERE}/campaign", body)
    made = answer(sent, 202)
    assert sent["Location"] == made["job"]["self"]
    again = answer(api(alice).post(f"{HERE}/campaign", body), 202)
    assert (again["batch_id"], again["job"]) == (made["batch_id"], made["job"])
    with inside():
        job = worked(acme, audience_job())
    shown = answer(api(alice).get(sent["Location"]))
    assert (shown["state"], shown["percent"]) == ("completed", 100.0)
    assert shown["result"]["batch_id"] == made["batch_id"]
    assert shown["phase"] == {"n": 5, "of": 5, "label": "Listing what was not accepted"}
    assert job.counters["considered"] == MANY
    done = answer(api(alice).post(f"{HERE}/campaign", body), 200)
    assert done["stats"]["accepted"] == shown["result"]["accepted"] > 200
    answer(api(alice).post(f"/api/v1/batches/{made['batch_id']}/launch"))
    nobody = answer(api(alice).post(f"{HERE}/campaign", body | {"batch_name": "Rojos", "tie": "red"}), 202)
    with inside():
        failed = worked(acme, audience_job(state=State.WAITING))
        assert failed.state == State.FAILED
        assert ClientFile.objects.get(campaign__code=nobody["batch_id"]).error == failed.error != ""


def test_a_draft_waits_for_its_people_and_goes_on_in_the_wizard(page, alice, inside, acme, account) -> None:
    """W2, W4: estimate, bar, then the draft of the wizard with its reasons, each row to be looked at."""
    place = "/admin/campaigns/campaign/audience/"
    query = {"account": account.code, "name": "Marzo", "use_case": "marketing"}
    client = page(alice)
    shown = client.get(place, query).content.decode()
    assert "of 300 contacts would be called" in shown
    assert "An estimate of 100 contacts" in shown
    at = client.post(place, query)["Location"]
    assert "data-progress" in client.get(at).content.decode()
    with inside():
        assert worked(acme, audience_job()).state == State.COMPLETED
        draft = Campaign.objects.get()
        assert draft.state == CampaignState.DRAFT
        assert not draft.entries.exists()
        assert draft.file.job is None
    # Whoever still looks at the bar is led on.
    reading = client.get(at.replace("/forecast/", "/forecast/reading/"))
    assert reading["HX-Refresh"] == "true"
    said = client.get(at).content.decode()
    assert "of 300 contacts were chosen" in said
    assert "Earlier calls found that the number does not exist" in said
    assert client.get(at.replace("/forecast/", "/preview/")).status_code == 200
    client.post(at, {"do": "read"})
    with inside():
        draft.refresh_from_db()
        assert draft.state == CampaignState.READY
        assert draft.tally.entries == draft.file.params["audience"]["found"]["chosen"]


def test_a_cancelled_choice_can_be_made_again(page, alice, inside, acme, account) -> None:
    """J7: what was chosen is let go; "go on" looks at all of them once more."""
    with inside():
        made = audiences.draft_audience(asked=asked(account), now=NOW)
        cancel(job_id=audience_job().pk)
        assert ClientFile.objects.get().error == "cancelled"
        again = actions.read_draft(code=made.code)
        assert again.job is not None
        assert worked(acme, again.job).state == State.COMPLETED
        assert ClientFile.objects.get().params["audience"]["found"]["considered"] == MANY


def test_more_than_a_file_may_hold_are_left_for_another(inside, acme, account, monkeypatch) -> None:
    """S14, W3: the counts add up to who was looked at, and it is said that there are more."""
    monkeypatch.setattr(working, "MOST_PEOPLE", 150)
    monkeypatch.setattr(looking, "MOST_PEOPLE", 150)
    with inside():
        assert audience(chosen=EVERYBODY, account=account, now=NOW).is_cut
        made = audiences.launchable_audience(asked=asked(account), now=NOW)
        job = worked(acme, made.job)
        assert (job.state, job.done) == (State.COMPLETED, job.total), job.error
        told = (job.result or {})["audience"]
        assert (told["chosen"], told["is_cut"]) == (150, True)
        assert told["chosen"] + sum(told["left_out"].values()) == told["considered"] < MANY
        assert Entry.objects.count() == 150


def test_who_comes_while_the_job_looks_belongs_to_the_next(inside, acme, account, monkeypatch) -> None:
    """W2: the bar ends where it said; a contact that came or went meanwhile breaks nothing."""
    with inside():
        made = audiences.launchable_audience(asked=asked(account, tie=Tie.NONE), now=NOW)
        kept = working._keep
        seen = Counter[str]()

        def disturbed(*args: Any, **keyword: Any) -> None:
            kept(*args, **keyword)
            if not seen["times"]:
                Contact.objects.create(first_name="Zoe", phone="+56981111111")
                last = Contact.objects.filter(last_name=f"Número {MANY - 1}").get()
                last.delete()
            seen["times"] += 1

        monkeypatch.setattr(working, "_keep", disturbed)
        job = worked(acme, made.job)
        assert (job.state, job.done) == (State.COMPLETED, job.total), job.error
        assert (job.result or {})["audience"]["considered"] == MANY - 1
        assert not Entry.objects.filter(phones__0__number="+56981111111").exists()


CHECKSUM = """
    SELECT count(*), sum(hashtextextended(
           (to_jsonb(t) - '{{id,{more},created_at,moved_at,earliest_at}}'::text[])::text, 0))
      FROM {table} t
"""
TABLES = ((Entry, "campaign_id"), (Debt, "entry_id"), (RowReport, "of_id"))
KILLED_CONTACTS = 3_000
# Where each life ends: looking; looking once more, its people lost; with people written; and after a commit.
DEATHS = ("before_commit:4", "after_commit:20", "before_commit:17", "after_commit:2")


def checksum(tenant: Tenant) -> list[Any]:
    """Say what is written, whatever its numbers and moments."""
    found = []
    with tenant_scope(tenant.schema_name), connection.cursor() as cursor:
        for model, more in TABLES:
            cursor.execute(CHECKSUM.format(table=model._meta.db_table, more=more))
            found.append(cursor.fetchone())
        campaign = Campaign.objects.get()
        found.append((campaign.state, campaign.zones, standing(campaign.code)))
    return found


@pytest.mark.real_roles
@pytest.mark.kill
def test_killed_again_and_again_it_chooses_and_writes_the_same(acme: Tenant, monkeypatch, settings) -> None:
    """J3, J6, S11: nobody lost, nobody twice, counts exact, as if no life had ended."""
    few_at_once(monkeypatch)
    monkeypatch.setattr(choosing, "AT_ONCE", 100)
    settings.JOBS_ATTEMPTS = 9
    schema = acme.schema_name
    with tenant_scope(schema):
        account = fill(KILLED_CONTACTS)
        made = audiences.launchable_audience(asked=asked(account), now=NOW)
        assert made.job is not None
    work_on(DueTicket(made.job.id, schema))
    with tenant_scope(schema):
        expected = Job.objects.get(pk=made.job.id).result or {}
        assert expected["rows"] > 2_000
    whole = checksum(acme)
    with tenant_scope(schema):
        Campaign.objects.update(state="draft")
        actions.delete_campaign(code=made.campaign.code)
        made = audiences.launchable_audience(asked=asked(account), now=NOW)
        assert made.job is not None
    dones = [0]
    for number, death in enumerate(DEATHS, 1):
        killed(partial(work_once, platform=False), death=death)
        with tenant_scope(schema):
            job = Job.objects.get(pk=made.job.id)
            assert (job.state, job.attempt) == (State.RUNNING, number), "not in its midst"
            assert job.done >= dones[-1]
            dones.append(job.done)
            if number == 1:
                # As a crash of the database leaves tables that are not logged.
                assert StagedPerson.objects.all()._raw_delete("default") > 0
                StagedWord.objects.all()._raw_delete("default")
        fall_silent(job, schema)
    assert work_once(platform=False)
    with tenant_scope(schema):
        job = Job.objects.get(pk=made.job.id)
        assert (job.state, job.done, job.attempt) == (State.COMPLETED, job.total, len(DEATHS) + 1), job.error
        assert (job.result or {}) | {"batch_id": ""} == expected | {"batch_id": ""}
        assert not StagedPerson.objects.exists()
        assert not StagedWord.objects.exists()
    assert checksum(acme) == whole
