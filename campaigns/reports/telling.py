"""The words that papers and workbooks of campaigns share: which days, which clock, how much."""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from campaigns.queries.choosing import Choice
from tenants.display.formats import Formats


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


def promise_headings() -> tuple[str, ...]:
    """Return what a table of promises by currency tells."""
    return (
        _("Currency"),
        _("Promises"),
        _("Promised"),
        _("Owed by them"),
        _("Covered"),
        _("Shortfall"),
        _("After the last day"),
        _("Without an amount"),
    )


def version_headings() -> tuple[str, ...]:
    """Return what a table of versions tells, but for the interval of the rate."""
    return _("Version"), _("Weight"), _("Entries"), _("Ended by calls"), _("Goal met"), _("Success rate")


def stop_headings() -> tuple[str, ...]:
    """Return what a table of reasons tells."""
    return _("Why"), _("State"), _("Entries"), _("Share")
