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


@handles(JobKind.WATCH, label=_("Look after brands"), schedulable=True)
def watch_brands(run: Run) -> dict[str, Any]:
    """Tell administrators of brands that nobody checks, and count a day's runs (N15, N17)."""
    return actions.watch(run, now=timezone.now())


@handles(JobKind.FORGET, label=_("Forget old rejected rows of sources"), schedulable=True)
def forget_row_reports(run: Run) -> dict[str, Any]:
    """Delete what runs said of single rows after 90 days (S19)."""
    return actions.forget_row_reports(run, now=timezone.now())
