"""What the ground does when something happens in its own rooms."""

from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from tenants.actions import sessions
from tenants.actions.announcing import announce
from tenants.jobs.events import job_ended
from tenants.jobs.runner import work_of
from tenants.jobs.runner.registry import UnknownKind
from tenants.scope import current_schema
from tenants.signin.programs import program_of


@receiver(job_ended, dispatch_uid="tenants.job_finished")
def tell_of_job(*, job: UUID, by: UUID | None, kind: str, state: str, **_more: Any) -> None:
    """Tell the tenant's endpoints that a job ended, however it did (W16); the platform's own are nobody's."""
    if current_schema() is None or not _is_news(kind, by):
        return
    thing = {"job_id": str(job), "kind": kind, "state": str(state)}
    announce(event="job.finished", things=[thing], at=timezone.now())


def _is_news(kind: str, by: UUID | None) -> bool:
    try:
        return work_of(kind).is_news(by)
    except UnknownKind:
        return False


@receiver(user_logged_in)
def begin_session(request: HttpRequest, **_named: Any) -> None:
    """A log-in is the freshest proof there is, whichever door it came through (step-up, S8)."""
    browser = program_of(request.headers.get("User-Agent", ""))
    sessions.begin(session=request.session, browser=browser, now=timezone.now())
