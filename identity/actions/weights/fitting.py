"""Fit a model of weights to the tenant's own leads and keep it; another step puts it in force (I7b)."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from identity.actions.linking.ruleset import current_ruleset
from identity.actions.weights.collecting import collect_sample
from identity.matching.training import Fitted, train
from identity.matching.versions import as_json, read_model
from identity.models import MatchingModel
from tenants.records.actions import note
from tenants.rules import Refused

MOST_LEADS = 50_000  # more teach nothing new
UNSETTLED = "the fit did not come to rest"


class VersionTaken(Refused):
    """A model of this version is there already; models are never overwritten."""

    code = "version_taken"
    message = _("There is a model of this version already.")


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A fitted model: its number, None when nothing was kept; what it was fitted to; the points it misses."""

    id: int | None
    version: str
    leads: int
    pairs: int
    patterns: int
    random_pairs: int
    rounds: int
    untaught: tuple[str, ...]
    missed: tuple[str, ...]


def fit_model(
    *, version: str, by: UUID | None = None, leads: int = MOST_LEADS, dry: bool = False
) -> FittedModel:
    """Fit a model to at most `leads` leads, and keep it unless `dry`; it is not in force yet.

    Raises NotTrainable when the tenant's leads teach nothing, BadModel for a version that cannot be stored,
    VersionTaken.
    """
    if MatchingModel.objects.filter(version=version).exists():
        raise VersionTaken
    sample = collect_sample(most=leads, rules=current_ruleset())
    fitted = train(sample, version=version)
    read_model(as_json(fitted.model))
    missed = tuple(fitted.missed) if fitted.has_converged else (UNSETTLED, *fitted.missed)
    return FittedModel(
        id=None if dry else _keep(fitted, missed, by),
        version=version,
        leads=sample.leads,
        pairs=sum(sample.blocked.values()),
        patterns=len(sample.blocked),
        random_pairs=sum(sample.random.values()),
        rounds=fitted.rounds,
        untaught=fitted.untaught,
        missed=missed,
    )


@transaction.atomic
def _keep(fitted: Fitted, missed: tuple[str, ...], by: UUID | None) -> int:
    kept, is_new = MatchingModel.objects.get_or_create(
        version=fitted.model.version, defaults={"parameters": as_json(fitted.model), "missed": list(missed)}
    )
    if not is_new:
        raise VersionTaken
    note(verb="fit_model", of="matching_model", id=kept.pk, by=by, change={"missed": len(missed)})
    return kept.pk
