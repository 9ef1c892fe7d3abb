"""Alerts in words: what is the case, why it matters, where to look (Numbers)."""

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from identity.queries.alerts import Alert, AlertCode, Severity
from identity.queries.words import ALERT_LABELS, GUARDRAIL_LABELS
from identity.reports import addresses
from identity.rules import LimboStage
from tenants.display.formats import Formats, aware
from tenants.display.home import Attention, Level
from tenants.jobs.runner import label_of

LEVELS: dict[Severity, Level] = {Severity.HIGH: "bad", Severity.MEDIUM: "warn", Severity.LOW: "note"}
WHYS: dict[AlertCode, str | Promise] = {
    AlertCode.TRIPS_NO_CLAIM_LASTS: gettext_lazy("Money is owed that nobody has asked for: run the claims."),
    AlertCode.GUARDRAIL_FAILED: gettext_lazy("A figure may be wrong; the job's result names the rows."),
    AlertCode.MATCHED_BUT_IN_BACKLOG: gettext_lazy("Their links were taken away; they are tried again."),
    AlertCode.NO_IDENTITY_MANY: gettext_lazy("The reasons stand above, with what cures them."),
    AlertCode.IDENTITY_SHARE_LOW: gettext_lazy("The funnel shows the weeks that lose most."),
    AlertCode.JOB_SILENT: gettext_lazy("Is its schedule switched on, and does a worker run?"),
}


def attention(alerts: Iterable[Alert], formats: Formats) -> list[Attention]:
    """Return alerts as things to look at, in their order: the most pressing first."""
    return [
        Attention(_text(alert, formats), _why(alert, formats), HREFS[alert.code](), LEVELS[alert.severity])
        for alert in alerts
    ]


def _text(alert: Alert, formats: Formats) -> str:
    is_job = alert.code in {AlertCode.JOB_FAILED, AlertCode.JOB_SILENT}
    words = {
        "figure": "" if alert.figure is None else formats.number(alert.figure),
        "bound": "" if alert.bound is None else formats.number(alert.bound),
        "subject": label_of(alert.subject) if is_job else GUARDRAIL_LABELS.get(alert.subject, alert.subject),
    }
    return str(ALERT_LABELS[alert.code]) % words


def _why(alert: Alert, formats: Formats) -> str:
    if alert.code is AlertCode.JOB_FAILED:
        return alert.detail
    if alert.code is AlertCode.JOB_SILENT and (seen := aware(alert.detail)):
        return f"{WHYS[alert.code]} " + _("Last seen: %(moment)s.") % {"moment": formats.moment(seen)}
    return str(WHYS.get(alert.code, ""))


def _of_stage(stage: LimboStage) -> Callable[[], str]:
    return lambda: addresses.leads(stage=stage)


def _jobs() -> str:
    return reverse("jobs:list")


HREFS: dict[AlertCode, Callable[[], str]] = {
    AlertCode.TRIPS_NO_CLAIM_LASTS: addresses.gaps,
    AlertCode.JOB_FAILED: _jobs,
    AlertCode.GUARDRAIL_FAILED: _jobs,
    AlertCode.MATCHED_BUT_IN_BACKLOG: _of_stage(LimboStage.NO_IDENTITY),
    AlertCode.NO_IDENTITY_MANY: _of_stage(LimboStage.NO_IDENTITY),
    AlertCode.IDENTITY_SHARE_LOW: _of_stage(LimboStage.NO_IDENTITY),
    AlertCode.JOB_SILENT: _jobs,
    AlertCode.NO_IDENTITY_GROWS: _of_stage(LimboStage.NO_IDENTITY),
}
