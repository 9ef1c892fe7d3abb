"""The words that people read for the states and kinds that are stored."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from insights.rules import (
    Engine,
    Frame,
    ModuleState,
    Platform,
    RowCode,
    RunState,
    Sentiment,
    SourceKind,
    Tab,
    TaskState,
    Trigger,
)

PLATFORM_LABELS = {
    Platform.INSTAGRAM: "Instagram",
    Platform.TIKTOK: "TikTok",
    Platform.FACEBOOK: "Facebook",
}
SOURCE_LABELS = {SourceKind.SHEET: _("Google Sheet"), SourceKind.WORKBOOK: _("Uploaded workbook")}
TAB_LABELS = {Tab.POSTS: _("Posts"), Tab.COMMENTS: _("Comments")}
TRIGGER_LABELS = {
    Trigger.SCHEDULE: _("Schedule"),
    Trigger.PERSON: _("A person"),
    Trigger.COMMAND: _("A command"),
}
ENGINE_LABELS = {
    Engine.MODEL: _("Language model"),
    Engine.OFFLINE: _("Basic analysis without a model"),
    Engine.HUMAN: _("A person"),
}
RUN_STATE_LABELS = {
    RunState.QUEUED: pgettext_lazy("run", "Queued"),
    RunState.RUNNING: pgettext_lazy("run", "Running"),
    RunState.COMPLETED: pgettext_lazy("run", "Completed"),
    RunState.PARTIAL: pgettext_lazy("run", "Partial"),
    RunState.FAILED: pgettext_lazy("run", "Failed"),
    RunState.SKIPPED: pgettext_lazy("run", "Nothing new"),
}
MODULE_STATE_LABELS = {
    ModuleState.OK: pgettext_lazy("module", "OK"),
    ModuleState.NO_DATA: pgettext_lazy("module", "No comments"),
    ModuleState.PARTIAL: pgettext_lazy("module", "Partial"),
    ModuleState.FAILED: pgettext_lazy("module", "Failed"),
    ModuleState.NEEDS_MODEL: pgettext_lazy("module", "Needs a model"),
}
TASK_STATE_LABELS = {
    TaskState.PENDING: pgettext_lazy("task", "Pending"),
    TaskState.IN_PROGRESS: pgettext_lazy("task", "In progress"),
    TaskState.DONE: pgettext_lazy("task", "Done"),
    TaskState.REVIEWED: pgettext_lazy("task", "Reviewed"),
}
SENTIMENT_LABELS = {
    Sentiment.POSITIVE: pgettext_lazy("sentiment", "Positive"),
    Sentiment.NEGATIVE: pgettext_lazy("sentiment", "Negative"),
    Sentiment.NEUTRAL: pgettext_lazy("sentiment", "Neutral"),
    Sentiment.MIXED: pgettext_lazy("sentiment", "Mixed"),
}
FRAME_LABELS = {
    Frame.POSITIVE: pgettext_lazy("frame", "Positive"),
    Frame.NEGATIVE: pgettext_lazy("frame", "Negative"),
    Frame.ASPIRATIONAL: pgettext_lazy("frame", "Aspirational"),
}
ROW_CODE_LABELS = {
    RowCode.MISSING_TIMESTAMP: _("The row has no date"),
    RowCode.INVALID_TIMESTAMP: _("The date cannot be read"),
    RowCode.INVALID_PLATFORM: _("The platform is not Instagram, TikTok or Facebook"),
    RowCode.MISSING_URL: _("The row has no address of a post"),
    RowCode.INVALID_URL: _("The address of the post cannot be read"),
    RowCode.UNKNOWN_POST: _("The post is not in the tab of posts; the comment waits for it"),
    RowCode.TOO_LONG: _("The text is too long"),
    RowCode.DUPLICATE_URL: _("The post stands there twice; the last row counts"),
    RowCode.DUPLICATE_COMMENT: _("The comment stands there twice; the last row counts"),
    RowCode.NEGATIVE_NUMBER: _("A counter is negative and was left empty"),
    RowCode.INVALID_NUMBER: _("A counter is no number and was left empty"),
}


def stale_words(count: int) -> str:
    """Say how many brands nobody checks (N17)."""
    words = ngettext(
        "%(count)d brand has not been checked for 25 hours",
        "%(count)d brands have not been checked for 25 hours",
        count,
    )
    return words % {"count": count}
