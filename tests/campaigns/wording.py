"""Scripts for tests: lawful, with and without variables of their own."""

from datetime import UTC, datetime

from campaigns import actions
from campaigns.actions import Wording
from campaigns.models import ScriptVersion
from campaigns.rules import UseCase

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
LAWFUL = "Le habla la asistente virtual de {{empresa}}. ¿Hablo con {{nombre}}?"
UNLAWFUL = "Pague {{deuda}} o habrá embargo."


def a_draft(name: str = "Cobranza amable", text: str = LAWFUL, **said) -> ScriptVersion:
    """Return the first version of a new script for Chile; `variables` are its own, the rest as the action."""
    wording = Wording(text, said.pop("variables", {}))
    values = {"country": "CL", "use_case": UseCase.COLLECTION, **said}
    return actions.create_script(name=name, wording=wording, **values)


def an_approved(name: str = "Cobranza amable", text: str = LAWFUL, **said) -> ScriptVersion:
    """Return the same, approved."""
    made = a_draft(name, text, **said)
    return actions.approve_version(script_id=made.script_id, number=1, now=NOW, accept_findings=True)
