"""What is wrong with one value, and where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A stable code, a JSON pointer (`#/rows/3/name`) or a parameter's name, and words (lazy)."""

    code: str
    pointer: str
    detail: object


def pointer_to(path: Iterable[str | int]) -> str:
    """Write a path of keys and positions as a JSON pointer in fragment form, printable whatever the keys."""
    return "#" + "".join(f"/{_step(step)}" for step in path)


def _step(step: str | int) -> str:
    text = str(step).replace("~", "~0").replace("/", "~1")
    # Only a printable key may be repeated in an answer: the key itself can be the fault.
    return text[:80] if text.isprintable() else text[:80].encode("unicode_escape").decode("ascii")
