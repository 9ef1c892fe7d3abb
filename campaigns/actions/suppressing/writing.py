"""Wishes not to be called: written once each, by one or by thousands, and lifted (Suppression)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.actions.suppressing.ending import end_waiting, hold_waiting
from campaigns.actions.suppressing.reading import read_wish
from campaigns.dispatch.wishes import Reach, write_wishes
from campaigns.models import Suppression
from campaigns.rules import SuppressionKind
from tenants.records.actions import note as audit
from tenants.rules import Refused


class SaidAgain(Refused):
    """Somebody asked for the same since the reader saw it."""

    code = "suppression_said_again"
    message = _("It was said again since this was shown. Nothing was lifted: look at it again.")


@transaction.atomic
def suppress(
    *, kind: SuppressionKind, text: str, country: str, reach: Reach, now: datetime, reason: str = ""
) -> tuple[Suppression, bool]:
    """Write a wish, and end who waits for a call by it; return it and whether it is new. Raises BadWish."""
    wish = read_wish(kind, text, country=country)
    hold_waiting([wish], account=reach.account_id)
    is_new = bool(write_wishes({wish: reason}, reach))
    live = Suppression.objects.in_force().select_related("account")
    found = live.get(kind=wish.kind, value=wish.value, account=reach.account)
    if is_new:
        end_waiting([wish], account=reach.account_id, now=now)
        audit(verb="suppress", of="suppression", id=found.pk, by=reach.by, change={"source": reach.source})
    return found, is_new


@transaction.atomic
def lift(
    *, suppression_id: int, now: datetime, by: UUID | None = None, seen: str | None = None
) -> Suppression:
    """Let a number or a person be called again from the next claim on; ended entries stay ended.

    `seen` is `Suppression.again` as the reader saw it; None compares nothing. Twice keeps the first moment.
    Raises UnknownSuppression, SaidAgain.
    """
    live = Suppression.objects.in_force().filter(pk=suppression_id)
    # Held, or a call could say it again between the look and the lifting.
    if seen is not None and any(row.again != seen for row in live.select_for_update()):
        raise SaidAgain
    if live.update(lifted_at=now, lifted_by=by):
        audit(verb="lift", of="suppression", id=suppression_id, by=by)
    return queries.suppression(suppression_id=suppression_id)
