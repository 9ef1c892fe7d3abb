"""Who must not be called: said, by one or by a list, and lifted (Suppression)."""

from campaigns.actions.suppressing.lines import (
    LARGEST_LIST,
    MOST_AT_ONCE,
    Line,
    NoKnownColumn,
    Written,
    lines_of,
)
from campaigns.actions.suppressing.many import suppress_all, suppress_file
from campaigns.actions.suppressing.mending import refused_workbook
from campaigns.actions.suppressing.naming import hold_lists_naming, lists_naming
from campaigns.actions.suppressing.previewing import (
    ListApplied,
    ListOutdated,
    ListPreview,
    PreviewGone,
    apply_list,
    look_again,
    look_at,
    preview_list,
    preview_list_file,
    said_by,
)
from campaigns.actions.suppressing.reading import BadWish, read_wish
from campaigns.actions.suppressing.undoing import (
    MOST_LIFTED,
    Lifting,
    ListNotUndoable,
    lift_many,
    liftable,
    undo_list,
    undoable,
)
from campaigns.actions.suppressing.writing import SaidAgain, lift, suppress
from campaigns.dispatch.wishes import Reach

__all__ = [
    "LARGEST_LIST",
    "MOST_AT_ONCE",
    "MOST_LIFTED",
    "BadWish",
    "Lifting",
    "Line",
    "ListApplied",
    "ListNotUndoable",
    "ListOutdated",
    "ListPreview",
    "NoKnownColumn",
    "PreviewGone",
    "Reach",
    "SaidAgain",
    "Written",
    "apply_list",
    "hold_lists_naming",
    "lift",
    "lift_many",
    "liftable",
    "lines_of",
    "lists_naming",
    "look_again",
    "look_at",
    "preview_list",
    "preview_list_file",
    "read_wish",
    "refused_workbook",
    "said_by",
    "suppress",
    "suppress_all",
    "suppress_file",
    "undo_list",
    "undoable",
]
