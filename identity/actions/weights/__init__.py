"""Models of weights: fitted to a tenant's own leads, put in force, taken out, shadowed (I7b)."""

from identity.actions.weights.activating import (
    ModelMissesPoints,
    UnknownModel,
    activate_model,
    deactivate_model,
)
from identity.actions.weights.fitting import FittedModel, VersionTaken, fit_model
from identity.actions.weights.shadowing import ShadowReport, shadow_links_of

__all__ = [
    "FittedModel",
    "ModelMissesPoints",
    "ShadowReport",
    "UnknownModel",
    "VersionTaken",
    "activate_model",
    "deactivate_model",
    "fit_model",
    "shadow_links_of",
]
