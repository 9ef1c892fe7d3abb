"""`manage.py import_cabinet`: tables of the first identity system, from files and from PostgreSQL (F10)."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from identity.actions.first_system.rows import text_of
from identity.models import (
    BacklogEvent,
    Claim,
    Driver,
    Identifier,
    Lead,
    Link,
    Origin,
    OriginChange,
    Person,
    TripDay,
)
from identity.queries.guardrails import Guardrail, verify
from identity.samples import write_fleet
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry, SourceRecord
from tenants.scope import tenant_scope
from tests import cabinet_tables as tables
from tests.cabinet_tables import ANA, EVA, SOL, database_of, folder_of

pytestmark = pytest.mark.usefixtures("in_english")

WRITTEN = (Lead, Driver, TripDay, Person, Link, Identifier, Origin, OriginChange, Claim, BacklogEvent,
           SourceRecord)  # fmt: skip
COUNTS = ("created", "updated", "unchanged", "skipped", "error")


@pytest.fixture(autouse=True)
def _tenant(acme: Tenant) -> None:
    """Every import here goes to Acme."""


def import_cabinet(source: object, *options: object) -> dict[str, dict[str, Any]]:
    """Import and return what was told of each table."""
    said = io.StringIO()
    call_command("import_cabinet", str(source), "--tenant=acme", "--json", *map(str, options), stdout=said)
    steps = [json.loads(line) for line in said.getvalue().splitlines()]
    return {step["step"].removeprefix("take."): step for step in steps if step["step"].startswith("take.")}


def counts(told: dict[str, dict[str, Any]]) -> dict[str, tuple[int, ...]]:
    """Return created, updated, unchanged, skipped and errors by table."""
    return {name: tuple(facts[one] for one in COUNTS) for name, facts in told.items()}


def reasons(told: dict[str, dict[str, Any]], name: str) -> set[str]:
    return {reason.partition(".")[2] for reason in told[name]["reasons"]}


def state(tenant: Tenant) -> list[Any]:
    """Everything that an import may write."""
    with tenant_scope(tenant.schema_name):
        return [sorted(map(str, model._default_manager.values_list())) for model in WRITTEN]


@contextmanager
def folder(path: Path) -> Iterator[str]:
    yield str(folder_of(path / "csv"))


@contextmanager
def server(path: Path) -> Iterator[str]:
    with database_of() as address:
        yield address


EXPECTED = {
    "leads": (3, 0, 0, 0, 2),
    "drivers": (2, 0, 0, 0, 0),
    "trips": (3, 0, 0, 0, 1),
    "links": (4, 0, 0, 0, 4),
    "origins": (0, 1, 1, 0, 2),
    "claims": (5, 0, 0, 0, 2),
}
AGAIN = {
    "leads": (0, 0, 3, 0, 2),
    "drivers": (0, 0, 2, 0, 0),
    "trips": (0, 0, 3, 0, 1),
    "links": (0, 0, 4, 0, 4),
    "origins": (0, 0, 2, 0, 2),
    "claims": (0, 0, 5, 0, 2),
}


@pytest.mark.parametrize("source", [folder, server])
class TestWhole:
    def test_everything_comes_over(self, acme: Tenant, tmp_path: Path, source: Any) -> None:
        """F10: leads, drivers, trips, the same persons, origins, claims; the guardrails hold."""
        with source(tmp_path) as said:
            told = import_cabinet(said)
        assert counts(told) == EXPECTED
        with tenant_scope(acme.schema_name):
            sol = Lead.objects.get(first_name="Sol")
            assert sol.source_pk == f"row:{sol.pk}"
            links = {(one.source, one.source_pk): one for one in Link.objects.all()}
            assert {key: str(one.person_id) for key, one in links.items()} == {
                ("cabinet_lead", "L1"): ANA,
                ("driver", "d1"): ANA,
                ("scout_registration", "S1"): ANA,
                ("cabinet_lead", sol.source_pk): SOL,
            }
            lead = links["cabinet_lead", "L1"]
            assert (lead.rule, lead.score, lead.confidence, lead.via) == (
                "R1_PHONE_EXACT",
                95,
                "HIGH",
                "migration",
            )
            assert lead.linked_at.isoformat() == "2026-03-08T12:00:00+00:00"
            assert links["driver", "d1"].rule == "DRIVER_MATCH"
            assert Person.objects.get(pk=UUID(ANA)).name == "ANA RUIZ"
            assert set(Identifier.objects.values_list("kind", "value", "is_sole")) == {
                ("document", "12345678", True),
                ("licence", "Q12345678", True),
            }
            events = BacklogEvent.objects.filter(kind="linked_elsewhere").values_list("source_pk", flat=True)
            assert set(events) == {"L1", sol.source_pk}
            assert {str(one.pk): (one.kind, one.decided_by, one.status) for one in Origin.objects.all()} == {
                ANA: ("scout_registration", "manual", "resolved_manual"),
                SOL: ("cabinet_lead", "system", "resolved_auto"),
            }
            assert OriginChange.objects.get().kind == "cabinet_lead"
            claims = {(one.source_pk, one.milestone): one for one in Claim.objects.all()}
            assert {key: (one.state, str(one.person_id)) for key, one in claims.items()} == {
                ("L1", "M1"): ("paid", ANA),
                ("L1", "M5"): ("generated", ANA),
                ("L1", "M25"): ("expected", ANA),
                (sol.source_pk, "M1"): ("rejected", SOL),
                ("L404", "M1"): ("paid", "None"),
            }
            assert claims["L1", "M5"].amount == Decimal(35)
            for guardrail in (Guardrail.KEY, Guardrail.ORIGIN, Guardrail.NUMBERS):
                assert verify(guardrail=guardrail).offenders == []

    def test_a_second_run_changes_nothing(self, acme: Tenant, tmp_path: Path, source: Any) -> None:
        """F10: idempotent by the ids over there, those of rows without external id too."""
        with source(tmp_path) as said:
            import_cabinet(said)
            before = state(acme)
            assert counts(import_cabinet(said)) == AGAIN
        assert state(acme) == before

    def test_a_dry_run_says_the_same_and_writes_nothing(
        self, acme: Tenant, tmp_path: Path, source: Any
    ) -> None:
        """F10: under a log-in that could not write."""
        before = state(acme)
        with source(tmp_path) as said:
            told = counts(import_cabinet(said, "--dry-run"))
        # Leads of persons are known by links, which are not here.
        assert told | {"claims": ()} == EXPECTED | {"claims": ()}
        assert state(acme) == before


class TestRows:
    def test_what_changed_over_there_changes_here(self, acme: Tenant, tmp_path: Path) -> None:
        import_cabinet(folder_of(tmp_path / "a"))
        changed = [{**tables.LEADS[0], "first_name": "Anita"}, {**tables.LEADS[2], "park_phone": "999111222"}]
        told = import_cabinet(folder_of(tmp_path / "b", module_ct_cabinet_leads=changed))
        assert counts(told) == {"leads": (0, 2, 0, 0, 0)}
        with tenant_scope(acme.schema_name):
            assert set(Lead.objects.values_list("first_name", flat=True)) == {"Anita", "Eva", "Sol"}
            assert Lead.objects.get(first_name="Sol").phone == "999111222"

    def test_what_was_linked_here_stands(self, acme: Tenant, tmp_path: Path) -> None:
        """I9: told, not overwritten; who was merged here has his successor's links."""
        import_cabinet(folder_of(tmp_path / "a"))
        with tenant_scope(acme.schema_name):
            heir = Person.objects.create(confidence="HIGH")
            Person.objects.filter(pk=UUID(SOL)).update(merged_into=heir)
            Link.objects.filter(person=UUID(SOL)).update(person=heir)
        links = [
            {**tables.LINKS[0], "person_key": EVA},
            tables.LINKS[2],
            {**tables.LINKS[1], "source_pk": "d2", "person_key": SOL},
        ]
        told = import_cabinet(folder_of(tmp_path / "b", identity_links=links))["links"]
        assert [told[one] for one in COUNTS] == [1, 0, 1, 1, 0]
        assert told["reasons"] == {"skipped.linked_here_to_another": 1}
        assert told["notes"] == {"merged_here": 2}
        with tenant_scope(acme.schema_name):
            assert str(Link.objects.get(source_pk="L1").person_id) == ANA
            assert Link.objects.get(source_pk="d2").person_id == heir.pk

    def test_what_a_person_decided_here_stands(self, acme: Tenant, tmp_path: Path) -> None:
        import_cabinet(folder_of(tmp_path / "a"))
        with tenant_scope(acme.schema_name):
            Origin.objects.filter(pk=UUID(ANA)).update(kind="cabinet_lead", source_pk="L1")
        told = import_cabinet(folder_of(tmp_path / "b", identity_origin=tables.ORIGINS[:1]))["origins"]
        assert told["reasons"] == {"skipped.decided_here": 1}

    def test_it_says_why_rows_are_not_taken(self, tmp_path: Path) -> None:
        told = import_cabinet(folder_of(tmp_path / "a"))
        assert reasons(told, "leads") == {"external_id_reserved", "created_at_not_a_date"}
        assert reasons(told, "trips") == {"trips_negative"}
        assert reasons(told, "links") == {
            "lead_unknown", "unknown_rule", "unknown_source", "person_not_a_uuid",
        }  # fmt: skip
        assert reasons(told, "origins") == {"origin_without_link", "unknown_kind"}
        assert reasons(told, "claims") == {"external_id_missing", "milestone_unknown"}
        assert told["trips"]["notes"] == {"late": 1}
        assert told["claims"]["notes"] == {"late": 1}

    def test_the_report_has_a_line_for_each_row(self, tmp_path: Path) -> None:
        report = tmp_path / "rows.csv"
        import_cabinet(folder_of(tmp_path / "a"), "--report", report)
        with report.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
        assert len(lines) == sum(map(len, tables.TABLES.values()))
        leads = [
            (one["source_id"], one["outcome"], one["reason"]) for one in lines if one["collection"] == "leads"
        ]
        assert leads == [
            ("L1", "created", ""),
            ("L2", "created", ""),
            ("line 4", "created", ""),
            ("row:4", "error", "external_id_reserved"),
            ("L5", "error", "created_at_not_a_date"),
        ]
        assert {one["words"] for one in lines if one["reason"] == "lead_unknown"} == {
            "no such lead is here: import leads first"
        }

    def test_it_shows_the_mapping_first_and_notes_what_it_did(
        self, acme: Tenant, alice: User, tmp_path: Path
    ) -> None:
        said = io.StringIO()
        words = [str(folder_of(tmp_path / "a")), "--tenant=acme", "--what=leads", "--by", alice.email]
        call_command("import_cabinet", *words, stdout=said)
        assert "asset_plate_number  → plate" in said.getvalue()
        assert "tags                  not imported" in said.getvalue()
        with tenant_scope(acme.schema_name):
            entry = AuditEntry.objects.get(verb="import")
            assert (entry.object_type, entry.actor, entry.change["created"]) == ("leads", alice.pk, 3)


