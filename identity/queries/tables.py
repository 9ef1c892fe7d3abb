"""Lists of leads as tables, and what was asked of them as JSON keeps it, for files (W6)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from identity.queries.claims_gap import ClaimGap, all_claims_gap
from identity.queries.limbo import LimboChoice, LimboRow, all_limbo
from identity.queries.money import MoneyRow, all_money
from identity.rules import LimboReason, LimboStage, Reason
from tenants.display.later import Table, tables

LIMBO, MONEY, GAPS = "identity.limbo", "identity.money", "identity.claims-gap"
DAYS = ("week", "date_from", "date_to")


def kept(chosen: LimboChoice, *, name: str, milestone: str | None = None) -> dict[str, Any]:
    """Return what was asked, days as text; `name` is the file's."""
    told = asdict(chosen)
    days = {day: told[day] and told[day].isoformat() for day in DAYS}
    return {"name": name, "milestone": milestone, "chosen": told | days}


@tables(LIMBO)
def limbo_table(asked: Mapping[str, Any]) -> Table:
    """Return the leads that were asked for, with their stage."""
    return _table(asked, LimboRow, all_limbo(chosen=_chosen(asked)))


@tables(MONEY)
def money_table(asked: Mapping[str, Any]) -> Table:
    """Return the leads that were asked for and have a driver, with their amounts."""
    return _table(asked, MoneyRow, all_money(chosen=_chosen(asked)))


@tables(GAPS)
def gaps_table(asked: Mapping[str, Any]) -> Table:
    """Return the milestones that were asked for and that nobody has claimed."""
    return _table(asked, ClaimGap, all_claims_gap(chosen=_chosen(asked), milestone=asked["milestone"]))


def _chosen(asked: Mapping[str, Any]) -> LimboChoice:
    told: dict[str, Any] = asked["chosen"]
    stages = told["stages"] and tuple(LimboStage(one) for one in told["stages"])
    days = {day: told[day] and date.fromisoformat(told[day]) for day in DAYS}
    return LimboChoice(stages=stages, reason=_reason(told["reason"]), **days)


def _reason(code: str | None) -> Reason | LimboReason | None:
    if code is None:
        return None
    return LimboReason(code) if code in list(LimboReason) else Reason(code)


def _table(asked: Mapping[str, Any], of: type[Any], rows: Iterable[Any]) -> Table:
    # Numbers of rows are nobody's business outside.
    columns = [one.name for one in fields(of) if one.name != "lead_id"]
    return Table(asked["name"], columns, ([getattr(row, column) for column in columns] for row in rows))
