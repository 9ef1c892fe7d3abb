"""The doors of long work: look at a brand's source and say what its audience says."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insights import actions
from insights.rules import JobKind
from tenants.jobs.runner import Run, handles


@handles(JobKind.ANALYZE, label=_("Analyse a brand"), on_end=actions.settle_run)
def analyze_brand(run: Run) -> dict[str, Any]:
    """Read, store, label, reckon (N1-N15)."""
    return actions.analyze(run, clock=timezone.now)
