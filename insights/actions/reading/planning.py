"""Which stored comment is which row? Pure: what is stored and what was read in, moves and losses out (N6)."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from insights.sources import CommentRow


class Known(NamedTuple):
    """What is stored of a comment, as far as it decides who is who."""

    id: int
    identity: UUID
    spot: UUID
    text_hash: str
    comment_id: str
    is_missing: bool

    @property
    def known_spot(self) -> UUID:
        """Where the last read put it, as rows say of themselves."""
        return self.spot


@dataclass(slots=True)
class Plan:
    """Stored comments that get another identity, and those that the source has lost since its last read."""

    moved: dict[int, UUID] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    known: int = 0  # rows that stood in the source at its last read


def plan_comments(rows: Mapping[UUID, CommentRow], known: Iterable[Known]) -> Plan:
    """Say which stored comments moved and which are gone.

    Moved: a comment without an id or an offset whose brand has another zone now; an edited text without an id
    (same post, author and moment, exactly one gone and one come); and the same comment whose source began or
    ceased to give ids. Everything else that came is new.
    """
    stored = list(known)
    come = rows.keys() - {one.identity for one in stored}
    lost = [one for one in stored if not one.is_missing and one.identity not in rows]
    plan = Plan(known=sum(not one.is_missing for one in stored))
    fresh = [rows[identity] for identity in come]
    # Those that were gone too: they may come back in another zone.
    elsewhere = [one for one in stored if not one.comment_id and one.identity not in rows]
    nameless = [row for row in fresh if not row.comment_id]
    _pair(plan, elsewhere, nameless, lambda one: (one.known_spot, one.text_hash), _is_elsewhere)
    # A source that gains a column of ids must not double its comments.
    _pair(plan, lost, fresh, lambda one: (one.known_spot, one.text_hash), _is_another_form)
    _pair(plan, lost, fresh, lambda one: one.known_spot, _is_an_edit)
    plan.gone = [one.id for one in lost if one.id not in plan.moved]
    return plan


def _pair(
    plan: Plan,
    lost: Iterable[Known],
    fresh: Iterable[CommentRow],
    key: Callable[[Known | CommentRow], Hashable],
    is_same: Callable[[Known, CommentRow], bool],
) -> None:
    taken = set(plan.moved.values())
    gone, come = defaultdict(list), defaultdict(list)
    for one in lost:
        if one.id not in plan.moved:
            gone[key(one)].append(one)
    for row in fresh:
        if row.identity not in taken:
            come[key(row)].append(row)
    for what, old in gone.items():
        new = come.get(what, [])
        if len(old) == len(new) == 1 and is_same(old[0], new[0]):
            plan.moved[old[0].id] = new[0].identity


def _is_elsewhere(old: Known, new: CommentRow) -> bool:
    return old.spot != new.spot


def _is_another_form(old: Known, new: CommentRow) -> bool:
    return not (old.comment_id and new.comment_id)


def _is_an_edit(old: Known, new: CommentRow) -> bool:
    return not old.comment_id and not new.comment_id
