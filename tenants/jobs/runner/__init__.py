"""How is a job run so that a kill at any moment loses nothing and does nothing twice?"""

from tenants.jobs.runner.registry import (
    Work,
    handled_kinds,
    handles,
    hidden_from,
    hides,
    label_of,
    schedulable_kinds,
    undo_addresses,
    work_of,
)
from tenants.jobs.runner.run import Chunk, Run

__all__ = [
    "Chunk",
    "Run",
    "Work",
    "handled_kinds",
    "handles",
    "hidden_from",
    "hides",
    "label_of",
    "schedulable_kinds",
    "undo_addresses",
    "work_of",
]
