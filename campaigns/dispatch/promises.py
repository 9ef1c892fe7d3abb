"""What did the person promise, or ask for? Read from the provider's analysis, which may hold anything."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.imports.amounts import read_amount
from campaigns.imports.cells import as_digits, read_date
from campaigns.imports.codes import Unacceptable
from campaigns.rules import MONEY_PLACES
from tenants.intake import one_line

PROMISED_ON = "fecha_pago_cliente"
PROMISED_AMOUNT = "monto_pago_cliente"
CALL_BACK_AT = ("callback_at", "fecha_llamada", "fecha_hora_llamada")
CALL_BACK_WITHIN = timedelta(days=365)
DAY_FIRST = re.compile(
    r"(?P<day>[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4})(?:,?[ T](?P<hour>[0-9]{1,2}:[0-9]{2}))?"
)
MOST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Promise:
    """A day to pay on, and how much; the amount may be left open."""

    on: date
    amount: Decimal | None


def promise_of(analysis: Mapping[str, Any], *, currency: str) -> Promise | None:
    """Return what was promised; None without a day that can be read. Texts are read like cells (C3, C6)."""
    on = _day(analysis.get(PROMISED_ON))
    return Promise(on, _amount(analysis.get(PROMISED_AMOUNT), currency)) if on else None


def callback_of(analysis: Mapping[str, Any], *, zone: str, after: datetime) -> datetime | None:
    """Return when the person asked to be called, within a year `after` the talk; else None.

    A time without a zone is theirs; days are read like cells (C3).
    """
    for key in CALL_BACK_AT:
        moment = _moment(analysis.get(key), zone)
        if moment and after <= moment <= after + CALL_BACK_WITHIN:
            return moment
    return None


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said)[:10])
    except ValueError:
        return read_date(one_line(said)) if isinstance(said, str) else None


def _moment(said: Any, zone: str) -> datetime | None:
    if not isinstance(said, str):
        return None
    try:
        moment = datetime.fromisoformat(_iso(one_line(said)))
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(said: str) -> str:
    """Return a moment whose day is written first as ISO writes it; anything else as it is."""
    found = DAY_FIRST.fullmatch(said)
    day = read_date(found["day"]) if found else None
    return f"{day}T{found['hour'] or '00:00':0>5}" if found and day else said


def _amount(said: Any, currency: str) -> Decimal | None:
    try:
        # Who writes "50.000" means fifty thousand; a number of JSON means what it is.
        is_text = isinstance(said, str)
        amount = read_amount(as_digits(one_line(said)), currency=currency) if is_text else Decimal(str(said))
    except (InvalidOperation, Unacceptable):
        return None
    is_sound = amount.is_finite() and 0 < amount < MOST and not isinstance(said, bool)
    return amount.quantize(MONEY_PLACES, ROUND_HALF_UP) if is_sound else None
