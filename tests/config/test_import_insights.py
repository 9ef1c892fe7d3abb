"""`manage.py import_insights`: brands, viewers and past insights come over as history (F11)."""

import csv
import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from psycopg import sql

from insights.actions import create_ficha
from insights.models import FichaCliente, FichaViewer, Insight, Task
from insights.queries.looks import view_of
from insights.queries.results import results_of
from insights.rules import Engine
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry, SourceRecord
from tenants.scope import tenant_scope
from tests.databases import template_name, url_of
from tests.doors import api_client, page_client
from tests.personas.writing import answer
from tests.reading import text_of

ONE, TWO, OTHER = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
FOUND = {"emociones": {"alegria": 0.7}, "resumen": "La marca gusta"}
TABLES: dict[str, list[dict[str, Any]]] = {
    "fichas_cliente": [
        {"id": ONE, "brand_name": "Café Sur", "timezone": "America/Lima", "industry": "Cafeterías",
         "competitors": '["Café Norte"]', "spreadsheet_id": "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms"},
        {"id": TWO, "brand_name": "Pan Norte", "timezone": "Lima", "industry": "", "competitors": "",
         "spreadsheet_id": "../../etc"},
        {"id": OTHER, "brand_name": " ", "timezone": "", "industry": "", "competitors": "",
         "spreadsheet_id": ""},
    ],
    "users": [
        {"id": "1", "email": "BOB@acme.example", "hashed_password": "x", "ficha_cliente_id": ONE},
        {"id": "2", "email": "alice@acme.example", "hashed_password": "x", "ficha_cliente_id": ONE},
        {"id": "3", "email": "nadie@acme.example", "hashed_password": "x", "ficha_cliente_id": ONE},
    ],
    "social_media_insights": [
        {"id": "a", "ficha_cliente_id": ONE, "analysis_timestamp": "2025-11-19T06:00:00",
         "total_posts_analyzed": "3", "q1_result": json.dumps(FOUND), "q9_result": '{"a": NaN}'},
        {"id": "b", "ficha_cliente_id": ONE, "analysis_timestamp": "2025-11-20T06:00:00-05:00",
         "total_posts_analyzed": "-1", "q1_result": json.dumps(FOUND), "q9_result": '[{"titulo": "Abrir"}]'},
        {"id": "c", "ficha_cliente_id": ONE, "analysis_timestamp": "ayer",
         "total_posts_analyzed": "", "q1_result": json.dumps(FOUND), "q9_result": ""},
        {"id": "d", "ficha_cliente_id": OTHER, "analysis_timestamp": "2025-11-19T06:00:00",
         "total_posts_analyzed": "", "q1_result": json.dumps(FOUND), "q9_result": ""},
        {"id": "e", "ficha_cliente_id": ONE, "analysis_timestamp": "2199-11-19T06:00:00",
         "total_posts_analyzed": "", "q1_result": json.dumps(FOUND), "q9_result": ""},
        {"id": "f", "ficha_cliente_id": ONE, "analysis_timestamp": "2025-11-19T06:00:00",
         "total_posts_analyzed": "", "q1_result": "{", "q9_result": ""},
    ],
}  # fmt: skip
COUNTS = ("created", "updated", "unchanged", "skipped", "error")
FIRST = {"fichas": (2, 0, 0, 0, 1), "users": (0, 1, 0, 2, 0), "insights": (2, 0, 0, 0, 4)}


