"""A LinkedIn file becomes classified contacts (L1-L7, P7)."""

from datetime import date

import pytest

from personas import actions, queries
from personas.models import (
    Contact,
    ContactEmail,
    ContactPersona,
    ImportMapping,
    JobTitle,
    LinkedInImport,
    PersonaChange,
    RejectedRow,
)
from personas.samples.linkedin import make_linkedin_export
from tenants.intake.tables import UnreadableUpload
from tenants.jobs import actions as jobs
from tenants.jobs.rules import State
from tenants.models import Tenant, new_id
from tests.personas.importing import (
    ANA,
    cancel_after_first_chunk,
    file_of,
    import_rows,
    start,
    upload,
    work,
)


def people() -> list[tuple[object, ...]]:
    rows = Contact.objects.order_by("id")
    return list(rows.values_list("first_name", "job_title", "classification__persona__code", "linkedin_url"))


def emails() -> list[tuple[object, ...]]:
    return list(ContactEmail.objects.order_by("id").values_list("address", "is_primary"))


def test_it_finds_exactly_what_is_true_of_the_sample(in_acme: Tenant) -> None:
    """L7: 5,000 rows, each counter and each persona as counted while the people were invented."""
    sample = make_linkedin_export()
    found = actions.upload_linkedin(content=sample.content, filename="Connections.csv", profile="ana")
    work(in_acme, start(found))
    found.refresh_from_db()
    truth = sample.truth
    assert found.state == "completed"
    assert found.result == {
        "total_rows": 5000,
        "created": truth.created,
        "updated": truth.updated,
        "conflicts": truth.conflicts,
        "invalid": truth.invalid,
        "connected_on_parse_failed": truth.connected_on_parse_failed,
        "email_invalid_format": truth.email_invalid_format,
        "url_invalid_format": truth.url_invalid_format,
        "persona_counts": truth.rows_per_persona,
    }
    held = ContactPersona.objects.values_list("persona__code", flat=True)
    assert {code: list(held).count(code) for code in truth.contacts_per_persona} == truth.contacts_per_persona
    assert Contact.objects.count() == sum(truth.contacts_per_persona.values()) == truth.created
    assert sum(JobTitle.objects.values_list("contacts_count", flat=True)) == truth.created
    assert RejectedRow.objects.count() == truth.conflicts + truth.invalid


def test_a_row_becomes_a_classified_contact(in_acme: Tenant) -> None:
    """L7: contact, e-mail, company, title, persona and history in one commit."""
    import_rows(in_acme, ANA)
    contact = queries.contacts().get()
    assert (contact.name, contact.source, contact.first_connected_on_linkedin) == (
        "Ana Pérez",
        "linkedin_connections_ana",
        date(2024, 1, 5),
    )
    assert contact.linkedin_url == "https://linkedin.com/in/ana-perez"
    assert [email.address for email in contact.emails.all()] == ["ana@acme.example"]
    assert [company.name for company in contact.companies.all()] == ["Acme"]
    assert contact.title is not None
    assert contact.title.normalized == "gerente de marketing"
    assert contact.classification.persona.code == "dc_marketing"
    change = PersonaChange.objects.get()
    assert (change.old, change.new, change.cause) == ("", "dc_marketing", "import")


def test_the_same_bytes_of_a_profile_are_one_import(in_acme: Tenant) -> None:
    """L1: idempotent by content hash per profile."""
    first, again, other = upload(ANA), upload(ANA), upload(ANA, profile="berta")
    assert first.pk == again.pk != other.pk


def test_another_file_of_the_profile_is_refused_while_one_is_running(in_acme: Tenant) -> None:
    """L1: 409, in other words when it is the same file; another profile goes on."""
    waiting = upload(ANA.replace("Ana", "Eva"))
    started = upload(ANA)
    start(started)
    with pytest.raises(actions.WrongState):
        actions.start_import(import_id=started.pk)
    with pytest.raises(actions.ProfileBusy):
        upload("Luis,Soto,https://linkedin.com/in/luis,,,,")
    with pytest.raises(actions.ProfileBusy):
        start(waiting)
    assert upload(ANA, profile="berta").state == "uploaded"


def test_a_mapping_needs_a_name_or_an_address(in_acme: Tenant) -> None:
    """L2: 400, and columns or headings that do not exist are named."""
    found = upload(ANA)
    for mapping in ({"company": "Company"}, {"first_name": "Nothing"}, {"shoe_size": "URL"}):
        with pytest.raises(actions.MappingUnusable):
            actions.confirm_mapping(import_id=found.pk, mapping=mapping)
    found.refresh_from_db()
    assert found.state == "uploaded"


