"""The command of `manage.py import_mongo`: reports, refusals, one line for each (F9)."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests import mongo_documents as docs
from tests.mongo_documents import contact, object_id
from tests.mongo_runs import ALL, counts, import_mongo, of, state, told, whole

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture(autouse=True)
def _tenant(acme: Tenant) -> None:
    """Every import here goes to Acme."""


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