class TestFiles:
    def test_other_delimiters_encodings_and_packing_are_read(self, acme: Tenant, tmp_path: Path) -> None:
        import gzip

        text = "external_id;lead_created_at;first_name\r\nL1;05/03/2026 10:00;Peña\r\n"
        (tmp_path / "public.module_ct_cabinet_leads.csv.gz").write_bytes(gzip.compress(text.encode("cp1252")))
        assert counts(import_cabinet(tmp_path)) == {"leads": (1, 0, 0, 0, 0)}
        with tenant_scope(acme.schema_name):
            assert Lead.objects.get().name_key == "PENA"

    def test_an_open_quotation_mark_ends_the_file_there(self, acme: Tenant, tmp_path: Path) -> None:
        (tmp_path / "leads.csv").write_text('external_id,first_name\nL1,A\nL2,"B\nL3,C\n')
        with pytest.raises(CommandError, match=r"leads.csv: behind line 2: .*What came before is good\."):
            import_cabinet(tmp_path)
        with tenant_scope(acme.schema_name):
            assert Lead.objects.get().source_pk == "L1"

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--what", "nonsense"], "'nonsense' is no collection"),
            (["--what", "claims"], r"claims: not there \(looked for canon.claims"),
            (["--table", "leads=people"], "there is no people"),
            (["--table", "dogs=people"], "dogs is nothing that can be imported"),
            (["--table", "leads"], "--table takes NAME=VALUE"),
            (["--by", "nobody@x.example"], "nobody@x.example is no member of acme"),
        ],
    )
    def test_bad_words_are_refused_in_a_line(self, tmp_path: Path, options: list[str], words: str) -> None:
        (tmp_path / "leads.csv").write_text("external_id\nL1\n")
        with pytest.raises(CommandError, match=words) as refused:
            import_cabinet(tmp_path, *options)
        assert "\n" not in str(refused.value)

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            ("/nowhere/at/all", "there is no such file or folder"),
            ("mysql://x/y", "A source is postgresql://"),
            ("env:NO_SUCH_VARIABLE", "The variable NO_SUCH_VARIABLE is not set"),
            ("postgresql://ana:secret%zz@127.0.0.1:1/x", "postgresql://127.0.0.1/x: this is no address"),
            ("postgresql://ana:secret@127.0.0.1:1/x", "postgresql://127.0.0.1/x: .*refused"),
        ],
    )
    def test_a_source_that_is_none_is_refused_without_its_password(self, source: str, words: str) -> None:
        with pytest.raises(CommandError, match=words) as refused:
            import_cabinet(source)
        assert "secret" not in str(refused.value)

    def test_a_table_of_another_name_is_named(self, acme: Tenant) -> None:
        with database_of({"people": tables.LEADS[:2]}) as address:
            assert counts(import_cabinet(address, "--table", "leads=people")) == {"leads": (2, 0, 0, 0, 0)}

    def test_two_schemas_with_one_table_are_told_apart(self) -> None:
        with database_of({"drivers": tables.DRIVERS, "canon.drivers": tables.DRIVERS}) as address:
            with pytest.raises(CommandError, match=r"several places for drivers .*--table drivers=NAME"):
                import_cabinet(address)
            told = import_cabinet(address, "--table", "drivers=public.drivers")
            assert counts(told) == {"drivers": (2, 0, 0, 0, 0)}

    def test_a_generated_fleet_comes_over_whole(self, acme: Tenant, tmp_path: Path) -> None:
        """The folder that `write_fleet` writes is one of these."""
        truth = write_fleet(tmp_path, persons=300, leads=200)
        told = import_cabinet(tmp_path)
        assert counts(told)["drivers"] == (truth.drivers, 0, 0, 0, 0)
        assert counts(told)["leads"] == (truth.leads, 0, 0, 0, 0)
        assert counts(told)["claims"] == (sum(truth.claims.values()), 0, 0, 0, 0)


def test_numbers_of_a_database_are_no_thousands() -> None:
    """F10: what its type says to be 25 is 25, whatever a file's mark before three digits may mean."""
    assert [text_of(one) for one in (Decimal("25.000"), 12.125, Decimal("25.50"), 25, "25.000", None)] == [
        "25.0000", "12.1250", "25.50", "25", "25.000", "",
    ]  # fmt: skip
