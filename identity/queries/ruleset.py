"""Which rules are in force: a tenant's thresholds and its model of weights."""

from dataclasses import dataclass
from typing import Any

from identity.models import IdentitySettings, MatchingModel


@dataclass(frozen=True, slots=True)
class StoredRuleset:
    """The settings, and the fitted model in force, if any; `text` names them all and changes with each."""

    text: str
    settings: IdentitySettings
    model: dict[str, Any] | None


def stored_ruleset(*, shipped: str) -> StoredRuleset:
    """Return what is in force; `shipped` is the version of the model without a fitted one. Two queries."""
    # Never written here: dry runs and explanations read through log-ins that may not write (S2).
    settings = IdentitySettings.objects.filter(id=1).first() or IdentitySettings()
    fitted = MatchingModel.objects.filter(is_active=True).first()
    version = fitted.version if fitted else shipped
    limits = "/".join(f"{limit:g}" for limit in (settings.similar, settings.clear_gap, settings.different))
    text = f"{settings.mode} {limits} {version}"
    return StoredRuleset(text, settings, fitted.parameters if fitted else None)
