"""What has expired goes, a batch at a time: shared rows under the public login, a tenant's under its own."""

from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from tenants.actions.aging import AUDIT, forget_aged
from tenants.jobs.models import Job
from tenants.jobs.rules import ENDED
from tenants.models import (
    JobRequest,
    LogIn,
    PlatformAct,
    PlatformAlert,
    RefreshFamily,
    RefreshToken,
    Session,
    Ticket,
)
from tenants.records.models import Alert, IdempotencyKey, StoredFile, WebhookDelivery
from tenants.records.rules import ALERTS_KEPT, DELIVERIES_KEPT, KEPT

ENDED_WORK_KEPT = timedelta(days=30)
REQUESTS_KEPT = timedelta(days=1)
SIGN_INS_KEPT = timedelta(days=90)
# A log-in writes family and token in one transaction; a day is far more than that takes.
EMPTY_FAMILIES_KEPT = timedelta(days=1)
BATCH = 1000
# A file holds up to 25 MB, which its deletion has to walk through.
FILES_BATCH = 20


def forget_shared() -> dict[str, int]:
    """Delete one batch of each kind of expired shared rows; return how many of each. Public scope."""
    return {name: _forget(expired) for name, expired in _shared().items()}


def forget_history() -> dict[str, int]:
    """Delete one batch of old acts of the platform; return how many. The owner's: public may only add."""
    before = Now() - timedelta(days=AUDIT.days)
    return {"platform_acts": _forget(PlatformAct.objects.filter(at__lt=before))}


def forget_in_tenant() -> dict[str, int]:
    """Delete one batch of each kind of expired rows of the open tenant; return how many of each."""
    return {
        "idempotency_keys": _forget(IdempotencyKey.objects.filter(created_at__lte=Now() - KEPT)),
        "files": _forget(StoredFile.objects.filter(expires_at__lte=Now()), FILES_BATCH),
        "webhook_deliveries": _forget(WebhookDelivery.objects.filter(ended_at__lt=Now() - DELIVERIES_KEPT)),
        "alerts": _forget(Alert.objects.filter(closed_at__lt=Now() - ALERTS_KEPT)),
        **forget_aged(),
    }


@transaction.atomic
def _forget(expired: QuerySet[Any], batch: int = BATCH) -> int:
    model: type[Model] = expired.model
    # Keys only: what a row holds (a file's bytes) need not come here to be deleted.
    keys = list(expired.order_by("pk").values_list("pk", flat=True)[:batch])
    _all, counts = model._default_manager.filter(pk__in=keys).only("pk").delete()
    return counts.get(model._meta.label, 0)


def _shared() -> dict[str, QuerySet[Any]]:
    """Return what has expired, tokens before the families that they leave empty."""
    return {
        "refresh_tokens": RefreshToken.objects.filter(expires_at__lte=Now()),
        "refresh_families": _empty_families(),
        "sessions": Session.objects.filter(expire_date__lt=Now()),
        "tickets": Ticket.objects.filter(state__in=ENDED, due_at__lt=Now() - ENDED_WORK_KEPT),
        "jobs": _ended_jobs(),
        # A worker makes the job within seconds; what is left was never to be.
        "job_requests": JobRequest.objects.filter(created_at__lt=Now() - REQUESTS_KEPT),
        "platform_alerts": PlatformAlert.objects.filter(closed_at__lt=Now() - ALERTS_KEPT),
        "sign_ins": LogIn.objects.filter(at__lt=Now() - SIGN_INS_KEPT),
        # Written by processes of the version before while a new one was migrated to.
        "sign_ins_before": _old_sign_ins(AccessLog),
        "sign_in_failures": _old_sign_ins(AccessFailureLog),
        "sign_in_attempts": _old_sign_ins(AccessAttempt),
    }


def _empty_families() -> QuerySet[RefreshFamily]:
    tokens = RefreshToken.objects.filter(family=OuterRef("pk"))
    return RefreshFamily.objects.filter(~Exists(tokens), created_at__lt=Now() - EMPTY_FAMILIES_KEPT)


def _ended_jobs() -> QuerySet[Job]:
    """Return old ended jobs but the last of each kind, which says when its work was last done."""
    ended = Job.objects.filter(state__in=ENDED)
    last = ended.filter(kind=OuterRef("kind")).order_by("-id").values("pk")[:1]
    return ended.filter(finished_at__lt=Now() - ENDED_WORK_KEPT).exclude(pk=Subquery(last))


def _old_sign_ins(model: type[Model]) -> QuerySet[Any]:
    return model._default_manager.filter(attempt_time__lt=Now() - SIGN_INS_KEPT)
