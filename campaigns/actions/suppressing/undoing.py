"""Wishes not to be called are taken back together; what a person asked for stays (W4, C21)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.dispatch.wishes import OWN_WORD
from campaigns.models import Suppression, SuppressionList
from tenants.records.actions import note as audit
from tenants.records.erasure import MARK
from tenants.rules import Refused

MOST_LIFTED = 5_000


class ListNotUndoable(Refused):
    """The list was not applied, or was undone already."""

    code = "suppression_list_not_undoable"
    message = _("Only a list that was applied can be undone, and only once.")


@dataclass(frozen=True, slots=True)
class Lifting:
    """What lifting many comes to: which are lifted, how many stay in force, how many were not in force.

    Each of `lifted` has the moment at which it was last said again (ISO 8601), "" if never: what was shown.
    """

    lifted: Mapping[int, str]
    stayed: int
    gone: int


@transaction.atomic
def undo_list(*, list_id: int, now: datetime, by: UUID | None = None) -> SuppressionList:
    """Lift what a list alone keeps from being called; entries that it ended stay ended.

    Whoever else asked for the same keeps it: in a call, by another list, by hand, by an erasure.
    Raises UnknownSuppressionList, ListNotUndoable.
    """
    queries.suppression_list(list_id=list_id)
    made = SuppressionList.objects.select_for_update(of=("self",)).get(pk=list_id)
    if made.applied_at is None or made.undone_at is not None:
        raise ListNotUndoable
    made.undone_at, made.undone_by = now, by
    _lock(_alone(made))
    made.lifted = _alone(made).update(lifted_at=now, lifted_by=by)
    made.stayed = made.made.filter(lifted_at=None).count()
    made.save(update_fields=["undone_at", "undone_by", "lifted", "stayed"])
    change = {"lifted": made.lifted, "stayed": made.stayed}
    audit(verb="undo", of="suppression_list", id=made.pk, by=by, change=change)
    return made


def undoable(made: SuppressionList) -> Lifting:
    """Return what undoing an applied list would lift and leave. Three queries."""
    return _parted(made.made.all(), _alone(made))


def liftable(numbers: Collection[int]) -> Lifting:
    """Return what lifting chosen suppressions together would lift and leave. Three queries."""
    chosen = Suppression.objects.filter(pk__in=numbers)
    return _parted(chosen, _common(chosen))


@transaction.atomic
def lift_many(*, shown: Mapping[int, str], now: datetime, by: UUID | None = None) -> Lifting:
    """Let what was shown (`Lifting.lifted`) be called again, but for what somebody has said again since.

    What persons asked for in a call or the law keeps stays, too.
    """
    chosen = Suppression.objects.filter(pk__in=shown)
    _lock(chosen)
    found = liftable(shown)
    same = {number: said for number, said in found.lifted.items() if shown[number] == said}
    count = _common(chosen).filter(pk__in=same).update(lifted_at=now, lifted_by=by)
    stayed = found.stayed + len(found.lifted) - len(same)
    if count:
        audit(verb="lift", of="suppression", id="", by=by, change={"lifted": count, "stayed": stayed})
    return Lifting(same, stayed, found.gone)


def _parted(rows: QuerySet[Suppression], may_go: QuerySet[Suppression]) -> Lifting:
    """Part rows into those that may be lifted and others."""
    said = may_go.order_by("pk").values_list("pk", "said_again_at")
    lifted = {number: at.isoformat() if at else "" for number, at in said}
    live = rows.filter(lifted_at=None).count()
    return Lifting(lifted, live - len(lifted), rows.count() - live)


def _alone(made: SuppressionList) -> QuerySet[Suppression]:
    """Return what nobody but a list asked for."""
    return _common(made.made.filter(said_again_at=None))


def _common(rows: QuerySet[Suppression]) -> QuerySet[Suppression]:
    """Return those in force that may be lifted together: no person's own word in a call, no hash."""
    found = rows.filter(lifted_at=None, attempt=None).exclude(source__in=OWN_WORD)
    return found.exclude(value__startswith=MARK)


def _lock(rows: QuerySet[Suppression]) -> None:
    """Lock rows in the order in which wishes are written, or one could wait for the other."""
    ordered = rows.filter(lifted_at=None).order_by("kind", Collate("value", "C"), "pk")
    list(ordered.select_for_update(of=("self",)).values_list("pk", flat=True))