def test_a_mapping_is_remembered_for_the_profile(in_acme: Tenant) -> None:
    """L2: the next file with these headings is mapped as the last one was."""
    found = upload(ANA)
    chosen = {"last_name": "First Name", "profile_url": "URL"}
    actions.confirm_mapping(import_id=found.pk, mapping=chosen)
    assert ImportMapping.objects.get().mapping == chosen
    assert upload("Luis,Soto,https://linkedin.com/in/luis,,,,").mapping == chosen
    assert upload(ANA, profile="berta").mapping != chosen


def test_a_preview_shows_fifty_rows_as_the_mapping_reads_them(in_acme: Tenant) -> None:
    """L2"""
    rows = [f"N{number},X,https://linkedin.com/in/n{number},,,," for number in range(60)]
    found = upload(*rows)
    seen = actions.preview(import_id=found.pk)
    assert len(seen.rows) == 50
    assert seen.rows[0].profile_url == "https://linkedin.com/in/n0"


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.csv"), (b"First Name,Last Name\n", "a.csv"), (b"x", "a.pdf"), (b"PK", "a.xlsx")],
)
def test_it_refuses_what_no_row_can_be_taken_from(in_acme: Tenant, content: bytes, name: str) -> None:
    """L2, S14: another type, no rows, a damaged workbook."""
    with pytest.raises(UnreadableUpload):
        actions.upload_linkedin(content=content, filename=name, profile="ana")
    assert not LinkedInImport.objects.exists()


@pytest.mark.parametrize("profile", ["", " ", "a\0b", "x" * 80, "<script>", "../etc", "a\nb;"])
def test_it_refuses_a_profile_that_is_no_name(in_acme: Tenant, profile: str) -> None:
    """S13"""
    with pytest.raises(actions.BadProfile):
        upload(ANA, profile=profile)


def test_rejected_rows_are_kept_with_their_reasons(in_acme: Tenant) -> None:
    """L3: nobody, a name alone, two people at once; the file goes on."""
    eva = "Eva,Ruiz,https://linkedin.com/in/eva,eva@x.example,,,"
    counted = import_rows(
        in_acme,
        ANA,
        eva,
        ",,,solo@x.example,,,",
        "Solo,Nombre,,,,,",
        "Ana,P,https://linkedin.com/in/eva,ana@acme.example,,,",
    )
    assert (counted["created"], counted["invalid"], counted["conflicts"]) == (2, 2, 1)
    rows = RejectedRow.objects.values_list("line", "reason", "cells__0")
    assert list(rows) == [
        (4, "invalid_missing_identifiers", ""),
        (5, "invalid_name_without_company", "Solo"),
        (6, "email_url_mismatch", "Ana"),
    ]
    assert len(RejectedRow.objects.get(line=6).contacts) == 2


def test_bad_parts_are_dropped_and_the_row_stays(in_acme: Tenant) -> None:
    """L3: date, e-mail and address each counted."""
    counted = import_rows(
        in_acme,
        "A,A,https://linkedin.com/in/a,,,,32 Jan 2024",
        "B,B,https://linkedin.com/in/b,no-mail,,,",
        "C,C,https://example.com/c,c@x.example,,,",
    )
    assert counted["created"] == 3
    assert [
        counted[name] for name in ("connected_on_parse_failed", "email_invalid_format", "url_invalid_format")
    ] == [1, 1, 1]


def test_one_person_twice_in_a_file_is_one_contact(in_acme: Tenant) -> None:
    """L6: created, then updated, whether found by e-mail or by address."""
    counted = import_rows(
        in_acme,
        ANA,
        "Ana,Pérez,,ANA@acme.example,,Directora Médica,",
        "Ana,Pérez,https://cl.linkedin.com/in/Ana-Perez?trk=x,otra@acme.example,Birch,,",
    )
    assert (counted["created"], counted["updated"]) == (1, 2)
    assert people() == [("Ana", "Directora Médica", "dc_medicas", "https://linkedin.com/in/ana-perez")]
    assert emails() == [("ana@acme.example", True), ("otra@acme.example", False)]
    companies = list(Contact.objects.get().companies.values_list("name", "is_primary"))
    assert companies == [("Acme", True), ("Birch", False)]


def test_a_stored_contact_is_found_and_filled(in_acme: Tenant) -> None:
    """L6: what is missing is filled, what is there stays, a changed title is followed and reclassified."""
    import_rows(in_acme, "Ana,,,ana@acme.example,Acme,Gerente de Marketing,")
    counted = import_rows(in_acme, ANA.replace("Gerente de Marketing", "Gerente Comercial"), profile="berta")
    assert (counted["created"], counted["updated"]) == (0, 1)
    contact = Contact.objects.get()
    assert (contact.last_name, contact.linkedin_url) == ("Pérez", "https://linkedin.com/in/ana-perez")
    assert contact.source == "linkedin_connections_ana"
    assert people()[0][1:3] == ("Gerente Comercial", "dc_comerciales")
    counts = dict(JobTitle.objects.values_list("normalized", "contacts_count"))
    assert counts == {"gerente de marketing": 0, "gerente comercial": 1}
    assert list(PersonaChange.objects.order_by("id").values_list("old", "new")) == [
        ("", "dc_marketing"),
        ("dc_marketing", "dc_comerciales"),
    ]


