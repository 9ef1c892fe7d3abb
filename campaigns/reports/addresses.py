"""Addresses of the lists beneath figures (W1, W6)."""

from urllib.parse import urlencode

from django.urls import reverse


def campaign(number: int, **params: object) -> str:
    """Return the address of a campaign's page."""
    return _with(reverse("campaigns:campaign", args=[number]), params)


def dashboard(**params: object) -> str:
    """Return the address of the dashboard."""
    return _with(reverse("campaigns:dashboard"), params)


def entries(**params: object) -> str:
    """Return the address of the people that parameters name; "" and None name nothing."""
    return _with(reverse("campaigns:entries"), params)


def calls(**params: object) -> str:
    """Return the address of the calls that parameters name; "" and None name nothing."""
    return _with(reverse("campaigns:calls"), params)


def _with(path: str, params: dict[str, object]) -> str:
    query = urlencode({name: str(value) for name, value in params.items() if value not in ("", None)})
    return f"{path}?{query}" if query else path
