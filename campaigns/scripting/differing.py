"""What changed between two texts, line by line and, inside a changed line, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Beyond them comparing would take minutes, and nobody would read it.
MOST_LINES = 400
MOST_WORDS = 400  # of one line
_WORDS = re.compile(r"\s+|\S+")


class Change(StrEnum):
    """What became of a line or of words in it."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line with its parts; a changed line comes twice, as removed and as added."""

    change: Change
    parts: tuple[tuple[Change, str], ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(part for _change, part in self.parts)


def compare_texts(old: str, new: str) -> tuple[DiffLine, ...]:
    """Return the lines of both texts in one order: those of `old` without the added ones, and so on."""
    before, after = old.split("\n"), new.split("\n")
    if max(len(before), len(after)) > MOST_LINES and before != after:
        return (*_whole(Change.REMOVED, before), *_whole(Change.ADDED, after))
    return tuple(_lines(before, after))


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[DiffLine]:
    for kind, from_, upto, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from _whole(Change.SAME, after[start:end])
        elif kind == "replace" and upto - from_ == end - start:
            for one, other in zip(before[from_:upto], after[start:end], strict=True):
                yield from _changed(one, other)
        else:
            yield from _whole(Change.REMOVED, before[from_:upto])
            yield from _whole(Change.ADDED, after[start:end])


def _changed(old: str, new: str) -> tuple[DiffLine, DiffLine]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return (*_whole(Change.REMOVED, [old]), *_whole(Change.ADDED, [new]))  # type: ignore[return-value]  # one each
    removed, added = [], []
    for kind, from_, upto, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = kind == "equal"
        removed.append((Change.SAME if same else Change.REMOVED, "".join(before[from_:upto])))
        added.append((Change.SAME if same else Change.ADDED, "".join(after[start:end])))
    return DiffLine(Change.REMOVED, _kept(removed)), DiffLine(Change.ADDED, _kept(added))


def _kept(parts: Sequence[tuple[Change, str]]) -> tuple[tuple[Change, str], ...]:
    return tuple((change, part) for change, part in parts if part)


def _whole(change: Change, lines: Sequence[str]) -> list[DiffLine]:
    return [DiffLine(change, ((change, line),)) for line in lines]
