"""Bytes that are kept in the tenant's schema, sent and read back piece by piece (S5, C11)."""

import hashlib
import tracemalloc
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest

from tenants.intake import shown_name
from tenants.intake.content import Content
from tenants.models import Tenant
from tenants.records.actions import keep_file
from tenants.records.models import StoredFile
from tenants.records.queries import stored_content
from tenants.scope import tenant_scope

UNTIL = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize("content", [b"", b"\0\\x\xff\t\n" * 700])
def test_what_is_kept_is_what_came(acme: Tenant, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """S5: whatever the bytes are, however many parts they are read in; a file that is gone has none."""
    monkeypatch.setattr(import_module("tenants.records.queries"), "PART", 1_000)
    by = uuid4()
    with tenant_scope(acme.schema_name):
        kept = keep_file(name="ñ.csv", content=content, content_type="text/csv", by=by, expires_at=UNTIL)
        found = StoredFile.objects.get(pk=kept.pk)
        assert bytes(found.content) == b"".join(stored_content(file=kept.pk).pieces()) == content
        assert (found.name, found.content_type, found.size) == ("ñ.csv", "text/csv", len(content))
        assert (found.created_by, found.expires_at) == (by, UNTIL)
        assert found.digest == hashlib.sha256(content).hexdigest()
        assert stored_content(file=uuid4()).size == stored_content(file=None).size == 0


def test_a_file_of_the_disk_is_not_held(acme: Tenant, tmp_path: Path) -> None:
    """C11: 24 MB are kept and read back in the room of a few."""
    path = tmp_path / "large"
    path.write_bytes(b"0123456789abcdef" * 1_500_000)
    with tenant_scope(acme.schema_name), path.open("rb") as file:
        tracemalloc.start()
        try:
            kept = keep_file(name="a", content=Content(file), content_type="text/csv")
            assert stored_content(file=kept.pk).size == kept.size == 24_000_000
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 12_000_000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Año 2026.csv", "Año 2026.csv"),
        ("a\0b\r\n.csv", "a b  .csv"),
        ("half\ud800.csv", "half?.csv"),
        (f"{'x' * 300}.csv", f"{'x' * 196}.csv"),
        ("\t", "file.csv"),
    ],
)
def test_a_name_of_another_system_refuses_no_file(name: str, shown: str) -> None:
    """S13: it is shown, never a path: what cannot be stored or printed is left out, its end is kept."""
    assert shown_name(name, otherwise="file.csv") == shown
