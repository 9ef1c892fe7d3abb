"""Persons of a file become entries and debts, and rows become a report: a chunk, a few statements."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from psycopg.types.json import Jsonb

from campaigns.dispatch.moving import NEXT_ACTIONS, count_new, hold
from campaigns.imports import Debt, Person, RowResult, RowStatus
from campaigns.imports.people import Phone
from campaigns.legality import entry_zones, knows_country, zone_key
from campaigns.models import Campaign, ClientFile
from campaigns.models.numbers import NEXT_NUMBER
from campaigns.rules import CampaignState, EntryReason, EntryState
from tenants.rules import Refused

LONGEST_ZONES = 400
# Two files at once cannot both miss a person and both take them (C9). The schema is in the key: advisory
# locks know no schemas.
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('campaigns.entries.' || current_schema(), 0))"
# A chunk that runs again after a kill finds its persons there and writes nothing (J6).
WRITE = f"""
    WITH v AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(%(people)s::jsonb) AS v(
               person_key text, document text, name text, phones jsonb, zones text, variables jsonb,
               fecha_limite date, fecha_maxima date, "row" int, state text, next_action text, reason text,
               debts jsonb)
    ), made AS (
        INSERT INTO campaigns_entry (id, campaign_id, person_key, document, name, phones, next_phone, zones,
               variables, fecha_limite, fecha_maxima, "row", state, next_action, reason, attempts, faults,
               outcome, is_reached, charged, talk_ms)
        SELECT {NEXT_NUMBER}, %(campaign)s, person_key, document, name, phones, 0, zones, variables,
               fecha_limite, fecha_maxima, "row", state, next_action, reason, 0, 0, '', false, 0, 0
          FROM v ORDER BY "row"
            ON CONFLICT (campaign_id, person_key) DO NOTHING
        RETURNING id, person_key, state
    ), owed AS (
        INSERT INTO campaigns_debt (id, entry_id, creditor, amount, currency, instalments, first_due_on,
               last_due_on, days_overdue, fecha_limite, fecha_maxima, "references")
        SELECT {NEXT_NUMBER}, made.id, d.* FROM made JOIN v USING (person_key)
         CROSS JOIN LATERAL jsonb_to_recordset(v.debts) AS d(
               creditor text, amount numeric, currency text, instalments int, first_due_on date,
               last_due_on date, days_overdue int, fecha_limite date, fecha_maxima date, "references" jsonb)
    )
    SELECT state, count(*) FROM made GROUP BY state
"""  # noqa: S608 - a constant
ZONES = """
    UPDATE campaigns_campaign
       SET zones = (SELECT coalesce(jsonb_agg(z ORDER BY z), '[]') FROM (
                    SELECT jsonb_array_elements_text(zones) UNION SELECT unnest(%(zones)s::text[])) AS u(z))
     WHERE id = %(campaign)s
"""
REPORT = f"""
    INSERT INTO campaigns_rowreport (id, of_id, line, status, code, told, cells)
    SELECT {NEXT_NUMBER}, %(file)s, v.* FROM jsonb_to_recordset(%(rows)s::jsonb)
           AS v(line int, status text, code text, told jsonb, cells jsonb)
        ON CONFLICT (of_id, line) DO NOTHING
"""  # noqa: S608 - a constant
CELLS = """
    UPDATE campaigns_rowreport r SET cells = v.cells
      FROM jsonb_to_recordset(%(rows)s::jsonb) AS v(line int, cells jsonb)
     WHERE r.of_id = %(file)s AND r.line = v.line
"""


class NoLongerDraft(Refused):
    """The campaign was launched or cancelled while its file was read."""

    code = "campaign_state"
    message = _("The campaign is no longer a draft.")


def go_alone(campaign: Campaign) -> None:
    """Let nobody else write entries, nor move this campaign's, until the transaction ends.

    Raises NoLongerDraft.
    """
    _run(ALONE)
    hold([campaign.pk])
    if not Campaign.objects.filter(pk=campaign.pk, state=CampaignState.DRAFT).exists():
        raise NoLongerDraft


def write_people(campaign: Campaign, persons: Iterable[Person]) -> int:
    """Write persons who are not there yet; return how many. Three statements, in the caller's transaction."""
    people = [_entry(person, campaign.account.country) for person in persons]
    if not people:
        return 0
    states = dict(_run(WRITE, campaign=campaign.pk, people=Jsonb(people)))
    _run(ZONES, campaign=campaign.pk, zones=sorted({one["zones"] for one in people}))
    count_new(campaign=campaign.pk, states={EntryState(state): count for state, count in states.items()})
    return sum(states.values())


def write_report(file: ClientFile, rows: Sequence[RowResult]) -> None:
    """Keep what became of rows that were not simply accepted; their cells come later. One statement."""
    told: list[dict[str, Any]] = [
        {"line": row.line, "status": row.status, "code": row.code or "", "told": row.told, "cells": []}
        for row in rows
        if row.status is not RowStatus.ACCEPTED
    ]
    if told:
        _run(REPORT, file=file.pk, rows=Jsonb(told))


def write_cells(file: ClientFile, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Keep the cells of rows, by their lines. One statement."""
    told = [{"line": line, "cells": [_fit(cell) for cell in cells]} for line, cells in rows]
    if told:
        _run(CELLS, file=file.pk, rows=Jsonb(told))


def _run(statement: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def _entry(person: Person, country: str) -> dict[str, Any]:
    zones = _zones(person, country)
    is_known = bool(zones) and knows_country(country)
    state = EntryState.QUEUED if is_known else EntryState.ON_HOLD
    return {
        "person_key": person.key,
        "document": person.document,
        "name": person.name,
        "phones": [_phone(phone) for phone in person.phones],
        "zones": zones,
        "variables": person.variables,
        "fecha_limite": _iso(person.fecha_limite),
        "fecha_maxima": _iso(person.fecha_maxima),
        "row": person.line,
        "state": str(state),
        "next_action": str(NEXT_ACTIONS[state]),
        "reason": str(EntryReason.NEW if is_known else EntryReason.UNKNOWN_ZONE),
        "debts": [_debt(debt) for debt in person.debts],
    }


def _phone(phone: Phone) -> dict[str, Any]:
    told: dict[str, Any] = {"number": phone.e164, "kind": str(phone.kind), "repaired": phone.repaired}
    return told | {"retired": phone.retired} if phone.retired else told


def _debt(debt: Debt) -> dict[str, Any]:
    return {
        "creditor": debt.creditor,
        "amount": str(debt.amount),
        "currency": debt.currency,
        "instalments": debt.instalments,
        "first_due_on": _iso(debt.first_due_on),
        "last_due_on": _iso(debt.last_due_on),
        "days_overdue": debt.days_overdue,
        "fecha_limite": _iso(debt.fecha_limite),
        "fecha_maxima": _iso(debt.fecha_maxima),
        "references": list(debt.references),
    }


def _zones(person: Person, country: str) -> str:
    """Return the clocks of all of a person's numbers; a number whose clock nobody knows makes it unknown."""
    place = person.time_zone or person.commune
    found: set[str] = set()
    for phone in person.phones[:1] if place else person.phones:
        zones = entry_zones(country=country, number=phone.e164, place=place)
        if not zones:
            return ""
        found.update(zones)
    key = zone_key(tuple(found))
    return key if len(key) <= LONGEST_ZONES else ""


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def _fit(cell: str) -> str:
    # What no column of text can hold; the report shows that something stood there.
    return cell.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