def test_an_email_with_another_address_is_a_conflict(in_acme: Tenant) -> None:
    """L6: nothing is written."""
    import_rows(in_acme, ANA)
    before = queries.contacts_checksum()
    row = "Ana,Otra,https://linkedin.com/in/otra,ana@acme.example,Nueva,Gerente General,"
    assert import_rows(in_acme, row, profile="berta")["conflicts"] == 1
    assert queries.contacts_checksum() == before


def test_names_alone_are_matched_by_nothing(in_acme: Tenant) -> None:
    """L6: created when the row has a company."""
    counted = import_rows(in_acme, "Ana,Pérez,,,Acme,,", "Ana,Pérez,,,Acme,,")
    assert counted["created"] == 2


def test_importing_the_same_again_changes_nothing(in_acme: Tenant) -> None:
    """L6: unchanged contacts stay untouched."""
    import_rows(in_acme, ANA)
    before = list(Contact.objects.values_list("updated_at", flat=True)), queries.contacts_checksum()
    assert import_rows(in_acme, ANA, profile="berta")["updated"] == 1
    assert (list(Contact.objects.values_list("updated_at", flat=True)), queries.contacts_checksum()) == before


@pytest.mark.parametrize("flag", ["locked", "assigned_manually"])
def test_what_a_person_decided_stays(in_acme: Tenant, flag: str) -> None:
    """P7: the title changes, the persona does not."""
    import_rows(in_acme, ANA)
    ContactPersona.objects.update(**{flag: True}, locked_at="2026-01-01T00:00Z", locked_by=new_id())
    counted = import_rows(in_acme, ANA.replace("Gerente de Marketing", "Gerente Comercial"), profile="berta")
    assert people()[0][1:3] == ("Gerente Comercial", "dc_marketing")
    assert counted["persona_counts"] == {"dc_marketing": 1}


def test_it_can_be_cancelled_before_it_starts(in_acme: Tenant) -> None:
    """L1: from any unfinished state."""
    found = upload(ANA)
    assert actions.cancel_import(import_id=found.pk).state == "cancelled"
    found.refresh_from_db()
    job = start(found)
    assert actions.cancel_import(import_id=found.pk).state == "cancelled"
    assert work(in_acme, job).state == State.CANCELLED
    assert not Contact.objects.exists()
    with pytest.raises(actions.WrongState):
        actions.cancel_import(import_id=found.pk)


def test_a_cancelled_job_frees_its_profile(in_acme: Tenant) -> None:
    """L1: also when it was cancelled on the jobs page while it waited."""
    job = start(upload(ANA))
    jobs.cancel(job_id=job.id)
    found = upload("Luis,Soto,https://linkedin.com/in/luis,,,,")
    work(in_acme, start(found))
    assert LinkedInImport.objects.get(pk=found.pk).state == "completed"


def test_a_restart_goes_on_where_it_was_cancelled(in_acme: Tenant) -> None:
    """L1, L6, W3: names alone are not made twice, and the counters add up to the file."""
    rows = [f"N{number},X,,,Acme,," for number in range(250)]
    found = upload(*rows)
    job = start(found)
    cancel_after_first_chunk(in_acme, job)
    found.refresh_from_db()
    assert (found.state, found.result["created"]) == ("cancelled", 100)  # type: ignore[index]
    work(in_acme, start(found))
    found.refresh_from_db()
    assert (found.state, found.result["created"]) == ("completed", 250)  # type: ignore[index]
    assert Contact.objects.count() == 250


def test_it_needs_few_statements_a_chunk(in_acme: Tenant, django_assert_max_num_queries) -> None:
    """Set-based: a hundred rows cost what one costs."""
    rows = [
        f"N{number},X,https://linkedin.com/in/n{number},n{number}@x.example,Co{number},Title {number},"
        for number in range(100)
    ]
    job = start(upload(*rows))
    with django_assert_max_num_queries(50):
        work(in_acme, job)
    assert Contact.objects.count() == 100


def test_the_file_is_kept_in_the_tenant(in_acme: Tenant) -> None:
    """S5"""
    found = upload(ANA)
    assert found.file is not None
    assert bytes(found.file.content) == file_of(ANA)
