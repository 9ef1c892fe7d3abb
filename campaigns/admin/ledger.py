"""Below an account: its figures, and its ledger page by page; rows are only ever read."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import queries
from campaigns.models import Account
from campaigns.rules import BillingType, CampaignState
from tenants.admin.columns import reader
from tenants.display.paging import pages_of
from tenants.intake import is_number
from tenants.jobs.queries import names_of

ROWS = 50


def ledger_page(request: HttpRequest, account: Account) -> dict[str, Any]:
    """Return what the template draws. Six queries, whatever the ledger's length."""
    after = request.GET.get("cursor", "")
    found = queries.ledger_of(account=account)
    if is_number(after):
        found = found.filter(pk__lt=int(after))
    rows = list(found[: ROWS + 1])
    shown, more = rows[:ROWS], len(rows) > ROWS
    names = names_of(ids={row.created_by for row in shown if row.created_by})
    return {
        "account": account,
        "figures": _figures(account),
        "rows": [(row, _who(row.created_by, names)) for row in shown],
        "pages": pages_of(request, shown=len(shown), next_cursor=str(shown[-1].pk) if more else ""),
    }


def _figures(account: Account) -> list[tuple[str, str, str]]:
    # Label, figure, unit.
    summary = queries.summary_of(account=account, now=timezone.now())
    told = reader()
    counted = account.billing_type != BillingType.UNLIMITED
    money = [
        (_("Balance"), account.balance),
        (_("Spent today"), summary.spent_today),
        (_("Spent this month"), summary.spent_this_month),
        (_("Held for open calls"), summary.reserved),
    ]
    figures = [(label, told.number(amount, 2), account.unit) for label, amount in money if counted]
    running = summary.campaigns[CampaignState.RUNNING]
    return [
        *figures,
        (_("Calls today"), told.number(summary.calls_today), ""),
        (_("Open calls"), told.number(summary.open_calls), ""),
        (
            _("Running campaigns"),
            f"{told.number(running)} / {told.number(sum(summary.campaigns.values()))}",
            "",
        ),
    ]


def _who(by: UUID | None, names: dict[UUID, str]) -> str:
    return names.get(by, str(by)) if by else ""
