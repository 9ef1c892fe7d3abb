"""Input that a validator should have stopped and the database or the interpreter did (S13).

Whoever sent it is told so; whoever watches finds an error in the log and a count in `/metrics`, because a
validator is missing.
"""

import logging

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from tenants import throttling
from tenants.rules import RefusalKind, Refused

log = logging.getLogger(__name__)
# Django's own is what a field says outside of any form's checks, as a look-up by a malformed id does.
STRAY = (DataError, IntegrityError, RecursionError, UnicodeError, ValidationError)
COUNTED = "stray_input"


class NotAccepted(Refused):
    """A value passed every validator and could not be read or stored."""

    code = "value_not_accepted"
    kind = RefusalKind.INVALID
    message = _("A value in the request cannot be stored.")


def noted(error: BaseException) -> NotAccepted:
    """Log and count stray input, without its text (S19); return the refusal that it amounts to."""
    log.error("stray input: %s", type(error).__name__)
    throttling.tally(COUNTED)
    return NotAccepted()


def page() -> HttpResponse:
    """Say so on a page."""
    # Without the request: its context processors would ask a database whose transaction may be broken.
    return HttpResponse(render_to_string("400.html"), status=400)
