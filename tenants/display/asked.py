"""What a page's address asks for (W6): what means nothing asks for nothing and never reaches the database."""

from collections.abc import Collection, Mapping
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tenants.intake import day_of_ours, is_number, one_line, text_fault
from tenants.rules import RefusalKind, Refused

LONGEST = 200
LONGEST_NAME = 40
FORMAT = "format"


class NotNarrowed(Refused):
    """A file would hold rows that nobody asked for, since something in its address means nothing."""

    code = "filter_not_understood"
    kind = RefusalKind.INVALID

    def __init__(self, name: str) -> None:
        told = _(
            "No filter “%(name)s” takes this value; without it the file would hold more than was asked for."
        )
        super().__init__(told % {"name": one_line(name)[:LONGEST_NAME]}, parameter=name)


def check_narrowed(request: HttpRequest, said: Mapping[str, str]) -> None:
    """Raise NotNarrowed for a parameter that is not among the filters as they were understood, `said`.

    A page shows what it is narrowed to; a file is passed on, so it is narrowed to all of it or not written.
    """
    for name, values in request.GET.lists():
        wanted = [value.strip() for value in values]
        if name != FORMAT and any(wanted) and wanted != [said.get(name, "")]:
            raise NotNarrowed(name)


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
