"""Trips and claims out of cells."""

import re
from collections.abc import Mapping
from decimal import Decimal

from identity.imports.moments import parse_day
from identity.imports.reasons import RowReason, Unacceptable
from identity.imports.records import ClaimRecord, Terms, TripRecord
from identity.imports.sightings import AHEAD, driver_id_of, external_id_of, fitting
from identity.rules import CODE_LENGTH, ClaimState

MOST_TRIPS = 300  # one each five minutes, day and night
_WHOLE = re.compile(r"(-?)([0-9]{1,9})(?:[.,]0{1,6})?")
_AMOUNT = re.compile(r"(-?)([0-9]{1,10})(?:[.,]([0-9]{1,2})0{0,8})?")
# 1.500 may be one and a half or 1500: a factor of a thousand is no guess.
_EITHER = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
_STATES = {
    **{str(state): state for state in ClaimState},
    "esperado": ClaimState.EXPECTED,
    "generado": ClaimState.GENERATED,
    "pagado": ClaimState.PAID,
    "rechazado": ClaimState.REJECTED,
    "expirado": ClaimState.EXPIRED,
    "vencido": ClaimState.EXPIRED,
}


def read_trips(values: Mapping[str, str], terms: Terms) -> TripRecord:
    """Return the day of trips of a row. Raises Unacceptable."""
    driver_id, day = driver_id_of(values), parse_day(values.get("day", ""), zone=terms.zone)
    if day is None:
        raise Unacceptable(RowReason.BAD_DAY)
    if day > (terms.now + AHEAD).astimezone(terms.zone).date():
        raise Unacceptable(RowReason.FUTURE_DAY)
    return TripRecord(driver_id, day, _trips(values.get("trips", "")))


def read_claim(values: Mapping[str, str], terms: Terms) -> ClaimRecord:
    """Return the claim of a row. Raises Unacceptable."""
    external_id = external_id_of(values)
    if not external_id:
        raise Unacceptable(RowReason.NO_EXTERNAL_ID)
    milestone = terms.codes.get(fitting(values, "milestone", CODE_LENGTH).upper())
    if milestone is None:
        raise Unacceptable(RowReason.UNKNOWN_MILESTONE)
    state = _STATES.get(fitting(values, "state", CODE_LENGTH).lower())
    if state is None:
        raise Unacceptable(RowReason.UNKNOWN_STATE)
    written = values.get("amount", "")
    return ClaimRecord(
        external_id, milestone, state, _amount(written) if written else terms.milestones[milestone]
    )


def _trips(written: str) -> int:
    found = _WHOLE.fullmatch(written)
    if found is None:
        raise Unacceptable(RowReason.BAD_TRIPS)
    number = int(found[2])
    if found[1] and number:
        raise Unacceptable(RowReason.NEGATIVE_TRIPS)
    if number > MOST_TRIPS:
        raise Unacceptable(RowReason.TOO_MANY_TRIPS)
    return number


def _amount(written: str) -> Decimal:
    if _EITHER.fullmatch(written):
        raise Unacceptable(RowReason.AMBIGUOUS_AMOUNT)
    found = _AMOUNT.fullmatch(written)
    if found is None:
        raise Unacceptable(RowReason.BAD_AMOUNT)
    amount = Decimal(f"{found[2]}.{found[3] or '0'}")
    if found[1] and amount:
        raise Unacceptable(RowReason.NEGATIVE_AMOUNT)
    return amount
