"""The words that papers and workbooks of campaigns share: which days, which clock, how much."""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from campaigns.queries.choosing import Choice
from tenants.display.formats import Formats

NOTHING = "–"


def local(formats: Formats, choice: Choice) -> Formats:
    """Return the reader's formats on the clock of a choice."""
    return replace(formats, timezone=choice.zone)


def period_of(choice: Choice, formats: Formats) -> str:
    """Say which days a choice is of."""
    start, end = choice.start, choice.end
    if start and end:
        if start == end:
            return formats.day(start)
        return f"{formats.day(start)} – {formats.day(end)}"
    if start:
        return _("From %(day)s on") % {"day": formats.day(start)}
    return _("Up to %(day)s") % {"day": formats.day(end)} if end else _("The whole life")


def money(amount: Decimal, currency: str, formats: Formats) -> str:
    """Write money in its currency; a bare number where none is known."""
    return formats.money(amount, currency) if currency else formats.number(amount, 2)
