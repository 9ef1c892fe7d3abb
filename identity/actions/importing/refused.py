"""The rows of a fleet's file that wrote nothing, as a table to be mended and sent again (W3)."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from identity import queries
from identity.imports import RowReason, describe_reason
from tenants.display.exports import RefusedRow, with_reasons
from tenants.display.later import Table, table_in, tables

REFUSED = "identity.refused"


@tables(REFUSED)
def refused_file(asked: Mapping[str, Any]) -> Table:
    """Return the rows in the language of whoever asked. Raises UnknownFleetImport."""
    found = queries.fleet_import(import_id=UUID(asked["import_id"]))
    name = f"refused-{found.kind}-{found.created_at:%Y-%m-%d}"
    return table_in(asked["language"], name, lambda: with_reasons(found.headings, _refused(found.pk)))


def _refused(import_id: UUID) -> Iterator[RefusedRow]:
    for row in queries.refused_rows(import_id=import_id).iterator():
        yield RefusedRow(row.cells, row.line, row.reason, describe_reason(RowReason(row.reason)))
