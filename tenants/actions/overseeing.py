"""What is wrong with the installation itself: staff is told once, by e-mail; it closes by itself (S18)."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.actions.mailing import mail_staff
from tenants.jobs.models import Job
from tenants.jobs.pulse import BACKUP_OLD, backup_words, pulse
from tenants.models import PlatformAlert
from tenants.records.actions import alerts
from tenants.records.actions.alerts import Alarm
from tenants.scope import public_scope

log = logging.getLogger(__name__)
CODE = "backup.old"


def oversee(*, now: datetime) -> dict[str, int]:
    """Look at the installation: alerts begin and end, staff is told of what is new."""
    with public_scope():
        changed = alerts.compare(kept=PlatformAlert, codes=[CODE], alarms=_found(now), now=now)
        for one in changed.opened:
            log.warning("platform alert %s opened: %s", one.pk, one.code)
        counts = {"platform_opened": len(changed.opened), "platform_closed": len(changed.closed)}
        return counts | {"staff_told": _tell(now)}


def words_of(alert: PlatformAlert) -> str:
    """Say what is wrong, in the reader's language; its code where nobody knows it any more."""
    return backup_words(alert.figures.get("age_s")) if alert.code == CODE else alert.code


def _found(now: datetime) -> list[Alarm]:
    found = pulse(now=now)
    is_late = found.backup_is_old and not (found.backup_s is None and _is_young(now))
    return [Alarm(CODE, figures={"age_s": found.backup_s})] if is_late else []


def _is_young(now: datetime) -> bool:
    """Say whether the installation works for less than a day: its first backup is still to come."""
    first = Job.objects.order_by("id").values_list("created_at", flat=True).first()
    return first is None or now - first < BACKUP_OLD


def _tell(now: datetime) -> int:
    """Write one message about all that is new; what no server took is in the next look's message."""
    new = list(PlatformAlert.objects.filter(closed_at=None, told_at=None).order_by("id"))
    if not new:
        return 0
    if not mail_staff(message=partial(_message, new)):
        return 0
    alerts.mark_told(kept=PlatformAlert, alerts=new, now=now)
    return len(new)


def _message(new: Sequence[PlatformAlert]) -> tuple[str, str]:
    many = ngettext("Minga: %(count)d alert", "Minga: %(count)d alerts", len(new))
    lines = [f"- {words_of(one)}" for one in new]
    end = _("You are told once of each. The platform's overview shows what is still wrong.")
    return many % {"count": len(new)}, "\n".join([*lines, "", end])
