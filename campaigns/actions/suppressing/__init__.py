"""Who must not be called: said, by one or by a list, and lifted (Suppression)."""

from campaigns.actions.suppressing.many import (
    LARGEST_LIST,
    MOST_AT_ONCE,
    Line,
    ListTooLarge,
    NoKnownColumn,
    UnreadableList,
    Written,
    lines_of,
    suppress_all,
    suppress_file,
)
from campaigns.actions.suppressing.mending import keep_refused
from campaigns.actions.suppressing.reading import BadWish, read_wish
from campaigns.actions.suppressing.writing import Reach, lift, suppress

__all__ = [
    "LARGEST_LIST",
    "MOST_AT_ONCE",
    "BadWish",
    "Line",
    "ListTooLarge",
    "NoKnownColumn",
    "Reach",
    "UnreadableList",
    "Written",
    "keep_refused",
    "lift",
    "lines_of",
    "read_wish",
    "suppress",
    "suppress_all",
    "suppress_file",
]
