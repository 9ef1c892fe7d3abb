"""Which function does the work of which kind? Exactly one per kind (J8)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from tenants.jobs.events import job_ended
from tenants.jobs.models import Job
from tenants.jobs.rules import ENDED

if TYPE_CHECKING:
    from tenants.jobs.runner.run import Run
    from tenants.queries import Principal

Result = dict[str, Any] | None
Do = Callable[["Run"], Result]
# Which jobs an app hides from who asks; an empty Q hides none. It may ask for nothing by itself.
Hidden = Callable[["Principal"], Q]
# Which of these ended jobs can be taken back, and the address that does it (W2, W4).
Undo = Callable[[Collection[UUID]], Mapping[UUID, str]]


@dataclass(frozen=True, slots=True)
class Work:
    """A kind's handler, the words people read for it, and what to call when such a job has ended."""

    kind: str
    label: object
    do: Do
    on_end: Callable[[dict[str, Any], str, str], None] | None = None
    # Whether a tenant may put it on a schedule: it needs no parameters that only an action can make.
    schedulable: bool = False
    # Whether it comes again by itself all day: its end is no news to anybody outside (W16).
    quiet: bool = False
    undo: Undo | None = None

    def is_news(self, by: object) -> bool:
        """Say whether the end of such a job is news: of periodic work only what somebody asked for."""
        return not self.quiet and (by is not None or not self.schedulable)


class UnknownKind(LookupError):
    """No handler for this kind here: an older worker met a newer job."""


_WORKS: dict[str, Work] = {}
_HIDDEN: list[Hidden] = []


def handles(
    kind: str,
    *,
    label: object,
    on_end: Callable[[dict[str, Any], str, str], None] | None = None,
    schedulable: bool = False,
    quiet: bool = False,
    undo: Undo | None = None,
) -> Callable[[Do], Do]:
    """Register the decorated function as the handler of `kind`.

    `on_end(params, state, error)` runs in the transaction that ends the job, so that rows which mirror its
    state can never disagree with it. `undo(ids)` says which ended jobs can be taken back now, and by which
    address of the API. Raises ValueError for a second handler of one kind.
    """

    def register(do: Do) -> Do:
        if kind in _WORKS:
            raise ValueError(f"{kind} has two handlers: {_WORKS[kind].do.__module__} and {do.__module__}")
        _WORKS[kind] = Work(kind, label, do, on_end, schedulable, quiet, undo)
        return do

    return register


def work_of(kind: str) -> Work:
    """Return the work of `kind`; raises UnknownKind for one that nobody handles."""
    try:
        return _WORKS[kind]
    except KeyError as error:
        raise UnknownKind(kind) from error


def label_of(kind: str) -> str:
    """Return the words people read for a kind; its own name where nobody handles it."""
    return str(_WORKS[kind].label) if kind in _WORKS else kind


def undo_addresses(jobs: Iterable[Job]) -> dict[UUID, str]:
    """Return by which address jobs can be taken back now, of those that can. One look a kind with an undo."""
    ended, found = [job for job in jobs if job.state in ENDED], dict[UUID, str]()
    for kind in {job.kind for job in ended} & _WORKS.keys():
        undo = _WORKS[kind].undo
        if undo:
            found |= undo([job.id for job in ended if job.kind == kind])
    return found


def _tell_owner(*, kind: str, params: dict[str, Any], state: str, error: str, **_signal: object) -> None:
    on_end = _WORKS[kind].on_end if kind in _WORKS else None
    if on_end:
        on_end(params, state, error)


def hides(hidden: Hidden) -> None:
    """Hide jobs about things that somebody does not see: their ends and files would tell of them (S1)."""
    if hidden not in _HIDDEN:
        _HIDDEN.append(hidden)


def hidden_from(who: "Principal") -> Q:
    """Return the jobs that who asks does not see, for queries; an empty Q when all are seen. No query."""
    found = Q()
    for hidden in _HIDDEN:
        found |= hidden(who)
    return found


def schedulable_kinds() -> frozenset[str]:
    """Return every kind that a tenant may put on a schedule."""
    return frozenset(kind for kind, work in _WORKS.items() if work.schedulable)


def handled_kinds() -> frozenset[str]:
    """Return every kind that has a handler."""
    return frozenset(_WORKS)


job_ended.connect(_tell_owner)
