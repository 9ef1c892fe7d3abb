"""What can be done: make brands, read their sources, analyse, correct, move tasks."""

from insights.actions.binding import bind_viewer
from insights.actions.bringing import Brought, bring_insight
from insights.actions.correcting import correct_label
from insights.actions.fichas import (
    Connection,
    change_ficha,
    create_ficha,
    source_of,
    test_connection,
    upload_workbook,
)
from insights.actions.forgetting import forget_row_reports
from insights.actions.people import change_reader, invite_reader
from insights.actions.refusals import (
    AlreadyRunning,
    AnalysisFailed,
    BadSchedule,
    HasHistory,
    NoSuchFicha,
    NoViewer,
    OnlyBrand,
)
from insights.actions.removing import remove_ficha
from insights.actions.running import analyze, settle_run, start_analysis
from insights.actions.tasking import annotate_task, merge_tasks, move_task
from insights.actions.watching import schedule_watch, watch

__all__ = [
    "AlreadyRunning",
    "AnalysisFailed",
    "BadSchedule",
    "Brought",
    "Connection",
    "HasHistory",
    "NoSuchFicha",
    "NoViewer",
    "OnlyBrand",
    "analyze",
    "annotate_task",
    "bind_viewer",
    "bring_insight",
    "change_ficha",
    "change_reader",
    "correct_label",
    "create_ficha",
    "forget_row_reports",
    "invite_reader",
    "merge_tasks",
    "move_task",
    "remove_ficha",
    "schedule_watch",
    "settle_run",
    "source_of",
    "start_analysis",
    "test_connection",
    "upload_workbook",
    "watch",
]
