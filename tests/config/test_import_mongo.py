"""`manage.py import_mongo`: what the first system's documents become, however often it runs (F9)."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from bson import ObjectId
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personas import actions, queries
from personas.actions import first_system
from personas.imports.documents import contacts as document_limits
from personas.models import (
    Contact,
    ContactCompany,
    ContactEmail,
    ContactPersona,
    Keyword,
    Persona,
    PersonaChange,
    RulesetRevision,
)
from personas.models.contacts import PHONE_LENGTH, SOURCE_LENGTH
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry, SourceMark, SourceRecord
from tenants.scope import tenant_scope
from tests import mongo_documents as docs
from tests.mongo_documents import OLD_JOB, contact, job, numbered, object_id
from tests.mongo_runs import counts, import_mongo, told

ALL = "contacts,keywords,priorities,reclassification_jobs"


@pytest.fixture(autouse=True)
def _tenant(acme: Tenant) -> None:
    """Every import here goes to Acme."""


def whole(folder: Path, contacts: Iterable[docs.Document], *, packed: bool = False) -> Path:
    """Write a dump of all four collections."""
    return docs.dump(
        folder / "crm",
        packed=packed,
        unified_contacts=contacts,
        keywords=numbered(docs.KEYWORDS),
        priorities=numbered(docs.PRIORITIES),
        persona_reclassification_jobs=[job(number) for number in range(3)],
    )


def of(folder: Path, **collections: Iterable[docs.Document]) -> Path:
    return docs.dump(folder, packed=False, **collections)


def state(tenant: Tenant) -> tuple[Any, ...]:
    """Everything that an import may write, to be compared."""
    with tenant_scope(tenant.schema_name):
        return (
            queries.contacts_checksum(),
            list(Persona.objects.order_by("id").values_list()),
            list(Keyword.objects.order_by("id").values_list()),
            list(RulesetRevision.objects.values_list()),
            list(SourceRecord.objects.order_by("collection", "source_id").values_list()),
            list(SourceMark.objects.order_by("collection").values_list()),
            list(AuditEntry.objects.order_by("id").values_list()),
            PersonaChange.objects.count(),
        )


def classified(tenant: Tenant) -> dict[str, tuple[str, bool, bool]]:
    """Return each contact's persona and flags by first name."""
    with tenant_scope(tenant.schema_name):
        rows = ContactPersona.objects.values_list(
            "contact__first_name", "persona__code", "locked", "assigned_manually"
        )
        return {name: (code, locked, manual) for name, code, locked, manual in rows}


