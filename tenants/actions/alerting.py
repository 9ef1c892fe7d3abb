"""Every few minutes: what is wrong becomes an alert, once; who wants to know is told; what is over closes."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants import queries
from tenants.actions.announcing import announce, wake_later
from tenants.actions.mailing import mail_admins
from tenants.actions.overseeing import oversee
from tenants.display.formats import Formats
from tenants.display.watches import Watch, alarm_of, codes_by_mail, said, watches
from tenants.jobs.models import Job
from tenants.jobs.runner import Run
from tenants.models import Tenant
from tenants.records import queries as records
from tenants.records.actions import alerts
from tenants.records.models import Alert
from tenants.rules import JobKind
from tenants.scope import current_schema, tenant_scope

log = logging.getLogger(__name__)
# Three looks in a row that did not happen: the installation was down.
PAUSE = timedelta(minutes=15)


def look_after(run: Run, *, clock: Callable[[], datetime]) -> dict[str, object]:
    """Look at the installation, then at every ready tenant; one that cannot be looked at stops nobody.

    Owner's scope.
    """
    if not run.cursor:
        if _has_slept(run, clock()):
            return {"waited": 1}
        _count(run, oversee(now=clock()))
    ready = queries.ready_tenants().filter(schema_name__gt=run.cursor.get("after", ""))
    for schema in list(ready.order_by("schema_name").values_list("schema_name", flat=True)):
        seen = _looked_into(schema, clock())
        with run.chunk() as chunk:
            chunk.advance(1, cursor={"after": schema}, **seen)
    return dict(run.counters)


def _count(run: Run, seen: dict[str, Any]) -> None:
    with run.chunk() as chunk:
        chunk.advance(0, **seen)


def _has_slept(run: Run, now: datetime) -> bool:
    """Say whether nobody looked for a while: what stood still catches up before it is called silent."""
    before = Job.objects.filter(kind=JobKind.LOOK_AFTER, finished_at__isnull=False).exclude(pk=run.job_id)
    last = before.order_by("-id").values_list("finished_at", flat=True).first()
    return last is None or last < now - PAUSE


def _looked_into(schema: str, now: datetime) -> dict[str, int]:
    try:
        with tenant_scope(schema):
            return look(now=now)
    except DatabaseError as error:
        log.error("alerts: %s not looked at: %s", schema, type(error).__name__)
        return {"tenants_failed": 1}


def look(*, now: datetime) -> dict[str, int]:
    """Look at the open tenant: alerts begin and end, the outside is told, messages that wait are woken."""
    counts = {"opened": 0, "closed": 0}
    for watch in watches():
        changed = _compared(watch, now)
        if changed is None:
            counts["watches_failed"] = counts.get("watches_failed", 0) + 1
            continue
        counts["opened"] += len(changed.opened)
        counts["closed"] += len(changed.closed)
    counts["told"] = _tell(now)
    # A message whose job was asked for at the moment in which the one before it ended.
    wake_later(records.next_due(), now=now)
    return counts


def _compared(watch: Watch, now: datetime) -> alerts.Change[Alert] | None:
    """Let alerts begin and end as a watch says; None when it cannot look, which must not blind the others."""
    try:
        found = list(watch.look(now))
    except Exception:
        # Unknown is not well: what was open stays open.
        log.exception("alerts: could not look for %s", " ".join(sorted(watch.codes)))
        return None
    with transaction.atomic():
        changed = alerts.compare(kept=Alert, codes=watch.codes, alarms=found, now=now)
        announce(event="alert.opened", things=[_thing(one) for one in changed.opened], at=now)
        announce(event="alert.closed", things=[_thing(one) for one in changed.closed], at=now)
    for one in changed.opened:
        log.warning("alert %s opened: %s", one.pk, one.code)
    return changed


def _thing(alert: Alert) -> dict[str, str]:
    return {"alert_id": str(alert.pk), "code": alert.code}


def _tell(now: datetime) -> int:
    """Write one message about all that is new; what no server took is in the next look's message."""
    new = [one for one in records.open_alerts(codes=codes_by_mail()) if one.told_at is None]
    if not new:
        return 0
    tenant = Tenant.objects.get(schema_name=current_schema() or "")
    if not mail_admins(message=partial(_message, tenant, new), but=records.mail_refusers()):
        return 0
    alerts.mark_told(kept=Alert, alerts=new, now=now)
    return len(new)


def _message(tenant: Tenant, new: Sequence[Alert]) -> tuple[str, str]:
    many = ngettext("%(tenant)s: %(count)d alert", "%(tenant)s: %(count)d alerts", len(new))
    language = translation.get_language() or settings.LANGUAGE_CODE
    formats = Formats(language, str(tenant.country), str(tenant.timezone))
    end = _("You are told once of each. Home shows what is still open.")
    return many % {"tenant": tenant.name, "count": len(new)}, "\n".join([*_lines(new, formats), "", end])


def _lines(new: Iterable[Alert], formats: Formats) -> list[str]:
    items = [said(alarm_of(one), formats) for one in new]
    return [f"- {item.text}" + (f" {item.why}" if item.why else "") for item in items]
