"""What insights know of a person, handed out and erased: voices lose name and words, figures stay (S19)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from insights.models import Comment, CommentVersion, FichaCliente, Insight, Label, RowReport, Task, TaskNote
from insights.modules.voices import author_key
from insights.rules import ERASED, text_hash
from tenants.records.erasure import BLANK, Fate, Finding, Order, PersonKeys, Rows, Trace
from tenants.records.queries import rows_saying, told, without

RESULTS = tuple(f"q{number}_result" for number in range(1, 11))
TASK_TEXTS = ("title", "description", "actions", "evidence")
# As authors are compared everywhere: without case, @ and outer blanks.
BY_AUTHOR = "SELECT id FROM insights_comment WHERE lower(trim(ltrim(trim(author), '@'))) = %s"
# Rows stay counted; what a text can be guessed by goes too. A source that still has it brings it anew.
# What was not labelled yet would be asked for as a dash, and counted as somebody's opinion.
BLANK_COMMENTS = """
    UPDATE insights_comment
       SET author = '', comment_id = '', text = %(blank)s, identity = gen_random_uuid(),
           spot = gen_random_uuid(), text_hash = md5(gen_random_uuid()::text), missing_in_source = true,
           unlabelled_because = CASE WHEN label_id IS NULL THEN %(why)s ELSE '' END
     WHERE id = ANY(%(ids)s)
"""
# A meaning stays with its figures; its words were the person's unless others say or said the same.
BLANK_LABELS = """
    UPDATE insights_label l
       SET text_hash = md5(gen_random_uuid()::text),
           need_text = CASE WHEN l.need_text = '' THEN '' ELSE %(blank)s END
     WHERE l.text_hash = ANY(%(hashes)s)
       AND NOT EXISTS (SELECT FROM insights_comment c WHERE c.text_hash = l.text_hash)
       AND NOT EXISTS (SELECT FROM insights_commentversion v WHERE v.label_id = l.id)
"""


@dataclass(frozen=True, slots=True)
class Said:
    """Whom results may name: comments by their ids, and the words that stand for the person."""

    comments: frozenset[str]
    words: tuple[str, ...]


class InsightTraces:
    """Comments by their author, or by a phone or an e-mail in their text, and what repeats them."""

    app = "insights"
    models = (
        *("insights.Comment", "insights.CommentVersion", "insights.Label", "insights.Insight"),
        *("insights.Task", "insights.TaskNote", "insights.RowReport"),
    )

    def found(self, keys: PersonKeys) -> Finding:
        """Count comments, labels, results, tasks and rows that name the person. Eight queries."""
        words = _words(keys)
        counted = (
            Trace("insights.Comment", len(_comments(keys)), Fate.EMPTIED),
            Trace("insights.CommentVersion", len(rows_saying(CommentVersion, ("text",), words))),
            Trace("insights.Label", len(rows_saying(Label, ("need_text",), words)), Fate.EMPTIED),
            Trace("insights.Insight", len(_insights(words)), Fate.EMPTIED),
            Trace("insights.Task", len(rows_saying(Task, TASK_TEXTS, words)), Fate.EMPTIED),
            Trace("insights.TaskNote", len(rows_saying(TaskNote, ("text",), words)), Fate.EMPTIED),
            Trace("insights.RowReport", len(rows_saying(RowReport, ("value",), words))),
        )
        return Finding(tuple(one for one in counted if one.count), int(bool(counted[0].count)))

    def exported(self, keys: PersonKeys) -> Mapping[str, Rows]:
        """Return comments with their earlier texts, and rows of a source; results are the brand's."""
        comments, words = _comments(keys), _words(keys)
        found: dict[str, QuerySet[Any]] = {
            "insights.Comment": Comment.objects.filter(pk__in=comments),
            "insights.CommentVersion": CommentVersion.objects.filter(comment__in=comments),
            "insights.RowReport": RowReport.objects.filter(pk__in=rows_saying(RowReport, ("value",), words)),
        }
        return {label: told(asked) for label, asked in found.items()}

    def erased(self, order: Order) -> Mapping[str, int]:
        """Blank comments, the words of their labels, then and now, and what results and tasks repeat."""
        comments, words = _comments(order.keys), _words(order.keys)
        hashes = _held(comments)
        versions = {*rows_saying(CommentVersion, ("text",), words), *_versions(comments)}
        hashes |= _hashes(versions)
        gone = CommentVersion.objects.filter(pk__in=versions).delete()[0]
        _execute(BLANK_COMMENTS, ids=comments, why=ERASED)
        said = Said(frozenset(map(str, comments)), tuple(words))
        insights = _quoting(comments, words)
        _forget_looks(comments, insights)
        return {
            "insights.Comment": len(comments),
            "insights.CommentVersion": gone,
            "insights.Label": _execute(BLANK_LABELS, hashes=list(hashes))
            + _blank_rows(Label, ("need_text",), said, rows_saying(Label, ("need_text",), words)),
            "insights.Insight": _blank_rows(Insight, RESULTS, said, insights),
            "insights.Task": _blank_rows(Task, TASK_TEXTS, said, _quoting_tasks(comments, words)),
            "insights.TaskNote": _blank_rows(
                TaskNote, ("text",), said, rows_saying(TaskNote, ("text",), words)
            ),
            "insights.RowReport": RowReport.objects.filter(
                pk__in=rows_saying(RowReport, ("value",), words)
            ).delete()[0],
        }


