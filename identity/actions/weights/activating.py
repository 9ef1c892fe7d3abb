"""Put a fitted model in force, or the shipped one again: new evidence for every case (I7b, I7c)."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from identity.matching.versions import read_model
from identity.matching.weighing import missed_points
from identity.models import MatchingModel
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused


class UnknownModel(Refused):
    """There is no such model in this tenant."""

    code = "model_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such model.")


class ModelMissesPoints(Refused):
    """The model misses points that every model must hold; `missed` names them."""

    code = "model_misses_points"
    message = _("The model misses points that it must hold, so it cannot be put in force.")


@transaction.atomic
def activate_model(*, model: int, by: UUID | None = None) -> bool:
    """Put a model in force in place of any other; False when it was. Raises the refusals of this module.

    And BadModel when what is stored is no model. Open cases are tried again by the next run.
    """
    chosen = _held().get(model)
    if chosen is None:
        raise UnknownModel(model=str(model))
    # What was stored is not trusted: the points are asked again.
    missed = missed_points(read_model(chosen.parameters)) or chosen.missed
    if missed:
        raise ModelMissesPoints(missed=missed)
    if chosen.is_active:
        return False
    _take_out(by)
    _switch(chosen, on=True, by=by)
    return True


@transaction.atomic
def deactivate_model(*, by: UUID | None = None) -> bool:
    """Let the shipped model decide again; False when it does."""
    _held()
    return _take_out(by)


def _held() -> dict[int, MatchingModel]:
    """Return all models, held: who switches at the same moment waits."""
    return {one.pk: one for one in MatchingModel.objects.select_for_update().order_by("id")}


def _take_out(by: UUID | None) -> bool:
    former = MatchingModel.objects.filter(is_active=True).first()
    if former:
        _switch(former, on=False, by=by)
    return former is not None


def _switch(model: MatchingModel, *, on: bool, by: UUID | None) -> None:
    model.is_active = on
    model.save(update_fields=["is_active"])
    verb = "activate_model" if on else "deactivate_model"
    note(verb=verb, of="matching_model", id=model.pk, by=by, change={"version": model.version})
