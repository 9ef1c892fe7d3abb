"""Addresses of the lists beneath figures (W1, W6)."""

from urllib.parse import urlencode

from django.urls import reverse

from campaigns.queries.choosing import Choice
from tenants.display.exports import ReportType


def campaign(number: int, **params: object) -> str:
    """Return the address of a campaign's page."""
    return _with(reverse("campaigns:campaign", args=[number]), params)


def dashboard(**params: object) -> str:
    """Return the address of the dashboard."""
    return _with(reverse("campaigns:dashboard"), params)


def report(number: int | None, type: ReportType, **params: object) -> str:
    """Return the address of a campaign's report, without a number that of the dashboard's."""
    if number is None:
        return _with(reverse(f"campaigns:report-{type}"), params)
    return _with(reverse(f"campaigns:campaign-{type}", args=[number]), params)


def entries(**params: object) -> str:
    """Return the address of the people that parameters name; "" and None name nothing."""
    return _with(reverse("campaigns:entries"), params)


def calls(**params: object) -> str:
    """Return the address of the calls that parameters name; "" and None name nothing."""
    return _with(reverse("campaigns:calls"), params)


def params_of(choice: Choice) -> dict[str, str]:
    """Return the filters of campaigns and days as an address says them."""
    said = {
        "account": choice.account,
        "campaign": choice.campaign,
        "use_case": choice.use_case,
        "start_date": choice.start,
        "end_date": choice.end,
    }
    return {name: str(value) for name, value in said.items() if value not in ("", None)}


def _with(path: str, params: dict[str, object]) -> str:
    query = urlencode({name: str(value) for name, value in params.items() if value not in ("", None)})
    return f"{path}?{query}" if query else path
