"""`manage.py import_mongo`: the same again, only what is new, what would happen (F9)."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personas import actions
from personas.models import (
    Contact,
    ContactEmail,
)
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests import mongo_documents as docs
from tests.mongo_documents import contact, object_id
from tests.mongo_runs import ALL, classified, counts, import_mongo, of, state, whole

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture(autouse=True)
def _tenant(acme: Tenant) -> None:
    """Every import here goes to Acme."""


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
