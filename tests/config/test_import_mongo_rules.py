"""Personas, keywords and job history of the first system (F9, P9)."""

from pathlib import Path
from uuid import UUID

import pytest
from bson import ObjectId
from django.core.management.base import CommandError

from personas.models import (
    Keyword,
    Persona,
)
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry, SourceRecord
from tenants.scope import tenant_scope
from tests import mongo_documents as docs
from tests.mongo_documents import contact, job, numbered, object_id
from tests.mongo_runs import classified, counts, import_mongo, of

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture(autouse=True)
def _tenant(acme: Tenant) -> None:
    """Every import here goes to Acme."""


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
        with pytest.raises(CommandError, match="it has no keywords"):
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
        with pytest.raises(CommandError, match="--default C"):
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
