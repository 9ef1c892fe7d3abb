"""What insights store: brands, posts and comments, labels, runs, insights, tasks."""

from insights.models.fichas import FichaCliente, FichaViewer
from insights.models.findings import Insight, Task, TaskNote
from insights.models.labels import Label
from insights.models.posts import Comment, CommentVersion, CounterSnapshot, Post
from insights.models.runs import RowReport, Run

__all__ = [
    "Comment",
    "CommentVersion",
    "CounterSnapshot",
    "FichaCliente",
    "FichaViewer",
    "Insight",
    "Label",
    "Post",
    "RowReport",
    "Run",
    "Task",
    "TaskNote",
]
