"""What one row of a file says, by itself; as a text it waits in the database for the rows of its person."""

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from campaigns.imports.codes import RowCode, RowStatus, Told
from campaigns.imports.documents import Document
from campaigns.imports.draft import Draft, Notice, Share
from campaigns.imports.people import Phone, RowResult
from campaigns.imports.phones import PhoneKind


@dataclass(slots=True)
class Said:
    """One row: its draft and whose it is, or without a draft how it ended.

    `key` is "" for a row of nobody; `refused_key` is whose the row was that could not be read. Variables, and
    the names of those that are too long, count for the person's first row only.
    """

    result: RowResult
    key: str = ""
    refused_key: str = ""
    draft: Draft | None = None
    variables: dict[str, str] = field(default_factory=dict)
    too_long: tuple[str, ...] = ()


def pack(said: Said) -> str:
    """Return a row as a text of ASCII, whatever its cells hold; line and keys are kept beside it."""
    row, draft = said.result, said.draft
    told = (
        row.status,
        row.code,
        row.told,
        row.notices,
        said.variables,
        said.too_long,
        _packed_draft(draft) if draft else None,
    )
    return json.dumps(told, separators=(",", ":"))


def unpack(text: str, *, line: int, key: str) -> Said:
    """Return the row of a text that `pack` wrote."""
    status, code, told, notices, variables, too_long, draft = json.loads(text)
    return Said(
        RowResult(line, RowStatus(status), RowCode(code) if code else None, told, tuple(_notices(notices))),
        key=key,
        draft=_unpacked_draft(*draft) if draft else None,
        variables=variables,
        too_long=tuple(too_long),
    )


def _packed_draft(draft: Draft) -> tuple[Any, ...]:
    return (
        draft.document,
        draft.name,
        draft.phones,
        draft.ambiguous,
        draft.no_phone,
        _packed_share(draft.share) if draft.share else None,
        draft.time_zone,
        draft.commune,
        draft.notices,
    )


def _packed_share(share: Share) -> tuple[Any, ...]:
    due_on = share.due_on.isoformat() if share.due_on else None
    return share.creditor, str(share.amount), due_on, share.days_overdue, share.reference


def _unpacked_draft(
    document: list[str],
    name: str,
    phones: list[tuple[str, str, bool, str]],
    ambiguous: list[list[str]],
    no_phone: tuple[str, Told] | None,
    share: list[Any] | None,
    time_zone: str,
    commune: str,
    notices: list[tuple[str, Told]],
) -> Draft:
    return Draft(
        Document(*document),
        name,
        [Phone(e164, PhoneKind(kind), repaired, retired) for e164, kind, repaired, retired in phones],
        [tuple(readings) for readings in ambiguous],
        _notices([no_phone])[0] if no_phone else None,
        _unpacked_share(*share) if share else None,
        time_zone,
        commune,
        _notices(notices),
    )


def _unpacked_share(
    creditor: str, amount: str, due_on: str | None, days_overdue: int, reference: str
) -> Share:
    day = date.fromisoformat(due_on) if due_on else None
    return Share(creditor, Decimal(amount), day, days_overdue, reference)


def _notices(notices: list[tuple[str, Told]]) -> list[Notice]:
    return [(RowCode(code), told) for code, told in notices]
