"""Comments of a look and rows of a run as lists to take away, also by a job when they are many (W2, W3)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from insights.actions import NoSuchFicha
from insights.models import FichaCliente, RowReport, Run
from insights.models.words import FRAME_LABELS, PLATFORM_LABELS, SENTIMENT_LABELS
from insights.modules import CommentView, PostView, View
from insights.queries.fichas import row_reports
from insights.reports.looking import CUSTOM, Chosen, view_for
from insights.reports.words import EMOTIONS
from insights.rules import ROW_WARNINGS, Emotion, Platform
from tenants.display.later import Table, table_in, tables

COMMENTS, ROWS = "insights.comments", "insights.rows"


def kept(chosen: Chosen, *, name: str, language: str) -> dict[str, Any]:
    """Return what was asked as JSON keeps it: the brand, both ends, the network; `name` is the file's."""
    return {
        "name": name,
        "language": language,
        "ficha": chosen.ficha.pk,
        "start": chosen.start and chosen.start.isoformat(),
        "end": chosen.end and chosen.end.isoformat(),
        "platform": chosen.platform,
    }


@tables(COMMENTS)
def comments_table(asked: Mapping[str, Any]) -> Table:
    """Return the comments that were asked for, newest first, in the words of who asked.

    Raises NoSuchFicha for a brand that was deleted meanwhile: no second attempt finds it.
    """
    start, end = (asked[name] and datetime.fromisoformat(asked[name]) for name in ("start", "end"))
    platform = Platform(asked["platform"]) if asked["platform"] else None
    ficha = FichaCliente.objects.filter(pk=asked["ficha"]).first()
    if ficha is None:
        raise NoSuchFicha
    view = view_for(Chosen(ficha, CUSTOM, None, None, platform, moments=(start, end)))
    return table_in(asked["language"], asked["name"], lambda: (comment_headings(), comment_rows(view)))


@tables(ROWS)
def rows_table(asked: Mapping[str, Any]) -> Table:
    """Return the rows that a run did not simply take, in the words of who asked. Raises NoSuchFicha."""
    run = Run.objects.filter(pk=asked["run"]).first()
    if run is None:
        raise NoSuchFicha
    found = row_reports(run=run).order_by("tab", "row", "id").iterator()
    return table_in(asked["language"], f"rows-{run.pk}", lambda: (_row_headings(), map(_row_cells, found)))


def _row_headings() -> list[str]:
    return [_("Tab"), _("Row"), _("Code"), _("What"), _("Column"), _("Value"), _("Outcome")]


def _row_cells(row: RowReport) -> tuple[str | int, ...]:
    outcome = _("taken") if row.code in ROW_WARNINGS else _("rejected")
    words = (row.get_tab_display(), row.code, row.get_code_display(), row.column, row.value, outcome)
    tab, *others = map(str, words)
    return (tab, row.row, *others)


def comment_headings() -> list[str]:
    """Return the headings of a list of comments."""
    return [
        _("Written"),
        _("Network"),
        _("Author"),
        _("Comment"),
        _("Likes"),
        _("Sentiment"),
        _("Score"),
        _("Topics"),
        _("Frame"),
        *(str(EMOTIONS[emotion]) for emotion in Emotion),
        _("Post"),
    ]


def comment_rows(view: View) -> Iterator[tuple[Any, ...]]:
    """Return a row for each comment of a view, the newest first, in the words of this moment's language."""
    # Words are looked up once, and now: a job writes the rows when the language is another's again.
    words = _Words()
    posts = {post.id: post for post in view.posts}
    newest = sorted(view.comments, key=lambda one: (one.created_at, one.id), reverse=True)
    return (words.row(one, posts.get(one.post_id)) for one in newest)


class _Words:
    """What the cells of a comment say."""

    def __init__(self) -> None:
        self.classes = {kind: str(word) for kind, word in SENTIMENT_LABELS.items()}
        self.frames = {frame: str(word) for frame, word in FRAME_LABELS.items()}
        self.unlabelled = _("not labelled")

    def row(self, one: CommentView, post: PostView | None) -> tuple[Any, ...]:
        """Return a comment, its label and the address of its post."""
        network, address = (PLATFORM_LABELS[post.platform], post.url) if post else (None, None)
        said = (one.created_at, network, one.author, one.text, one.likes)
        label = one.label
        if label is None:
            return (*said, self.unlabelled, *(None,) * (3 + len(Emotion)), address)
        return (
            *said,
            self.classes[label.sentiment] if label.sentiment else None,
            label.score,
            ", ".join(mention.topic for mention in label.topics),
            self.frames[label.frame] if label.frame else None,
            *(label.emotions[emotion] for emotion in Emotion),
            address,
        )
