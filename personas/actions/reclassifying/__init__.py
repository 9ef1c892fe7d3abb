"""Reclassification: ask, estimate, list, apply, undo (R1–R9)."""

from personas.actions.reclassifying.asking import (
    BadSelection,
    NotUndoable,
    PreviewUnusable,
    RulesChanged,
    cancel_reclassification,
    reclassify,
    undo_reclassification,
)
from personas.actions.reclassifying.estimating import Estimate, estimate
from personas.actions.reclassifying.forgetting import forget_previews, schedule_forgetting_previews
from personas.actions.reclassifying.work import run_reclassification

__all__ = [
    "BadSelection",
    "Estimate",
    "NotUndoable",
    "PreviewUnusable",
    "RulesChanged",
    "cancel_reclassification",
    "estimate",
    "forget_previews",
    "reclassify",
    "run_reclassification",
    "schedule_forgetting_previews",
    "undo_reclassification",
]
