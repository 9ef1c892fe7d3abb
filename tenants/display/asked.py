"""What a page's address asks for (W6): what means nothing asks for nothing and never reaches the database."""

from collections.abc import Collection
from datetime import date

from django.http import HttpRequest

from tenants.intake import day_of_ours, is_number, text_fault

LONGEST = 200


def text(request: HttpRequest, name: str) -> str:
    """Return a parameter's text, "" for one that is missing, too long or unfit."""
    value = request.GET.get(name, "").strip()
    return "" if len(value) > LONGEST or text_fault(value) else value


def one_of(request: HttpRequest, name: str, choices: Collection[str], usual: str = "") -> str:
    """Return a parameter when it is among the choices, else the usual one."""
    value = request.GET.get(name, "")
    return value if value in choices else usual


def number(request: HttpRequest, name: str) -> int | None:
    """Return a parameter that is an id in its one written form, None otherwise."""
    value = request.GET.get(name, "")
    return int(value) if is_number(value) else None


def day(request: HttpRequest, name: str) -> date | None:
    """Return a parameter that is a day as YYYY-MM-DD, None otherwise."""
    value = request.GET.get(name, "")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    # Weeks and basic forms are ISO too; a list says its days in one form only.
    return day_of_ours(found) if found.isoformat() == value else None