def _words(keys: PersonKeys) -> list[str]:
    """Return how the person stands in texts: what reaches it, and the name on the network."""
    handle = author_key(keys.handle)
    return [*keys.words(), *([handle] if len(handle) > 2 and handle not in keys.words() else [])]


def _comments(keys: PersonKeys) -> list[int]:
    handle, found = author_key(keys.handle), set(rows_saying(Comment, ("text",), _reaching(keys)))
    if handle:
        with connection.cursor() as cursor:
            cursor.execute(BY_AUTHOR, [handle])
            found |= {row[0] for row in cursor.fetchall()}
    return sorted(found)


def _reaching(keys: PersonKeys) -> list[str]:
    # Who only mentions a name is somebody else.
    return PersonKeys(keys.document, keys.phone, keys.email).words()


def _versions(comments: Collection[int]) -> list[int]:
    return list(CommentVersion.objects.filter(comment__in=comments).values_list("pk", flat=True))


def _insights(words: list[str]) -> list[Any]:
    return rows_saying(Insight, RESULTS, words)


def _quoting(comments: Collection[int], words: list[str]) -> list[Any]:
    """Return the insights that name the person or quote one of the comments, by its id as text has it."""
    quotes = [f'"comment_id": {number}' for number in comments]
    return _insights([*words, *quotes])


def _quoting_tasks(comments: Collection[int], words: list[str]) -> list[Any]:
    quotes = [f'"comment_id": {number}' for number in comments]
    return rows_saying(Task, TASK_TEXTS, [*words, *quotes])


def _held(comments: list[int]) -> set[str]:
    """Hold comments until the end and return their hashes; no run edits or labels them meanwhile."""
    held = Comment.objects.filter(pk__in=comments).order_by("pk").select_for_update(no_key=True)
    return set(held.values_list("text_hash", flat=True))


def _hashes(versions: Collection[int]) -> set[str]:
    """Return the hashes of earlier texts, labelled or not."""
    rows = CommentVersion.objects.filter(pk__in=versions).values_list("text", "label__text_hash")
    return {one for text, known in rows for one in (text_hash(text), known) if one}


def _execute(statement: str, **values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"blank": BLANK, **values})
        return int(cursor.rowcount)


def _forget_looks(comments: list[int], insights: list[Any]) -> None:
    """Let nobody be shown a kept look in which the person still speaks."""
    said = Comment.objects.filter(pk__in=comments).order_by().values("ficha")
    quoted = Insight.objects.filter(pk__in=insights).order_by().values("ficha")
    FichaCliente.objects.filter(Q(pk__in=said) | Q(pk__in=quoted)).restamp()


def _blank_rows(model: Any, columns: tuple[str, ...], said: Said, keys: list[Any]) -> int:
    """Write some columns of rows without the person; what says nothing of them stays as it is."""
    touched = 0
    for row in model.objects.filter(pk__in=keys):
        new = {name: _unsaid(getattr(row, name), said) for name in columns}
        if any(new[name] != getattr(row, name) for name in columns):
            touched += model.objects.filter(pk=row.pk).update(**new)
    return touched


def _unsaid(value: Any, said: Said) -> Any:
    """Return a value without the person's words: quotes of their comments, and texts that name them."""
    if isinstance(value, dict):
        quoted = str(value.get("comment_id", "")) in said.comments
        return {
            name: BLANK if quoted and name == "texto" else _unsaid(one, said) for name, one in value.items()
        }
    if isinstance(value, list):
        return [_unsaid(one, said) for one in value]
    return without(value, said.words) if isinstance(value, str) else value
