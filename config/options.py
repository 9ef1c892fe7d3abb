"""Numbers on the command line (F8): a wrong one is one line with the cure, without argparse's usage."""

import re

from django.core.management.base import CommandError

from config.bootstrap import _

# ASCII only: what int() reads besides it (other scripts, blanks, signs, underscores) is a slip of the hand.
DIGITS = re.compile(r"[0-9]{1,5}")


def port(text: str) -> int:
    """Return the port that `text` names; raises CommandError. Whether it can be served is checked later."""
    if DIGITS.fullmatch(text):
        return int(text)
    raise CommandError(
        _("--port %(text)r is no port; choose a number from 1 to 65535: --port 8000") % {"text": text}
    )


def count(text: str) -> int:
    """Return how many processes or threads `text` names, one at least; raises CommandError."""
    if DIGITS.fullmatch(text) and 1 <= int(text) <= 1000:
        return int(text)
    raise CommandError(_("%(text)r is no number from 1 to 1000; give one: --web 2") % {"text": text})
