"""Which column means what; what is not named here is ignored (N2)."""

from collections.abc import Sequence

from insights.sources.answers import Cell, Line
from insights.sources.cells import text_of
from insights.sources.refusals import MissingColumns
from tenants.intake.tables import Vocabulary

POST_COLUMNS = Vocabulary(
    {
        "post_url": ("link",),
        "platform": (),
        "created_at": (),
        "content": (),
        "likes": (),
        "comments_count": (),
        "shares": (),
        "views": (),
    }
)
COMMENT_COLUMNS = Vocabulary(
    {
        "post_url": ("link",),
        "comment_text": (),
        "ownerUsername": (),
        "created_at": (),
        "comment_id": (),
        "likes": (),
    }
)
OPTIONAL = {POST_COLUMNS: {"views"}, COMMENT_COLUMNS: {"comment_id", "likes"}}


def find_columns(vocabulary: Vocabulary, header: Sequence[Cell]) -> dict[str, int]:
    """Return {column: place} of the headings that are known, the first of each; `post_url` before `link`."""
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        column = vocabulary.recognise(text_of(cell))
        if column is not None:
            is_own_name = text_of(cell).casefold() == column.casefold()
            if column not in places or (is_own_name and _is_alias(header[places[column]], column)):
                places[column] = place
    return places


def missing_columns(vocabulary: Vocabulary, places: dict[str, int]) -> list[str]:
    """Return the mandatory columns that are not there, in the order of the vocabulary."""
    return [name for name in vocabulary.columns if name not in places and name not in OPTIONAL[vocabulary]]


def check_columns(posts: Sequence[Line], comments: Sequence[Line] | None) -> None:
    """Raise MissingColumns, naming each as `tab.column`, before anything costs anything (N2)."""
    tabs = [("Posts", POST_COLUMNS, posts), ("Comments", COMMENT_COLUMNS, comments)]
    missing = [
        f"{tab}.{column}"
        for tab, vocabulary, lines in tabs
        if lines is not None
        for column in missing_columns(vocabulary, find_columns(vocabulary, header_of(lines)))
    ]
    if missing:
        raise MissingColumns(missing)


def header_of(lines: Sequence[Line]) -> Sequence[Cell]:
    """Return the headings: the first row of a tab that is not blank; none for an empty tab."""
    return lines[0].cells if lines else ()


def _is_alias(cell: Cell, column: str) -> bool:
    return text_of(cell).casefold() != column.casefold()
