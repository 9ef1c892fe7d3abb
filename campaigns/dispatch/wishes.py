"""Wishes not to be called: written by every door in one way, before the next claim (C21)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from campaigns.models import Account, CallAttempt, Entry
from campaigns.models.numbers import NEXT_NUMBER
from campaigns.rules import SuppressionKind, SuppressionSource
from tenants.intake import one_line

LONGEST_REASON = 200
# What people asked for in a call and what the law keeps.
OWN_WORD = (SuppressionSource.CALL, SuppressionSource.REGISTRY)

# One that is in force stays as it was said first, but is no longer its list's alone, and keeps a person's own
# word. In one statement: between two, an undo could lift what the first has found.
WRITE = f"""
    INSERT INTO campaigns_suppression AS s
           (id, kind, value, account_id, reason, source, attempt, created_by, in_list_id)
    SELECT {NEXT_NUMBER}, v.kind, v.value, %(account)s, v.reason, %(source)s, %(attempt)s, %(by)s, %(in_list)s
      FROM unnest(%(kinds)s::text[], %(values)s::text[], %(reasons)s::text[]) AS v(kind, value, reason)
    ON CONFLICT (kind, value, account_id) WHERE lifted_at IS NULL DO UPDATE
       SET said_again_at =
               CASE WHEN s.in_list_id = EXCLUDED.in_list_id THEN s.said_again_at ELSE clock_timestamp() END,
           source = CASE WHEN EXCLUDED.source = ANY(%(own)s) THEN EXCLUDED.source ELSE s.source END,
           attempt = COALESCE(s.attempt, EXCLUDED.attempt)
    RETURNING s.kind, s.value, s.xmax = 0
"""  # noqa: S608 - a constant


class Wish(NamedTuple):
    """What must not be called: a number in E.164, or a document as in `person_key`."""

    kind: SuppressionKind
    value: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom wishes bind and who said so: one account, or None for the whole tenant; in which list or call."""

    source: SuppressionSource
    account: Account | None = None
    by: UUID | None = None
    in_list: int | None = None
    attempt: UUID | None = None

    @property
    def account_id(self) -> int | None:
        """Return the account's number."""
        return self.account.pk if self.account else None


def write_wishes(wishes: Mapping[Wish, str], reach: Reach) -> list[Wish]:
    """Write some wishes, each with its reason; return those that were not in force. One statement.

    Of the others it is kept that they were said again. All of them stay locked until the transaction ends.
    """
    # In one order, or two who write the same could wait for each other.
    said = sorted(wishes.items())
    terms = {
        "account": reach.account_id,
        "source": str(reach.source),
        "attempt": reach.attempt,
        "by": reach.by,
        "in_list": reach.in_list,
        "own": [str(source) for source in OWN_WORD],
        "kinds": [str(wish.kind) for wish, _reason in said],
        "values": [wish.value for wish, _reason in said],
        "reasons": [one_line(reason)[:LONGEST_REASON] for _wish, reason in said],
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, terms)
        return [Wish(SuppressionKind(kind), value) for kind, value, is_new in cursor.fetchall() if is_new]


def suppress_caller(attempt: CallAttempt, entry: Entry) -> None:
    """Keep the wish of a person who was called: for the number, and for the document. One statement.

    Who has no document is nobody but their numbers: for all of those.
    """
    reach = Reach(SuppressionSource.CALL, attempt=attempt.pk)
    write_wishes(dict.fromkeys(_wishes(attempt, entry), ""), reach)


def _wishes(attempt: CallAttempt, entry: Entry) -> set[Wish]:
    rang = Wish(SuppressionKind.NUMBER, attempt.to_number)
    if entry.document:
        return {rang, Wish(SuppressionKind.DOCUMENT, entry.person_key)}
    return {rang, *(Wish(SuppressionKind.NUMBER, phone["number"]) for phone in entry.phones)}
