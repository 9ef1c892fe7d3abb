"""The command as an operator calls it, its JSON read back."""

import io
import json
from typing import Any

from django.core.management import call_command

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