@contextmanager
def csv_files(path: Path) -> Iterator[str]:
    for name, rows in TABLES.items():
        with (path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    yield str(path)


@contextmanager
def json_files(path: Path) -> Iterator[str]:
    (path / "fichas_cliente.json").write_text(json.dumps(TABLES["fichas_cliente"]))
    (path / "users.json").write_text(json.dumps(TABLES["users"]))
    lines = [
        json.dumps(row | {"q1_result": _value(row["q1_result"])}) for row in TABLES["social_media_insights"]
    ]
    (path / "social_media_insights.jsonl").write_text("\n".join(lines))
    yield str(path)


@contextmanager
def database(_path: Path) -> Iterator[str]:
    types = {"q1_result": "jsonb", "total_posts_analyzed": "integer", "competitors": "jsonb"}
    name = f"{template_name()}_social_{uuid4().hex[:8]}"
    with psycopg.connect(os.environ["MINGA_TEST_OWNER_URL"], autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with psycopg.connect(url_of(name)) as there:
                for table, rows in TABLES.items():
                    _fill(there, table, rows, types)
            yield url_of(name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(there: Any, table: str, rows: list[dict[str, Any]], types: Mapping[str, str]) -> None:
    columns = [f"{one} {types.get(one, 'text')}" for one in rows[0]]
    there.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    marks = ", ".join(["%s"] * len(columns))
    for row in rows:
        kept = [None if value in ("", "{") else value for value in row.values()]
        there.execute(f"INSERT INTO {table} VALUES ({marks})", kept)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def import_insights(source: str, *options: str) -> dict[str, tuple[int, ...]]:
    """Import and return created, updated, unchanged, skipped and errors by table."""
    said = io.StringIO()
    call_command("import_insights", source, "--tenant=acme", "--json", *options, stdout=said)
    steps = [json.loads(line) for line in said.getvalue().splitlines()]
    taken = [step for step in steps if step["step"].startswith("take.")]
    return {step["step"].removeprefix("take."): tuple(step[one] for one in COUNTS) for step in taken}


@pytest.mark.parametrize("source", [csv_files, json_files, database])
def test_history_comes_over_from_every_source(source: Any, tmp_path: Path, acme: Tenant, bob: User) -> None:
    """F11: the same from CSV, JSON and a database; a dry run tells what comes, a second run adds nothing."""
    with source(tmp_path) as said:
        assert import_insights(said, "--dry-run") == FIRST
        with tenant_scope(acme.schema_name):
            assert not FichaCliente.objects.exists()
            assert not SourceRecord.objects.exists()
        assert import_insights(said, "--by=alice@acme.example") == FIRST
        again = import_insights(said)
    assert {name: (found[0], found[2]) for name, found in again.items()} == {
        "fichas": (0, 2), "users": (0, 1), "insights": (0, 2)
    }  # fmt: skip
    with tenant_scope(acme.schema_name):
        sur, norte = FichaCliente.objects.order_by("brand_name")
        assert (sur.is_enabled, sur.competitors, sur.source_kind) == (False, ["Café Norte"], "sheet")
        assert (norte.timezone, norte.spreadsheet_id) == ("America/Lima", "")
        newer, older = Insight.objects.filter(ficha=sur)
        assert older.analysis_timestamp.isoformat() == "2025-11-19T06:00:00+00:00"
        assert (older.total_posts_analyzed, older.analysis_status, older.run_id) == (3, "partial", None)
        assert older.q1_result["results"] == FOUND
        assert newer.q9_result["results"] == {"valor": [{"titulo": "Abrir"}]}
        assert older.q9_result is None
        assert sur.last_analysis_timestamp == newer.analysis_timestamp
        assert list(FichaViewer.objects.values_list("ficha", "member")) == [(sur.pk, bob.pk)]
        assert not Task.objects.exists()
        assert AuditEntry.objects.filter(verb="import").count() == 3


def test_history_shows_and_mixes_with_nothing(tmp_path: Path, acme: Tenant, alice: User, bob: User) -> None:
    """F11, N19: past insights stand in `insights` and in the admin; live answers do not take their advice."""
    with csv_files(tmp_path) as said:
        import_insights(said)
    with tenant_scope(acme.schema_name):
        sur = FichaCliente.objects.get(brand_name="Café Sur")
        view = view_of(ficha=sur, engine=Engine.OFFLINE, version="x")
        states = {str(result.estado) for result in results_of(view, ficha=sur).values()}
        assert states == {"no_data", "requiere_modelo"}
    asked = {"ficha_cliente_id": str(sur.pk)}
    newest, oldest = answer(api_client(bob).get("/api/v1/insights", asked))["results"]
    assert newest["q9_result"]["warnings"] == ["first_system"]
    told = oldest["q1_result"]
    assert (told["metadata"]["version"], told["warnings"], told["n"]) == ("first_system", ["first_system"], 0)
    page = page_client(alice)
    listed = text_of(page, "/admin/insights/insight/?origin=past")
    assert listed.count("The first system") >= 2
    shown = text_of(page, f"/admin/insights/insight/{oldest['id']}/change/")
    assert "La marca gusta" in shown
    assert "own words." in shown
    assert "The first system</td>" not in text_of(page, "/admin/insights/insight/?origin=here")


def test_a_brand_of_the_same_name_gets_the_history(tmp_path: Path, acme: Tenant) -> None:
    """F11: met by name, changed in nothing; what was deleted here does not come again."""
    with tenant_scope(acme.schema_name):
        mine = create_ficha(by=None, brand_name="CAFE SUR", industry="Mía")
    with csv_files(tmp_path) as said:
        assert import_insights(said)["fichas"] == (1, 1, 0, 0, 1)
        with tenant_scope(acme.schema_name):
            mine.refresh_from_db()
            assert (mine.industry, mine.is_enabled, mine.insights.count()) == ("Mía", True, 2)
            FichaCliente.objects.get(brand_name="Pan Norte").delete()
            SourceRecord.objects.filter(source_id=TWO).update(fingerprint="")
        assert import_insights(said)["fichas"] == (0, 0, 1, 1, 1)


def test_what_cannot_be_read_is_said_in_a_line(tmp_path: Path, acme: Tenant) -> None:
    """F11: no source, no table, no tenant, no member; nothing is half done."""
    for source, options in (
        (str(tmp_path / "nowhere"), ()),
        (str(tmp_path), ()),
        ("mongodb://127.0.0.1/x", ()),
        ("env:NOT_SET_ANYWHERE", ()),
    ):
        with pytest.raises(CommandError):
            import_insights(source, *options)
    with csv_files(tmp_path) as said:
        for option in ("--what=posts", "--table=fichas=nope", "--table=x=y", "--by=carol@birch.example"):
            with pytest.raises(CommandError):
                import_insights(said, option)
    with tenant_scope(acme.schema_name):
        assert not FichaCliente.objects.exists()
