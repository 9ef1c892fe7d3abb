"""Wishes not to be called: written once each, by one or by thousands, and lifted (Suppression)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from campaigns import queries
from campaigns.actions.suppressing.ending import end_waiting
from campaigns.actions.suppressing.reading import Wish, read_wish
from campaigns.models import Account, Suppression
from campaigns.models.numbers import NEXT_NUMBER
from campaigns.rules import SuppressionKind, SuppressionSource
from tenants.intake import one_line
from tenants.records.actions import note as audit

LONGEST_REASON = 200

# A wish that is in force already stays as it was said first.
WRITE = f"""
    INSERT INTO campaigns_suppression (id, kind, value, account_id, reason, source, created_by)
    SELECT {NEXT_NUMBER}, v.kind, v.value, %(account)s, v.reason, %(source)s, %(by)s
      FROM unnest(%(kinds)s::text[], %(values)s::text[], %(reasons)s::text[]) AS v(kind, value, reason)
    ON CONFLICT (kind, value, account_id) WHERE lifted_at IS NULL DO NOTHING
    RETURNING kind, value
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom wishes bind and who said so: one account, or None for the whole tenant."""

    source: SuppressionSource
    account: Account | None = None
    by: UUID | None = None

    @property
    def account_id(self) -> int | None:
        """Return the account's number."""
        return self.account.pk if self.account else None


@transaction.atomic
def suppress(
    *, kind: SuppressionKind, text: str, country: str, reach: Reach, now: datetime, reason: str = ""
) -> tuple[Suppression, bool]:
    """Write a wish, and end who waits for a call by it; return it and whether it is new. Raises BadWish."""
    wish = read_wish(kind, text, country=country)
    is_new = bool(write_wishes({wish: reason}, reach))
    live = Suppression.objects.in_force().select_related("account")
    found = live.get(kind=wish.kind, value=wish.value, account=reach.account)
    if is_new:
        end_waiting([wish], account=reach.account_id, now=now)
        audit(verb="suppress", of="suppression", id=found.pk, by=reach.by, change={"source": reach.source})
    return found, is_new


@transaction.atomic
def lift(*, suppression_id: int, now: datetime, by: UUID | None = None) -> Suppression:
    """Let a number or a person be called again from the next claim on; ended entries stay ended.

    Twice keeps the first moment. Raises UnknownSuppression.
    """
    if Suppression.objects.in_force().filter(pk=suppression_id).update(lifted_at=now, lifted_by=by):
        audit(verb="lift", of="suppression", id=suppression_id, by=by)
    return queries.suppression(suppression_id=suppression_id)


def write_wishes(wishes: dict[Wish, str], reach: Reach) -> list[Wish]:
    """Write those of some wishes, each with its reason, that are not in force; return which."""
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            {
                "account": reach.account_id,
                "source": str(reach.source),
                "by": reach.by,
                "kinds": [str(wish.kind) for wish in wishes],
                "values": [wish.value for wish in wishes],
                "reasons": [one_line(reason)[:LONGEST_REASON] for reason in wishes.values()],
            },
        )
        return [Wish(SuppressionKind(kind), value) for kind, value in cursor.fetchall()]