class TestAgain:
    def test_the_same_import_twice_changes_nothing(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: idempotent by source id, with or without --all: not a row, not a revision, not an entry."""
        source = whole(tmp_path, docs.mixed_contacts(2_500))
        first = import_mongo(source, ALL)
        before = state(acme)
        again, anew = import_mongo(source, ALL), import_mongo(source, ALL, "--all")
        assert state(acme) == before
        assert counts(first["contacts"])[0] > 2_000
        assert counts(anew["contacts"])[:2] == counts(again["contacts"])[:2] == (0, 0)
        assert counts(anew["contacts"])[2] == sum(counts(first["contacts"])[:2])

    def test_it_takes_only_what_is_new(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: incremental by `_id`: what earlier runs have read is passed over, --all looks again."""
        import_mongo(
            of(tmp_path / "1", contacts=[contact(number) for number in range(0, 9_000, 60)]), "contacts"
        )
        later = of(tmp_path / "2", contacts=[contact(number) for number in range(0, 12_000, 60)])
        facts = import_mongo(later, "contacts")["contacts"]
        # Above the mark 50 are new; those of the hour before it are looked at again.
        assert counts(facts) == (50, 0, 61, 89, 0)
        assert facts["reasons"] == {"skipped.read_before": 89}
        assert counts(import_mongo(later, "contacts", "--all")["contacts"]) == (0, 0, 200, 0, 0)

    def test_another_form_of_file_is_no_news(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: dump, packed dump, lines and array, canonical and relaxed: one and the same import."""
        people = list(docs.mixed_contacts(200))
        import_mongo(of(tmp_path / "dump", contacts=people), "contacts")
        before = state(acme)
        docs.dump(tmp_path / "packed", packed=True, contacts=people)
        forms = [tmp_path / "packed"]
        for array in (False, True):
            for canonical in (False, True):
                forms.append(tmp_path / f"{array}{canonical}" / "contacts.json")
                forms[-1].parent.mkdir()
                forms[-1].write_text(docs.json_text(people, array=array, canonical=canonical))
        for form in forms:
            assert counts(import_mongo(form, "contacts", "--all")["contacts"])[2:4] == (200, 0), form
        assert state(acme) == before

    def test_a_changed_document_changes_its_contact(self, acme: Tenant, tmp_path: Path) -> None:
        """F9, L6: found by its id over there, even with another e-mail; a new title is classified again."""
        import_mongo(of(tmp_path / "1", contacts=[contact(1), contact(2)]), "contacts")
        moved = contact(2, email="nueva@example.org", linkedin_url=None, job_title="Gerente Comercial")
        facts = import_mongo(of(tmp_path / "2", contacts=[contact(1), moved]), "contacts")["contacts"]
        assert counts(facts) == (0, 1, 1, 0, 0)
        with tenant_scope(acme.schema_name):
            found = Contact.objects.get(first_name="Persona2")
            assert found.job_title == "Gerente Comercial"
            emails = ContactEmail.objects.filter(contact=found).order_by("-is_primary")
            assert [one.address for one in emails] == ["persona2@example.org", "nueva@example.org"]
        assert classified(acme)["Persona2"][0] == "dc_comerciales"

    def test_what_was_refused_is_tried_again(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: a document behind the mark whose reason is gone comes in with the next run."""
        held = contact(1, buyer_persona="Aún Nadie", buyer_persona_locked=True)
        source = of(tmp_path, contacts=[held, contact(90_000)])
        refused = import_mongo(source, "contacts")["contacts"]
        assert (counts(refused), refused["reasons"]) == ((1, 0, 0, 0, 1), {"error.unknown_persona": 1})
        assert import_mongo(source, "contacts")["contacts"]["reasons"] == {"error.unknown_persona": 1}
        named = import_mongo(source, "contacts", "--persona", "aun nadie=dc_medicas")["contacts"]
        assert counts(named) == (1, 0, 1, 0, 0)
        assert classified(acme)["Persona1"] == ("dc_medicas", True, False)

    def test_a_contact_deleted_here_stays_deleted(self, acme: Tenant, alice: User, tmp_path: Path) -> None:
        """F9: an import brings nobody back whom somebody took away."""
        import_mongo(of(tmp_path / "1", contacts=[contact(1)]), "contacts")
        with tenant_scope(acme.schema_name):
            actions.delete_contact(contact_id=Contact.objects.get().pk, by=alice.pk)
        assert counts(import_mongo(tmp_path / "1", "contacts", "--all")["contacts"]) == (0, 0, 1, 0, 0)
        of(tmp_path / "2", contacts=[contact(1, job_title="Otra cosa")])
        facts = import_mongo(tmp_path / "2", "contacts")["contacts"]
        assert facts["reasons"] == {"skipped.deleted_here": 1}
        with tenant_scope(acme.schema_name):
            assert Contact.objects.count() == 0

    def test_two_systems_may_use_the_same_ids(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: --system tells sources apart."""
        import_mongo(of(tmp_path / "1", contacts=[contact(1)]), "contacts")
        other = contact(1, first_name="Otra", email="otra@example.org", linkedin_url=None)
        facts = import_mongo(of(tmp_path / "2", contacts=[other]), "contacts", "--system", "crm-peru")
        assert counts(facts["contacts"]) == (1, 0, 0, 0, 0)


class TestDryRun:
    def test_it_foretells_every_count_and_writes_nothing(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: --dry-run shows what would happen: the very counts, reasons and remarks of the run after it."""
        source = whole(tmp_path, [*docs.mixed_contacts(2_200), *conflicting()])
        before = state(acme)
        foretold = import_mongo(source, ALL, "--dry-run")
        assert state(acme) == before
        happened = import_mongo(source, ALL)
        for name, facts in happened.items():
            for word in (*docs_counts(facts), "reasons", "notes", "remarks"):
                assert foretold[name][word] == facts[word], (name, word)
        assert happened["contacts"]["reasons"]["error.email_url_mismatch"] == 2
        assert happened["contacts"]["notes"]["merged"] > 20

    def test_it_writes_not_even_a_number(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: a dry run works under the log-in that cannot write (S2); no sequence moves."""
        source = whole(tmp_path, docs.mixed_contacts(50))
        with CaptureQueriesContext(connection) as sent:
            import_mongo(source, ALL, "--dry-run")
        said = " ".join(query["sql"] for query in sent).upper()
        assert "NEXTVAL" not in said
        assert not any(
            word in said for word in ("INSERT INTO", "UPDATE PERSONAS", "DELETE FROM", "FOR UPDATE")
        )

    def test_it_shows_the_mapping_first(self, tmp_path: Path) -> None:
        """F9: each field with its kinds of value and what it becomes; what is left behind is said too."""
        people = [contact(1, email=["a@example.org"], tags=["x"]), contact(2, email=None)]
        said = io.StringIO()
        call_command("import_mongo", str(of(tmp_path, contacts=people)), "--tenant=acme", "--what=contacts",
                     "--dry-run", stdout=said)  # fmt: skip
        lines = said.getvalue()
        assert "contacts ←" in lines
        assert "2 documents" in lines
        assert "e-mails (the first, or the one marked primary, is primary)  (list 1, null 1)" in lines
        assert "not imported  (list 1, missing 1)" in lines
        assert "2 created, 0 updated, 0 unchanged, 0 skipped, 0 error" in lines


def docs_counts(facts: dict[str, Any]) -> tuple[str, ...]:
    return tuple(word for word in ("created", "updated", "unchanged", "skipped", "error") if word in facts)


def conflicting() -> list[docs.Document]:
    """Documents that are two people at once, in one part of the file and across parts."""
    return [
        contact(50_000),
        contact(50_001, email="persona50000@example.org"),
        contact(
            50_002, email="persona50000@example.org", linkedin_url="https://linkedin.com/in/somebody-else"
        ),
        contact(50_003, linkedin_url=None, email=["persona50000@example.org", "more@example.org"]),
        {"_id": object_id(50_004), "job_title": "Nobody"},
    ]


class TestContacts:
    def test_a_contact_brings_all_it_has(self, acme: Tenant, tmp_path: Path) -> None:
        """F9, P1, P5: names, e-mails, companies, title, address, phone, day; the copy is made anew."""
        document = contact(
            1,
            first_name="  Ana\u00a0María ", last_name="Ñandú", job_title="GERENTE MÉDICO",
            job_title_normalized="stale", phone=56912345678, first_connected_on_linkedin=docs.EPOCH,
            source="linkedin_connections_ana", buyer_persona=None,
            email=[{"email": "b@example.org"}, {"email": "A@Example.org", "primary": True}, "B@example.org"],
            company=[{"name": "Acme"}, "ACME", "Birch"],
        )  # fmt: skip
        assert counts(import_mongo(of(tmp_path, contacts=[document]), "contacts")["contacts"])[0] == 1
        with tenant_scope(acme.schema_name):
            found = queries.contacts().get()
            assert (found.first_name, found.last_name, found.phone) == ("Ana María", "Ñandú", "56912345678")
            assert found.title is not None
            assert found.title.normalized == "gerente medico"
            assert found.linkedin_url == "https://linkedin.com/in/persona-1"
            assert found.source == "linkedin_connections_ana"
            assert str(found.first_connected_on_linkedin) == "2024-01-01"
            emails = ContactEmail.objects.order_by("-is_primary").values_list("address", flat=True)
            assert list(emails) == ["a@example.org", "b@example.org"]
            companies = ContactCompany.objects.order_by("-is_primary").values_list("name", flat=True)
            assert list(companies) == ["Acme", "Birch"]
            change = PersonaChange.objects.get()
            assert (change.old, change.cause) == ("", "import")

    @pytest.mark.parametrize(
        ("email", "addresses"),
        [
            ("Ana@Example.org", ["ana@example.org"]),
            (
                "a@example.org; b@example.org,c@example.org",
                ["a@example.org", "b@example.org", "c@example.org"],
            ),
            (["a@example.org", None, "", "n/a", "a@EXAMPLE.org"], ["a@example.org"]),
            ([{"address": "a@example.org"}, ["b@example.org"]], ["a@example.org", "b@example.org"]),
            ({"value": "a@example.org", "type": "work"}, ["a@example.org"]),
            ("Ana <a@example.org>", ["a@example.org"]),
            (7, []),
            ({"nothing": "here"}, []),
            ("nobody at all", []),
            (True, []),
            (b"a@example.org", []),
            (None, []),
        ],
    )
    def test_an_email_field_may_hold_anything(
        self, acme: Tenant, tmp_path: Path, email: object, addresses: list[str]
    ) -> None:
        """F9: a text, a list, objects, null, or nonsense: what is an address is taken, the row stays."""
        facts = import_mongo(of(tmp_path, contacts=[contact(1, email=email)]), "contacts")["contacts"]
        assert counts(facts)[0] == 1
        with tenant_scope(acme.schema_name):
            assert sorted(ContactEmail.objects.values_list("address", flat=True)) == addresses

    def test_locked_and_manual_personas_are_kept(self, acme: Tenant, alice: User, tmp_path: Path) -> None:
        """P7, F9: flags come over, with who and when; the others are classified by the rules (P5)."""
        people = [
            contact(1, buyer_persona="dc_medicas", buyer_persona_locked=True, job_title="Gerente Comercial"),
            contact(2, buyer_persona="Marketing", buyer_persona_assigned_manually="true", job_title="CEO"),
            contact(3, buyer_persona="dc_medicas", job_title="Gerente Comercial"),
            contact(4, buyer_persona=None, buyer_persona_locked=True, job_title="Gerente Comercial"),
        ]
        facts = import_mongo(of(tmp_path, contacts=people), "contacts", "--by", "ALICE@acme.example")[
            "contacts"
        ]
        assert classified(acme) == {
            "Persona1": ("dc_medicas", True, False),
            "Persona2": ("dc_marketing", False, True),
            "Persona3": ("dc_comerciales", False, False),
            "Persona4": ("dc_comerciales", True, False),
        }
        assert facts["notes"] == {"held_without_persona": 1}
        with tenant_scope(acme.schema_name):
            held = ContactPersona.objects.exclude(locked_at=None)
            assert set(held.values_list("locked_by", flat=True)) == {alice.pk}
            assert set(held.values_list("keyword_text", flat=True)) == {"", "gerente comercial"}
            moves = PersonaChange.objects.order_by("contact__first_name").values_list("old", "new", "by")
            assert list(moves)[:2] == [("", "dc_medicas", alice.pk), ("", "dc_marketing", alice.pk)]
            assert sum(day.gained - day.lost for one in Persona.objects.all() for day in one.days.all()) == 4

    def test_without_a_name_nobody_is_said_to_hold_it(self, acme: Tenant, tmp_path: Path) -> None:
        """P7: a held contact needs a who; without --by it is a key that no person has."""
        people = [contact(1, buyer_persona="dc_medicas", buyer_persona_locked=True)]
        import_mongo(of(tmp_path, contacts=people), "contacts")
        with tenant_scope(acme.schema_name):
            assert ContactPersona.objects.get().locked_by == first_system.NOBODY

    def test_what_was_decided_here_wins(self, acme: Tenant, alice: User, tmp_path: Path) -> None:
        """P7: no import changes the persona of a contact that a person holds here."""
        import_mongo(of(tmp_path / "1", contacts=[contact(1)]), "contacts")
        with tenant_scope(acme.schema_name):
            actions.assign_persona(
                contact_id=Contact.objects.get().pk,
                persona=Persona.objects.get(code="dc_generales"),
                by=alice.pk,
            )
        later = contact(
            1, buyer_persona="dc_medicas", buyer_persona_locked=True, job_title="Directora Médica"
        )
        facts = import_mongo(of(tmp_path / "2", contacts=[later]), "contacts")["contacts"]
        assert (counts(facts)[1], facts["notes"]) == (1, {"held_here": 1})
        assert classified(acme) == {"Persona1": ("dc_generales", True, True)}

    def test_all_personas_are_kept_when_asked_for(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: --keep-personas keeps what stood there, unlocked; the moment of its job comes with it."""
        people = [
            contact(1, buyer_persona="dirección médica", job_title="Gerente Comercial",
                    reclassified_at=docs.EPOCH.isoformat(), reclassified_by_job=str(OLD_JOB)),
            contact(2, buyer_persona="nobody knows", job_title="Gerente Comercial"),
        ]  # fmt: skip
        source = of(tmp_path, contacts=people, priorities=numbered(docs.PRIORITIES))
        facts = import_mongo(source, "priorities,contacts", "--keep-personas")["contacts"]
        assert classified(acme) == {
            "Persona1": ("dc_medicas", False, False),
            "Persona2": ("dc_comerciales", False, False),
        }
        assert facts["notes"] == {"unknown_persona": 1}
        with tenant_scope(acme.schema_name):
            kept = ContactPersona.objects.get(persona__code="dc_medicas")
            assert (kept.reclassified_at, kept.reclassified_by_job) == (docs.EPOCH, OLD_JOB)

    def test_one_person_in_several_documents_is_one_contact(self, acme: Tenant, tmp_path: Path) -> None:
        """L6, F9: by e-mail, then by address; nothing missing is left out, doubts are written nowhere."""
        people = [
            contact(1, email="ana@example.org", linkedin_url=None, phone="111"),
            contact(2, email=["x@example.org", "Ana@example.org"], linkedin_url="linkedin.com/in/ana"),
            contact(3, email=None, linkedin_url="https://cl.linkedin.com/in/ANA/", company="Tercera"),
            contact(4, email="ana@example.org", linkedin_url="linkedin.com/in/another"),
            contact(5, email="ana@example.org", linkedin_url="linkedin.com/in/ana",
                    buyer_persona="dc_medicas", buyer_persona_locked=True),
        ]  # fmt: skip
        facts = import_mongo(of(tmp_path, contacts=people), "contacts")["contacts"]
        assert counts(facts) == (1, 3, 0, 0, 1)
        assert (facts["reasons"], facts["notes"]) == ({"error.email_url_mismatch": 1}, {"merged": 3})
        with tenant_scope(acme.schema_name):
            found = queries.contacts().get()
            assert (found.first_name, found.phone) == ("Persona1", "111")
            assert {email.address for email in found.emails.all()} == {"ana@example.org", "x@example.org"}
            assert {one.name for one in found.companies.all()} == {
                "Empresa 1",
                "Empresa 2",
                "Tercera",
                "Empresa 5",
            }
            assert SourceRecord.objects.filter(target=str(found.pk)).count() == 4
        assert classified(acme) == {"Persona1": ("dc_medicas", True, False)}

    def test_whoever_can_be_told_apart_comes_in(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: a name, an e-mail or an address is enough: source ids keep names alone from coming twice."""
        people: list[docs.Document] = [
            {"_id": object_id(1), "email": "only@example.org"},
            {"_id": object_id(2), "last_name": "Null"},
            {"_id": object_id(3), "linkedin_url": "linkedin.com/in/only"},
            {"_id": object_id(4), "name": "Ana Pérez"},
            {"_id": object_id(5), "job_title": "Gerente", "company": "Acme", "email": "nonsense"},
            {"first_name": "Nobody knows me again"},
            {"_id": {"odd": ["id"]}, "id": 7, "first_name": 42, "last_name": ["Uno", "Dos"]},
        ]
        facts = import_mongo(of(tmp_path, contacts=people), "contacts")["contacts"]
        assert counts(facts) == (5, 0, 0, 0, 2)
        assert facts["reasons"] == {"error.missing_identifiers": 1, "error.without_id": 1}
        with tenant_scope(acme.schema_name):
            names = set(Contact.objects.values_list("first_name", "last_name"))
        assert names == {("", ""), ("", "Null"), ("Ana Pérez", ""), ("42", "Uno")}

    def test_no_value_breaks_it(self, acme: Tenant, tmp_path: Path) -> None:
        """F9, S13: NUL, half surrogates, a megabyte, wrong kinds in every field: an answer for each row."""
        odd: list[Any] = [
            "\0",
            "\ud800",
            "x" * 1_000_000,
            "\u202e\u0000ab",
            {"$": {}},
            [[]],
            -1,
            1e308,
            b"\xff",
            True,
        ]
        (tmp_path / "contacts.json").write_text(
            "".join(
                docs.json_text([contact(place, **{field: value})], array=False, canonical=True)
                for place, (field, value) in enumerate((f, v) for f in contact(0) if f != "_id" for v in odd)
                if not isinstance(value, dict)
            ).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        )  # fmt: skip
        facts = import_mongo(tmp_path, "contacts")["contacts"]
        assert sum(counts(facts)) == 9 * len(list(contact(0))[1:])
        assert "error.not_storable" not in facts["reasons"]
        assert counts(facts)[4] == 0

    def test_what_the_database_refuses_takes_nobody_along(
        self, acme: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """F9, R5: one document that cannot be stored is an error of its own; its chunk comes in."""
        monkeypatch.setattr(document_limits, "PHONE_LENGTH", 1_000)
        people = [contact(number, phone="9" * (500 if number == 33 else 9)) for number in range(80)]
        facts = import_mongo(of(tmp_path, contacts=people), "contacts")["contacts"]
        assert (counts(facts), facts["reasons"]) == ((79, 0, 0, 0, 1), {"error.not_storable": 1})

    def test_documents_are_cut_where_columns_end(self) -> None:
        """F9: the reader's limits are the models'."""
        assert (document_limits.PHONE_LENGTH, document_limits.SOURCE_LENGTH) == (PHONE_LENGTH, SOURCE_LENGTH)

    def test_statements_do_not_grow_with_documents(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: set by set, never row by row: ten or nine hundred contacts, the same number of statements."""
        seen = []
        for place, number in enumerate((10, 900)):
            people = [
                contact(100_000 * (place + 1) + n, buyer_persona_locked=not n % 7) for n in range(number)
            ]
            source = of(tmp_path / str(number), contacts=people)
            with CaptureQueriesContext(connection) as sent:
                import_mongo(source, "contacts", "--all")
            seen.append(len(sent))
        assert seen[0] == seen[1] < 70


class TestRules:
    def test_personas_come_from_priorities_keywords_and_contacts(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: codes and names mixed in one field are one persona, whatever the case and accents."""
        source = of(
            tmp_path,
            priorities=numbered(docs.PRIORITIES),
            keywords=numbered(
                [
                    {"keyword": "uno", "buyer_persona_id": "FINANZAS"},
                    {"keyword": "dos", "buyer_persona_id": "dc_finanzas"},
                    {"keyword": "tres", "buyer_persona_id": None, "buyer_persona_name": "finanzas "},
                    {"keyword": "cuatro", "buyer_persona_id": {"id": str(ObjectId()), "name": "Finanzas"}},
                    {"keyword": "cinco", "buyer_persona_id": "dc_legal", "buyer_persona_name": "Área Legal"},
                    {"keyword": "seis", "buyer_persona_id": "Gente y Cultura"},
                    {"keyword": "siete"},
                ]
            ),
            contacts=[
                contact(1, buyer_persona="dc_compras", buyer_persona_locked=True),
                contact(2, buyer_persona="área legal", buyer_persona_locked=True),
                contact(3, buyer_persona="Gente Y Cultura", buyer_persona_locked=True),
                contact(4, buyer_persona="nonsense here", buyer_persona_locked=True),
            ],
        )
        facts = import_mongo(source, "contacts,keywords,priorities")
        with tenant_scope(acme.schema_name):
            ids = SourceRecord.objects.filter(collection="keywords", refusal="").values_list(
                "target", flat=True
            )
            written = Keyword.objects.filter(pk__in=map(int, ids))
            found = dict(written.values_list("normalized", "persona__code"))
            personas = list(Persona.objects.order_by("priority").values_list("code", "name", "priority"))
        assert found == {
            "uno": "dc_finanzas", "dos": "dc_finanzas", "tres": "dc_finanzas", "cuatro": "dc_finanzas",
            "cinco": "dc_legal", "seis": "gente_y_cultura",
        }  # fmt: skip
        assert personas == [
            ("dc_generales", "Dirección General", 1),
            ("dc_marketing", "Marketing", 2),
            ("dc_comerciales", "Comercial", 3),
            ("dc_medicas", "Dirección Médica", 4),
            ("dc_finanzas", "Finanzas", 5),
            ("mateo", "Otros", 99),
            ("dc_legal", "Área Legal", 100),
            ("gente_y_cultura", "gente_y_cultura", 101),
            ("dc_compras", "dc_compras", 102),
        ]
        assert facts["keywords"]["reasons"] == {"error.persona_missing": 1}
        assert facts["keywords"]["notes"] == {"persona_made": 2}
        assert facts["contacts"]["reasons"] == {"error.unknown_persona": 1}
        assert "unknown personas: nonsense here (1)" in facts["contacts"]["remarks"]

    def test_priorities_are_unique_whatever_the_documents_say(self, acme: Tenant, tmp_path: Path) -> None:
        """F9, P3: numbers swap in one step; a number asked for twice goes to the first, others make room."""
        documents = numbered(
            [
                {"buyer_persona_id": "dc_marketing", "priority": 1, "name": "Marketing"},
                {"buyer_persona_id": "dc_generales", "priority": 2, "name": "Dirección general"},
                {"buyer_persona_id": "nueva", "priority": 2, "name": "Nueva"},
                {"buyer_persona_id": "otra", "priority": "first", "name": "Otra"},
                {"buyer_persona_id": "última", "priority": -3, "name": "Última"},
                {"name": None, "priority": 7},
            ]
        )
        facts = import_mongo(of(tmp_path, priorities=documents), "priorities")["priorities"]
        with tenant_scope(acme.schema_name):
            found = dict(Persona.objects.values_list("code", "priority"))
        assert found == {
            "dc_marketing": 1, "dc_generales": 2, "dc_comerciales": 3, "dc_medicas": 4, "nueva": 5,
            "mateo": 99, "otra": 101, "ultima": 102,
        }  # fmt: skip
        assert counts(facts) == (3, 2, 0, 0, 1)
        assert facts["notes"] == {"priority_taken": 1, "priority_missing": 2}

    def test_keywords_are_written_by_the_rules_of_keywords(self, acme: Tenant, tmp_path: Path) -> None:
        """P9, F9: refused under a persona of equal or better rank, moved from a lower one; none is fatal."""
        documents = numbered(
            [
                {"keyword": "Palabra Nueva", "buyer_persona_id": "dc_medicas"},
                {"keyword": "palabra nueva", "buyer_persona_id": "dc_generales"},
                {"keyword": "PALABRA  NUEVA!", "buyer_persona_id": "dc_comerciales"},
                {"keyword": "汉字", "buyer_persona_id": "dc_medicas"},
                {"keyword": None, "buyer_persona_id": "dc_medicas"},
                {"keyword": "x" * 201, "buyer_persona_id": "dc_medicas"},
                {"keyword": "algo", "buyer_persona_id": "mateo"},
                {"keyword": ["varias una", "varias dos"], "buyer_persona_id": "dc_medicas"},
                {"keyword": 2030, "buyer_persona_id": "dc_medicas"},
            ]
        )
        facts = import_mongo(of(tmp_path, keywords=documents), "keywords")["keywords"]
        assert counts(facts) == (3, 1, 0, 2, 3)
        assert facts["reasons"] == {
            "skipped.keyword_exists": 1, "skipped.persona_is_default": 1, "error.keyword_empty": 2,
            "error.keyword_too_long": 1,
        }  # fmt: skip
        assert facts["notes"] == {"keyword_moved": 1}
        with tenant_scope(acme.schema_name):
            found = Keyword.objects.get(normalized="palabra nueva")
            assert (found.persona.code, found.text) == ("dc_generales", "palabra nueva")
            written = Keyword.objects.filter(normalized__in=["varias una", "varias dos", "2030"])
            assert {one.match for one in written} == {"phrase"}
            assert written.count() == 3

    def test_keywords_match_as_asked_for(self, acme: Tenant, tmp_path: Path) -> None:
        """P2, F9: as phrases unless told otherwise; asked again with another match, they change."""
        source = of(tmp_path, keywords=numbered([{"keyword": "tesorería", "buyer_persona_id": "dc_medicas"}]))
        for match, expected in (("phrase", (1, 0, 0)), ("exact", (0, 1, 0)), ("exact", (0, 0, 1))):
            assert counts(import_mongo(source, "keywords", "--match", match)["keywords"])[:3] == expected
            with tenant_scope(acme.schema_name):
                assert Keyword.objects.get(normalized="tesoreria").match == match

    def test_a_keyword_edited_over_there_is_edited_here(self, acme: Tenant, tmp_path: Path) -> None:
        """P9, F9: the same document, another text and persona: the same keyword; texts may change places."""

        def keywords(folder: str, *pairs: tuple[str, str]) -> Path:
            made = [{"keyword": text, "buyer_persona_id": code} for text, code in pairs]
            return of(tmp_path / folder, keywords=numbered(made))

        import_mongo(keywords("1", ("palabra uno", "dc_medicas"), ("palabra dos", "dc_medicas")), "keywords")
        with tenant_scope(acme.schema_name):
            before = dict(Keyword.objects.filter(text__startswith="palabra").values_list("text", "id"))
        facts = import_mongo(
            keywords("2", ("palabra tres", "mateo2"), ("palabra uno", "dc_medicas")), "keywords"
        )
        assert counts(facts["keywords"]) == (0, 2, 0, 0, 0)
        with tenant_scope(acme.schema_name):
            after = dict(Keyword.objects.filter(text__startswith="palabra").values_list("text", "id"))
        assert after == {"palabra tres": before["palabra uno"], "palabra uno": before["palabra dos"]}

    def test_there_is_exactly_one_default_persona(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: the tenant's stays, unless another one is named; one with keywords cannot be it."""
        source = of(
            tmp_path,
            priorities=numbered([{"buyer_persona_id": "otros", "priority": 50, "is_default": True}]),
            contacts=[contact(1, job_title="Astronauta")],
        )  # fmt: skip
        import_mongo(source, "priorities,contacts")
        assert classified(acme)["Persona1"][0] == "mateo"
        import_mongo(source, "priorities", "--default", "otros")
        with tenant_scope(acme.schema_name):
            assert list(Persona.objects.filter(is_default=True).values_list("code", flat=True)) == ["otros"]
        with pytest.raises(CommandError, match="palabras clave"):
            import_mongo(source, "contacts", "--default", "dc_marketing")
        with pytest.raises(CommandError, match="nobody"):
            import_mongo(source, "contacts", "--default", "nobody")

    def test_without_any_default_the_lowest_without_keywords_is_it(
        self, acme: Tenant, tmp_path: Path
    ) -> None:
        """F9: a tenant without rules gets a default persona from the documents, or a clear refusal."""
        with tenant_scope(acme.schema_name):
            Keyword.objects.all().delete()
            Persona.objects.all().delete()
        keyword = {"keyword": "gerente", "buyer_persona_id": "dc_generales"}
        nothing = of(tmp_path / "1", keywords=numbered([keyword]), contacts=[contact(1, buyer_persona=None)])
        with pytest.raises(CommandError, match="--default CODE"):
            import_mongo(nothing, "keywords,contacts")
        people = [contact(1, job_title="Gerente"), contact(2, job_title="Astronauta")]
        ranks = numbered(docs.PRIORITIES)
        source = of(tmp_path / "2", keywords=numbered([keyword]), priorities=ranks, contacts=people)
        import_mongo(source, "keywords,contacts,priorities")
        assert {name: code for name, (code, *_flags) in classified(acme).items()} == {
            "Persona1": "dc_generales",
            "Persona2": "mateo",
        }

    def test_it_says_how_often_the_rules_agree(self, tmp_path: Path) -> None:
        """F9: the dry run shows whether keywords match as they did: how many contacts keep their persona."""
        people = [
            contact(number, job_title="Jefa de Marketing", buyer_persona="Marketing") for number in range(9)
        ]
        people.append(contact(9, job_title="Astronauta", buyer_persona="dc_marketing"))
        facts = import_mongo(of(tmp_path, contacts=people), "contacts", "--dry-run")["contacts"]
        assert facts["remarks"] == [
            "by the rules 9 of 10 (90.0 %) have the persona that they had",
            "  dc_marketing → mateo: 1",
        ]


class TestJobs:
    def test_jobs_that_have_ended_are_entries_of_the_audit_log(
        self, acme: Tenant, alice: User, tmp_path: Path
    ) -> None:
        """F9: read-only history, at its own moment, by the member it was; no title of anybody comes along."""
        jobs = [job(1), job(2, created_by="gone@example.org", status="failed", error="it broke"), job(3)]
        jobs[2] |= {"status": "processing", "completed_at": None}
        jobs.append({"_id": object_id(4), "what": "is this"})
        source = of(tmp_path, persona_reclassification_jobs=jobs)
        facts = import_mongo(source, "reclassification_jobs")["reclassification_jobs"]
        assert counts(facts) == (2, 0, 0, 2, 0)
        assert facts["reasons"] == {"skipped.not_finished": 1, "skipped.job_unreadable": 1}
        with tenant_scope(acme.schema_name):
            first, second = AuditEntry.objects.filter(verb="ran_before").order_by("id")
        assert (first.actor, second.actor) == (alice.pk, None)
        assert first.at == jobs[0]["completed_at"]
        assert (first.object_id, first.job) == (jobs[0]["job_id"], UUID(jobs[0]["job_id"]))
        assert first.change == {
            "system": "mongo", "type": "all", "status": "completed", "dry_run": False, "params": {},
            "progress": {"total_contacts": 1000, "processed": 1000, "updated": 300, "skipped_locked": 50,
                         "skipped_same": 650, "errors": 0},
            "total_changes": 300, "persona_breakdown": {"dc_marketing": 100, "dc_finanzas": 200},
            "error": "", "attempt": 1,
            "created_at": "2024-01-02T00:00:00+00:00", "started_at": "2024-01-02T00:00:00+00:00",
        }  # fmt: skip
        assert second.change["error"] == "it broke"

    def test_a_job_that_ends_later_comes_later(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: what had not ended is asked for again; what is written stays as it is."""
        running = job(1, status="processing", completed_at=None)
        import_mongo(
            of(tmp_path / "1", persona_reclassification_jobs=[running, job(90_000)]), "reclassification_jobs"
        )
        of(tmp_path / "2", persona_reclassification_jobs=[job(1), job(90_000, attempt=3)])
        facts = import_mongo(tmp_path / "2", "reclassification_jobs")["reclassification_jobs"]
        assert counts(facts) == (1, 0, 1, 0, 0)
        with tenant_scope(acme.schema_name):
            assert AuditEntry.objects.filter(verb="ran_before", change__attempt=1).count() == 2


class TestCommand:
    def test_a_row_report_has_a_line_for_each_document(self, tmp_path: Path) -> None:
        """F9: source id, outcome, our id, reason in words; what Excel would execute is text."""
        people = [
            contact(1),
            {"_id": "=cmd|' /C calc'!A0", "job_title": "x"},
            {"_id": object_id(3), "first_name": "B"},
        ]
        source, path = of(tmp_path / "d", contacts=people), tmp_path / "rows.csv"
        import_mongo(source, "contacts", "--report", path)
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert [(row["collection"], row["source_id"], row["outcome"], row["reason"]) for row in rows] == [
            ("contacts", f"oid:{object_id(1)}", "created", ""),
            ("contacts", "str:=cmd|' /C calc'!A0", "error", "missing_identifiers"),
            ("contacts", f"oid:{object_id(3)}", "created", ""),
        ]
        assert rows[1]["words"] == "neither name nor e-mail nor profile address"
        assert rows[0]["id"].isdecimal()

    def test_it_says_on_the_screen_what_is_wrong_with_which(self, tmp_path: Path) -> None:
        """F9: counts by reason, in words, with some ids."""
        said = io.StringIO()
        source = of(tmp_path, contacts=[{"_id": object_id(1), "job_title": "x"}])
        call_command("import_mongo", str(source), "--tenant=acme", "--what=contacts", stdout=said)
        assert (
            f"error: 1 missing_identifiers: neither name nor e-mail nor profile address [oid:{object_id(1)}]"
            in said.getvalue()
        )

    def test_what_came_before_the_cut_is_kept_and_gone_on_with(self, acme: Tenant, tmp_path: Path) -> None:
        """F9: a truncated file: one line, its rows written; the whole file then brings the rest."""
        people = [contact(number) for number in range(0, 60 * 2_500, 60)]
        raw = docs.bson_of(people)
        (tmp_path / "contacts.bson").write_bytes(raw[: len(docs.bson_of(people[:2_000])) + 30])
        with pytest.raises(
            CommandError, match=r"contacts\.bson: the file is cut off in document 2001"
        ) as caught:
            import_mongo(tmp_path, "contacts")
        assert "\n" not in str(caught.value)
        assert counts(told(import_mongo.said)["contacts"])[0] == 2_000  # type: ignore[attr-defined]
        (tmp_path / "contacts.bson").write_bytes(raw)
        # No mark was set: the file was not read to its end.
        assert counts(import_mongo(tmp_path, "contacts")["contacts"]) == (500, 0, 2_000, 0, 0)

    @pytest.mark.parametrize("name", ["accounts", "batches", "debtors", "jobs"])
    def test_a_collection_of_a_later_domain_is_refused(self, tmp_path: Path, name: str) -> None:
        """F9: said before anything is read."""
        with pytest.raises(
            CommandError, match=rf"{name} cannot be imported yet.*contacts, reclassification_jobs"
        ):
            import_mongo(tmp_path, f"contacts,{name}")

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--what", "nonsense"], "'nonsense' is no collection"),
            (["--what", " , "], "Name what to import"),
            (["--tenant", "nobody"], "There is no tenant 'nobody'. There are: acme, birch."),
            (["--by", "carol@birch.example"], "carol@birch.example is no member of acme"),
            (["--by", "x"], "x is no member of acme"),
            (["--collection", "contacts"], "--collection takes NAME=VALUE"),
            (["--collection", "contacts=none"], r"looked for none\)"),
            (["--persona", "=x"], "--persona takes NAME=VALUE"),
            (["--database", "old"], "of old is here"),
            (["--report", "/nowhere/at/all.csv"], "No such file"),
        ],
    )
    def test_a_wrong_call_is_one_line(self, tmp_path: Path, options: list[str], words: str) -> None:
        """F9: with the cure, before anything is written."""
        said = {"--tenant": "acme", "--what": "contacts"} | dict(
            zip(options[::2], options[1::2], strict=True)
        )
        flat = [word for pair in said.items() for word in pair]
        with pytest.raises(CommandError, match=words) as caught:
            call_command(
                "import_mongo", str(of(tmp_path, contacts=[contact(1)])), *flat, stdout=io.StringIO()
            )
        assert "\n" not in str(caught.value)

    def test_two_collections_that_may_be_meant_are_asked_about(self, tmp_path: Path) -> None:
        """F9: nothing is guessed; --collection says which."""
        source = of(tmp_path, contacts=[contact(1)], unified_contacts=[contact(2), contact(3)])
        with pytest.raises(CommandError, match="several collections for contacts"):
            import_mongo(source, "contacts")
        facts = import_mongo(source, "contacts", "--collection", "contacts=unified_contacts")
        assert counts(facts["contacts"])[0] == 2

    def test_another_tenant_sees_nothing_of_it(self, birch: Tenant, tmp_path: Path) -> None:
        """S1, F9: rows, ids and marks are the tenant's own."""
        source = whole(tmp_path, docs.mixed_contacts(20))
        before = state(birch)
        import_mongo(source, ALL)
        assert state(birch) == before
        assert counts(import_mongo(source, ALL, tenant="birch")["contacts"])[0] > 0

    def test_who_imported_what_stands_in_the_audit_log(
        self, acme: Tenant, alice: User, tmp_path: Path
    ) -> None:
        """F9: one entry a collection, with counts and without anybody's name."""
        import_mongo(of(tmp_path, contacts=[contact(1)]), "contacts", "--by", "alice@acme.example")
        with tenant_scope(acme.schema_name):
            entry = AuditEntry.objects.get(verb="import")
        assert (entry.actor, entry.object_type, entry.object_id) == (alice.pk, "contacts", "mongo")
        assert entry.change == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "error": 0}
