"""Addresses of the lists beneath figures (W6)."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from identity.rules import LimboReason, LimboStage, Reason
from tenants.display.exports import ReportType


def leads(
    *,
    stage: LimboStage | None = None,
    reason: Reason | LimboReason | None = None,
    week: date | None = None,
) -> str:
    """Return the address of the leads of a stage, a reason, a week, or of all."""
    chosen = {"stage": stage, "reason": reason, "week": week and week.isoformat()}
    query = urlencode({name: str(value) for name, value in chosen.items() if value})
    return f"{reverse('identity:limbo')}?{query}" if query else reverse("identity:limbo")


def gaps(*, milestone: str = "") -> str:
    """Return the address of the unclaimed milestones."""
    query = urlencode({"milestone": milestone}) if milestone else ""
    return f"{reverse('identity:gaps')}?{query}" if query else reverse("identity:gaps")


def reports(of: str, params: dict[str, str]) -> list[tuple[str, str]]:
    """Return (name, address) of a page as a report to hand over; `of` is the page's name."""
    query = urlencode(params)
    return [(type.label, f"{reverse(f'identity:{of}-{type}')}?{query}") for type in ReportType]
