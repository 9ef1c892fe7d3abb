"""Which stored comment is which row? Pure: what is stored and what was read in, moves and losses out (N6)."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
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


@dataclass(slots=True)
class Plan:
    """Stored comments that get another identity, and those that the source has lost since its last read."""

    moved: dict[int, UUID] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    known: int = 0  # rows that stood in the source at its last read


def plan_comments(rows: Mapping[UUID, CommentRow], known: Iterable[Known]) -> Plan:
    """Say which stored comments moved and which are gone.

    Moved: a comment without an id or an offset that stands in another zone of its brand; an edited text
    without an id (same post, author and moment, exactly one gone and one come); and the same comment whose
    source began or ceased to give ids. Everything else that came is new.
    """
    stored = list(known)
    come = rows.keys() - {one.identity for one in stored}
    lost = [one for one in stored if not one.is_missing and one.identity not in rows]
    plan = Plan(known=sum(not one.is_missing for one in stored))
    fresh = [rows[identity] for identity in come]
    # Those that were gone too: they may come back in another zone.
    elsewhere = [one for one in stored if not one.comment_id and one.identity not in rows]
    nameless = [row for row in fresh if not row.comment_id]
    _pair(plan, elsewhere, nameless, _same_text, _is_elsewhere)
    # A source that gains a column of ids must not double its comments.
    _pair(plan, lost, fresh, _same_text, _is_another_form)
    _pair(plan, lost, fresh, _same_spot, _is_an_edit)
    plan.gone = [one.id for one in lost if one.id not in plan.moved]
    return plan


def _same_text(one: Known | CommentRow, spot: UUID) -> Hashable:
    return spot, one.text_hash


def _same_spot(_one: Known | CommentRow, spot: UUID) -> Hashable:
    return spot


def _pair(
    plan: Plan,
    lost: Sequence[Known],
    fresh: Sequence[CommentRow],
    key: Callable[[Known | CommentRow, UUID], Hashable],
    is_same: Callable[[Known, CommentRow], bool],
) -> None:
    """Move each that is alone with its like, zone by zone; every row has a spot in each."""
    for zone in range(len(fresh[0].spots) if fresh else 0):
        taken = set(plan.moved.values())
        gone, come = defaultdict(list), defaultdict(list)
        for one in lost:
            if one.id not in plan.moved:
                gone[key(one, one.spot)].append(one)
        for row in fresh:
            if row.identity not in taken:
                come[key(row, row.spots[zone])].append(row)
        plan.moved |= _alone(gone, come, is_same)


def _alone(
    gone: Mapping[Hashable, Sequence[Known]],
    come: Mapping[Hashable, Sequence[CommentRow]],
    is_same: Callable[[Known, CommentRow], bool],
) -> dict[int, UUID]:
    pairs = ((old, come.get(what, ())) for what, old in gone.items())
    return {
        old[0].id: new[0].identity
        for old, new in pairs
        if len(old) == len(new) == 1 and is_same(old[0], new[0])
    }


def _is_elsewhere(old: Known, new: CommentRow) -> bool:
    return old.spot != new.spot


def _is_another_form(old: Known, new: CommentRow) -> bool:
    return not (old.comment_id and new.comment_id)


def _is_an_edit(old: Known, new: CommentRow) -> bool:
    return not old.comment_id and not new.comment_id
