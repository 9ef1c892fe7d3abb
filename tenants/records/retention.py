"""How long is what kept? Each app names its kinds of rows that age, and what forgets them (S19)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

LONGEST_DAYS = 3_650

# Forgets one batch of what is older than a moment, in the open tenant; returns how many rows, 0 at the end.
Forget = Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Stored:
    """Where an app keeps the days of a kind among settings of its own; `write(days, by)` may refuse."""

    read: Callable[[], int]
    write: Callable[[int, UUID | None], object]


@dataclass(frozen=True, slots=True)
class Aged:
    """A kind of rows that is forgotten by age. `models` are labels; `least` days are needed by the work."""

    kind: str
    label: object
    days: int
    models: tuple[str, ...]
    forget: Forget
    least: int = 1
    stored: Stored | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows with words about persons that no age and no erasure takes, and why."""

    model: str
    because: object


_AGED: dict[str, tuple[int, Aged]] = {}
_KEPT: dict[str, Kept] = {}


def forgets(aged: Aged, *, position: int = 50) -> None:
    """Let a kind be forgotten by the nightly work; called from an app's `ready`."""
    _AGED[aged.kind] = (position, aged)


def keeps(model: str, because: object) -> None:
    """Say that rows of a model stay, and why; called from an app's `ready`."""
    _KEPT[model] = Kept(model, because)


def aged_kinds() -> list[Aged]:
    """Return every kind that ages, in order."""
    return [aged for _position, aged in sorted(_AGED.values(), key=lambda pair: (pair[0], pair[1].kind))]


def kept_models() -> list[Kept]:
    """Return what stays, by label."""
    return sorted(_KEPT.values(), key=lambda kept: kept.model)
