"""What the house's alerts hear of identity: what its page shows, but jobs, which the ground looks at."""

from collections.abc import Iterator
from datetime import datetime

from identity.queries.alerts import Alert, AlertCode, alerts
from identity.reports.alerting import attention
from tenants.display.formats import Formats
from tenants.display.home import Attention
from tenants.display.watches import Watch
from tenants.records.actions.alerts import Alarm

APP = "identity."
CODES = frozenset(AlertCode) - {AlertCode.JOB_FAILED, AlertCode.JOB_SILENT}


def _look(now: datetime) -> Iterator[Alarm]:
    for alert in alerts(now=now):
        if alert.code in CODES:
            figures = {"figure": alert.figure, "bound": alert.bound}
            yield Alarm(f"{APP}{alert.code}", alert.subject, figures)


def _tell(alarm: Alarm, formats: Formats) -> Attention:
    code = AlertCode(alarm.code.removeprefix(APP))
    figure, bound = alarm.figures.get("figure"), alarm.figures.get("bound")
    (said,) = attention([Alert(code, figure, bound, alarm.subject)], formats)
    return said


LIMBO = Watch(frozenset(f"{APP}{code}" for code in CODES), look=_look, tell=_tell)
