"""C7, C8: what the rows of a person add up to: a debt per creditor, its days, whether it can be spoken of."""

import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from campaigns.imports.amounts import MOST_DIGITS
from campaigns.imports.codes import RowCode, Unacceptable
from campaigns.imports.draft import Share
from campaigns.imports.people import Debt
from campaigns.imports.terms import Terms

LIMIT_DAYS = 3
MAXIMUM_DAYS = 7


def creditor_key(creditor: str) -> str:
    """Return what is compared of a creditor's name: neither case nor accents."""
    if creditor.isascii():
        return creditor.casefold()
    plain = unicodedata.normalize("NFKD", creditor).casefold()
    return "".join(char for char in plain if not unicodedata.combining(char))


def sum_up(shares: Sequence[Share], terms: Terms) -> Debt:
    """Return the debt of some rows to one creditor, in the order of the file.

    Raises Unacceptable: nothing is owed, or more than a debt can be, or the day to pay by comes after the
    last day.
    """
    total = sum((share.amount for share in shares), Decimal(0))
    creditor = shares[0].creditor
    if total <= 0:
        raise Unacceptable(RowCode.DEBT_NOT_POSITIVE, creditor=creditor, total=str(total))
    if total >= 10**MOST_DIGITS:
        raise Unacceptable(RowCode.AMOUNT_TOO_LARGE)
    due = [share for share in shares if share.due_on]
    limit, maximum = _days(due, terms)
    if limit and maximum and limit > maximum:
        raise Unacceptable(RowCode.LIMIT_AFTER_MAXIMUM, limit=limit.isoformat(), maximum=maximum.isoformat())
    dates = [share.due_on for share in due if share.due_on]
    return Debt(
        creditor=creditor,
        amount=total,
        currency=terms.currency,
        instalments=len(shares),
        first_due_on=min(dates, default=None),
        last_due_on=max(dates, default=None),
        days_overdue=max(share.days_overdue for share in shares),
        fecha_limite=limit,
        fecha_maxima=maximum,
        references=tuple(dict.fromkeys(share.reference for share in shares if share.reference)),
    )


def _days(due: Sequence[Share], terms: Terms) -> tuple[date | None, date | None]:
    """Return the day to pay by and the last day: what was asked for, else what the file says (C7, C8)."""
    limit, maximum = terms.fecha_limite, terms.fecha_maxima
    # min and max keep the first of equals: ties go by row order.
    if limit is None and due:
        limit = _after(max(due, key=_due_on), LIMIT_DAYS)
    if maximum is None and due:
        maximum = _after(min(due, key=_due_on), MAXIMUM_DAYS)
    return limit, maximum


def _due_on(share: Share) -> date:
    return share.due_on or date.max


def _after(share: Share, days: int) -> date:
    # Days run to 2100 and a century is the most overdue: no calendar ends before.
    return _due_on(share) + timedelta(days=share.days_overdue + days)
