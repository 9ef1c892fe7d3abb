"""A life-cycle move in the admin: a POST that calls one action, shown only where it may be pressed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise

from tenants.permissions import Capability

Words = str | Promise
# The parameter that brings back what the page showed.
SEEN = "seen"
# Returns what to tell the person, or a whole response (a page to go to); a Refused it raises is shown.
Press = Callable[[HttpRequest, Any], "Words | HttpResponseBase | None"]


def always(_request: HttpRequest, _thing: Any) -> bool:
    """Show a button on every row."""
    return True


@dataclass(frozen=True, slots=True)
class Button:
    """One move. On a detail page `press` and `shown` get the row, on a list page None."""

    name: str
    label: Words
    press: Press
    shown: Callable[[HttpRequest, Any], bool] = always
    capability: Capability = Capability.EDIT
    # What the browser asks before it sends; empty for moves that can be undone.
    confirm: Words = ""
    danger: bool = False
    # Money, roles and secrets: who presses proved lately who it is, or is asked again (step-up, S8).
    is_delicate: bool = False
    # What of the row the page shows and the move hangs on; `press` finds it in the address as SEEN.
    seen: Callable[[Any], str] | None = None

    def query(self, row: Any) -> str:
        """Return what follows the address of the button, if anything does."""
        return f"?{urlencode({SEEN: self.seen(row)})}" if row and self.seen else ""
