"""Contacts of the first system: every kind of value, what people decided, one person twice (F9, L6, P7)."""

from pathlib import Path
from typing import Any

import pytest
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
    Persona,
    PersonaChange,
)
from personas.models.contacts import PHONE_LENGTH, SOURCE_LENGTH
from tenants.models import Tenant, User
from tenants.records.models import SourceRecord
from tenants.scope import tenant_scope
from tests import mongo_documents as docs
from tests.mongo_documents import OLD_JOB, contact, numbered, object_id
from tests.mongo_runs import classified, counts, import_mongo, of


@pytest.fixture(autouse=True)
def _tenant(acme: Tenant) -> None:
    """Every import here goes to Acme."""


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
        """F9: set by set, never row by row: ten or five hundred contacts, the same number of statements."""
        seen = []
        for place, number in enumerate((10, 500)):
            people = [
                contact(100_000 * (place + 1) + n, buyer_persona_locked=not n % 7) for n in range(number)
            ]
            source = of(tmp_path / str(number), contacts=people)
            with CaptureQueriesContext(connection) as sent:
                import_mongo(source, "contacts", "--all")
            seen.append(len(sent))
        assert seen[0] == seen[1] < 70
