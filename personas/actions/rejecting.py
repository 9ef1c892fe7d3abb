"""The rows of a LinkedIn file that wrote nothing, as a table to be mended and sent again (L3, W3)."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from personas import queries
from personas.imports import describe_row_reason
from personas.rules import ImportRowReason
from tenants.display.exports import RefusedRow, with_reasons
from tenants.display.later import Table, table_in, tables

REJECTED = "personas.rejected"


@tables(REJECTED)
def rejected_file(asked: Mapping[str, Any]) -> Table:
    """Return the rows in the language of whoever asked. Raises UnknownImport."""
    found = queries.linkedin_import(import_id=UUID(asked["import_id"]))
    name = f"refused-{found.created_at:%Y-%m-%d}"
    return table_in(asked["language"], name, lambda: with_reasons(found.headings, _rejected(found.pk)))


def _rejected(import_id: UUID) -> Iterator[RefusedRow]:
    for row in queries.rejected_rows(import_id=import_id).iterator():
        yield RefusedRow(row.cells, row.line, row.reason, describe_row_reason(ImportRowReason(row.reason)))
