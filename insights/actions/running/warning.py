"""What a run warns its readers of, each thing once."""

from collections.abc import Sequence
from typing import Any

from insights.models import Run


def warn(run: Run, warnings: Sequence[dict[str, Any]]) -> None:
    """Add warnings to a run, each once."""
    new = [one for one in warnings if one not in run.warnings]
    if new:
        run.warnings = [*run.warnings, *new]
        Run.objects.filter(pk=run.pk).update(warnings=run.warnings)
