"""What the pages of staff call modules, warnings and reasons, and the colours of states."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insights.labelling.stops import WORDS, Stop
from insights.models.words import MODULE_STATE_LABELS
from insights.rules import ModuleState, RunState, RunWarning, TaskState

RUN_TONES = {
    RunState.QUEUED: "running",
    RunState.RUNNING: "running",
    RunState.COMPLETED: "good",
    RunState.PARTIAL: "warn",
    RunState.FAILED: "bad",
    RunState.SKIPPED: "",
}
MODULE_TONES = {ModuleState.OK: "good", ModuleState.PARTIAL: "warn", ModuleState.FAILED: "bad"}
TASK_TONES = {TaskState.IN_PROGRESS: "running", TaskState.DONE: "good", TaskState.REVIEWED: "good"}
MODULES = {
    "q1": gettext_lazy("Emotions"),
    "q2": gettext_lazy("Personality"),
    "q3": gettext_lazy("Topics"),
    "q4": gettext_lazy("Narrative frames"),
    "q5": gettext_lazy("Key voices"),
    "q6": gettext_lazy("Opportunities"),
    "q7": gettext_lazy("Sentiment"),
    "q8": gettext_lazy("Over time"),
    "q9": gettext_lazy("Recommendations"),
    "q10": gettext_lazy("Executive summary"),
}
STEPS = {
    "read": gettext_lazy("Reading"),
    "store": gettext_lazy("Storing"),
    "label": gettext_lazy("Labelling"),
}


def warning_words(told: dict[str, Any]) -> str:
    """Return a run's warning as people read it; a code without words is shown as it is."""
    code = str(told.get("code", ""))
    if code == RunWarning.ROWS_LOST:
        words = _("%(lost)s of %(known)s known rows are gone from the source; nothing was deleted.")
        return words % {"lost": told.get("lost"), "known": told.get("known")}
    if code == RunWarning.COMMENTS_TAB_MISSING:
        return _("The source has no tab “%(tab)s”.") % {"tab": told.get("tab")}
    if code == RunWarning.PRICE_UNKNOWN:
        return _("Nobody knows the model's price, so a budget in money buys nothing.")
    if code == RunWarning.USAGE_ESTIMATED:
        return _("The model's server did not count every call: tokens and cost are estimated upwards.")
    return str(WORDS[Stop(code)]) if code in list(Stop) else code


def module_state(state: str) -> tuple[str, str]:
    """Return the words and the tone of a module's state."""
    if state not in list(ModuleState):
        return state, ""
    known = ModuleState(state)
    return str(MODULE_STATE_LABELS[known]), MODULE_TONES.get(known, "")
