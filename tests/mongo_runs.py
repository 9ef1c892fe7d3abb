"""The command as an operator calls it, its JSON read back."""

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management import call_command

from personas import queries
from personas.models import ContactPersona, Keyword, Persona, PersonaChange, RulesetRevision
from tenants.models import Tenant
from tenants.records.models import AuditEntry, SourceMark, SourceRecord
from tenants.scope import tenant_scope
from tests import mongo_documents as docs
from tests.mongo_documents import job, numbered

ALL = "contacts,keywords,priorities,reclassification_jobs"
Facts = dict[str, Any]
COUNTS = ("created", "updated", "unchanged", "skipped", "error")


def import_mongo(source: object, what: str, *options: object, tenant: str = "acme") -> dict[str, Facts]:
    """Import and return what was told of each collection; raises CommandError as the command does."""
    said = io.StringIO()
    words = [source, "--tenant", tenant, "--what", what, "--json", *options]
    try:
        call_command("import_mongo", *map(str, words), stdout=said)
    finally:
        import_mongo.said = said.getvalue()  # type: ignore[attr-defined]  # for a look after a refusal
    return told(said.getvalue())


def told(text: str) -> dict[str, Facts]:
    """Return the facts of every collection that was taken."""
    steps = [json.loads(line) for line in text.splitlines()]
    return {step["step"].removeprefix("take."): step for step in steps if step["step"].startswith("take.")}


def counts(facts: Facts) -> tuple[int, ...]:
    """Return created, updated, unchanged, skipped and errors."""
    return tuple(facts[name] for name in COUNTS)


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
    """Write a dump of these collections."""
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
