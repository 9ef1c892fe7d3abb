"""A person whom every app knows, under marked keys that stand nowhere else, and a look into every table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection

from campaigns.actions import Reach, lines_of, preview_list, suppress
from campaigns.models import CallAttempt, CallRecord, ClientFile, Debt, Entry, ProviderEvent, RowReport, Tally
from campaigns.rules import SuppressionKind, SuppressionSource
from identity.models import BacklogEvent, Case, Claim, Identifier, Origin, RefusedRow
from identity.models.imports import FleetImport
from identity.models.persons import PersonChange
from insights.models import Comment, CommentVersion, Insight, Label, Run
from insights.models.labels import columns_of
from insights.rules import Engine, Need, text_hash
from personas.actions.contacts import NewContact, create_contact
from personas.models import Contact
from tenants.jobs.models import Job
from tenants.models import User
from tenants.records.actions import keep_file
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account, claimed
from tests.identity.fleet import a_driver, a_lead, a_person, a_scout, linked, trips
from tests.insights.analysing import JOY
from tests.insights.brands import a_brand

DOCUMENT, RUT = "11.222.333-9", "11222333-9"
PHONE, NATIONAL = "+56987600123", "987600123"
EMAIL, HANDLE, NAME = "zoila.traza@marked.example", "@ZoilaTraza", "Zoila Traza"
SAID_BEFORE = f"soy {NAME}"
# However it is written, some piece of it is one of these, and nothing else in the tests is.
MARKS = ("zoila", "traza", "987600123", "11222333", "11.222.333", text_hash(SAID_BEFORE))
# A weekday at noon in Chile: the law lets people be called.
NOW = datetime(2026, 4, 15, 16, tzinfo=UTC)


def trace_everywhere(alice: User) -> None:
    """Let every app of the open tenant know Zoila."""
    _in_personas(alice)
    _in_campaigns()
    _in_identity()
    _in_insights()
    Job.objects.create(
        kind="tests.old",
        state="failed",
        finished_at=NOW,
        error=f"IntegrityError: DETAIL: Key (email)=({EMAIL})",
    )
    keep_file(
        name="list.csv",
        content=NAME.encode(),
        content_type="text/csv",
        expires_at=NOW + timedelta(days=3),
    )


def _in_personas(alice: User) -> None:
    made = NewContact(
        first_name="Zoila",
        last_name="Traza",
        emails=[EMAIL],
        companies=["Acme"],
        job_title="Gerente",
        facts={"phone": PHONE},
    )
    create_contact(contact=made, by=alice.pk)
    assert Contact.objects.filter(emails__address=EMAIL).exists()


def _in_campaigns() -> None:
    line = a_provider()
    account = an_account(line)
    campaign = a_campaign(account, people=3)
    suppress(
        kind=SuppressionKind.NUMBER,
        text=PHONE,
        country="CL",
        reach=Reach(SuppressionSource.PERSON),
        now=NOW,
        reason=f"{NAME} asked",
    )
    Entry.objects.update(earliest_at=NOW - timedelta(days=1))
    (call, *_others) = claimed(account, now=NOW).calls
    CallAttempt.objects.filter(pk=call.id).update(
        state="closed", closed_at=NOW, outcome="conversed", call_id="call-1", charge=2
    )
    attempt = CallAttempt.objects.get(pk=call.id)
    Tally.objects.filter(campaign=campaign).update(claimed=2, succeeded=1)
    Entry.objects.filter(pk=attempt.entry_id).update(state="succeeded", finished_at=NOW, row=2)
    _name_entry(attempt.entry)
    CallAttempt.objects.filter(pk=call.id).update(person_key=f"D:CL:{RUT}", to_number=PHONE)
    CallRecord.objects.create(attempt=attempt, transcript=f"Hola {NAME}", raw={"to": PHONE})
    ProviderEvent.objects.create(
        provider=line, call_id="call-1", event="ended", body={"to": PHONE}, applied_at=NOW
    )
    _in_file(campaign)
    lines = lines_of([PHONE, DOCUMENT], SuppressionKind.NUMBER, reason=f"{NAME} asked")
    preview_list(lines=lines, country="CL", reach=Reach(SuppressionSource.PERSON), now=NOW)
    waiting = a_campaign(account, code="batch-2")
    add_people(waiting, 1, first=90)
    _name_entry(Entry.objects.get(campaign=waiting))


def _name_entry(entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(
        person_key=f"D:CL:{RUT}",
        document=RUT,
        name=NAME,
        phones=[{"number": PHONE, "kind": "mobile", "repaired": False}],
        variables={"correo": EMAIL},
    )
    Debt.objects.create(entry=entry, creditor="Banco", amount=10, references=[f"{NAME} 1"])


def _in_file(campaign: Any) -> None:
    kept = keep_file(name="clientes.csv", content=f"{NAME};{RUT}".encode(), content_type="text/csv")
    file = ClientFile.objects.create(
        account=campaign.account,
        campaign=campaign,
        filename="clientes.csv",
        file=kept,
        processing_type="basic",
        fingerprint="f",
        finished_at=NOW,
    )
    RowReport.objects.create(of=file, line=7, status="refused", code="x", cells=[NAME, DOCUMENT, "1"])


def _in_identity() -> None:
    lead = a_lead("L-zoila-traza", name=NAME, phone=PHONE, document=RUT)
    driver = a_driver("d-zoila-traza", name=NAME, document=RUT, email=EMAIL)
    person = a_person(NAME, phone=PHONE.removeprefix("+"), email=EMAIL)
    Identifier.objects.create(person=person, kind="document", value="112223339", is_sole=True)
    for seen in (lead, driver, a_scout("S-zoila", name=NAME)):
        linked(seen, person)
    assert lead.lead_date
    trips(driver, lead.lead_date, 5)
    Origin.objects.create(
        person=person,
        kind="cabinet_lead",
        source_pk=lead.source_pk,
        status="resolved_auto",
        decided_by="system",
    )
    BacklogEvent.objects.create(source_pk=lead.source_pk, kind="matched_by_recovery")
    Claim.objects.create(
        source_pk=lead.source_pk, person=person, milestone="M1", state="expected", amount=5, currency="PEN"
    )
    Case.objects.create(
        lead=lead,
        state="resolved",
        closed_at=NOW,
        outcome="review",
        reason="multiple_candidates",
        note=f"es {NAME}",
    )
    _others_case(driver.driver_id)
    moved = {"identity_identifier": {"1": [None, {"value": EMAIL, "kind": "email"}]}}
    PersonChange.objects.create(verb="merge", kept=person, other=a_person(), moved=moved, note=NAME)
    file = FleetImport.objects.create(kind="leads", filename="f.csv", state="completed", finished_at=NOW)
    RefusedRow.objects.create(of=file, line=2, reason="x", cells=["Zoila", "+56 9 8760 0123"])


def _others_case(driver: str) -> None:
    shown = [{"person": None, "drivers": [driver], "levels": [], "weights": [], "posterior": 0.5}]
    Case.objects.create(
        lead=a_lead("L-other"), outcome="review", reason="multiple_candidates", shown=shown, tried_at=NOW
    )


def _in_insights() -> None:
    ficha = a_brand(now=NOW, weeks=1)
    comment = Comment.objects.filter(author="eva").get()
    text = f"soy {NAME}, llamen al {NATIONAL}"
    Comment.objects.filter(pk=comment.pk).update(author=HANDLE, text=text, text_hash=uuid4().hex)
    said = Label.objects.create(text_hash=text_hash(SAID_BEFORE), engine=Engine.MODEL, **_meant())
    CommentVersion.objects.create(comment=comment, text=SAID_BEFORE, label=said, run=Run.objects.get())
    Insight.objects.create(
        ficha=ficha,
        run=Run.objects.get(),
        analysis_timestamp=NOW,
        q5_result={"resultado": {"voces": [{"username": "ZoilaTraza", "posts": 1}]}},
        q6_result={"citas": [{"comment_id": comment.pk, "texto": text}], "otras": "nada"},
        q10_result={"found": "La voz que llega a más publicaciones es ZoilaTraza."},
    )


def _meant() -> dict[str, Any]:
    return columns_of(replace(JOY, need=Need(text=f"hablar con {NAME}", topic="Servicio", impact=50)))


def tables_naming(schema: str, *marks: str) -> dict[str, int]:
    """Return how many rows of each table of a schema hold one of the marks, in any column, bytes too."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s"
            " AND table_type = 'BASE TABLE'",
            [schema],
        )
        for (table,) in cursor.fetchall():
            said = "t::text || convert_from(content, 'UTF8')" if table == "records_storedfile" else "t::text"
            asked = f'SELECT count(*) FROM "{schema}"."{table}" t WHERE lower({said}) ~ %s'
            cursor.execute(asked, ["|".join(marks)])
            (count,) = cursor.fetchone()
            found |= {table: count} if count else {}
    return found
