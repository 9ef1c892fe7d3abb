"""Guardrails as a job, so that what they found is kept and can be told (I19)."""

from typing import Any

from identity.queries.guardrails import Guardrail, Standing, verify
from tenants.jobs.runner import Run

# A result is read by pages; the commands show more.
SHOWN = 10


def verify_guardrails(run: Run) -> dict[str, Any]:
    """Check every guardrail, one a commit; return each, and how many rows were checked and checks failed."""
    for guardrail in list(Guardrail)[run.done :]:
        with run.chunk() as chunk:
            found = verify(guardrail=guardrail, shown=SHOWN)
            told = run.cursor.get("guardrails", {}) | {str(guardrail): found.told()}
            chunk.advance(
                1,
                total=len(Guardrail),
                cursor={"guardrails": told},
                checked=found.checked,
                failed=int(found.standing is Standing.FAILED),
            )
    return {**run.counters, **run.cursor["guardrails"]}
