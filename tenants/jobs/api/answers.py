"""How doors speak of a job: its shape, its place, "accepted", "unchanged"."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.jobs import queries
from tenants.jobs.api.serializers import JobSerializer, JobStatusSerializer
from tenants.jobs.models import Job
from tenants.jobs.progress import Progress, progress_of
from tenants.jobs.rules import UnknownJob
from tenants.jobs.runner import undo_addresses
from tenants.records.downloads import kept_download


def links_of(job: Job) -> dict[str, str]:
    """Return the addresses that every job has, without a host."""
    names = {"self": "api-jobs-detail", "status": "api-jobs-status", "cancel": "api-jobs-cancel"}
    return {name: reverse(route, args=[job.id]) for name, route in names.items()}


def linked(jobs: Iterable[Job]) -> list[Progress]:
    """Return the progress of jobs with their links; a look for each kind that can be taken back (W2)."""
    found = list(jobs)
    undo = undo_addresses(found)
    links = [links_of(job) | ({"undo": undo[job.id]} if job.id in undo else {}) for job in found]
    now = timezone.now()
    return [progress_of(job, now=now, links=its) for job, its in zip(found, links, strict=True)]


def shown(job: Job) -> Progress:
    """Return one job's progress with its links."""
    return linked([job])[0]


def accepted(job: Job, also: Mapping[str, Any] | None = None) -> Response:
    """Answer long work with 202, its shape (and `also`), and Location (W13)."""
    shape = JobSerializer(shown(job)).data
    return Response({**shape, **(also or {})}, status=202, headers={"Location": shape["links"]["self"]})


def file(job: Job, *, by: UUID) -> HttpResponseBase:
    """Answer with what a job wrote for somebody. Raises UnknownJob for others, and when it is gone."""
    kept = queries.file_of(job, by=by)
    if kept is None:
        raise UnknownJob(job=str(job.id))
    return kept_download(kept)


def status(request: Request, job: Job) -> HttpResponseBase:
    """Answer a poll: 304 without a body while nothing has changed (W13)."""
    progress = shown(job)
    # Silence grows, and what follows makes an undo impossible, without a new version of the row.
    etag = f'"{job.version}-{progress.silent_s or 0}-{int(progress.can_undo)}"'
    return _unless_same(request, JobStatusSerializer(progress).data, etag)


def poll(request: Request, shape: Any) -> HttpResponseBase:
    """Answer with a shape; 304 without a body while it would say the same (W13)."""
    etag = f'"{hashlib.sha256(JSONRenderer().render(shape)).hexdigest()[:32]}"'
    return _unless_same(request, shape, etag)


def _unless_same(request: Request, shape: Any, etag: str) -> HttpResponseBase:
    answer: Any = get_conditional_response(request._request, etag=etag) or Response(shape)
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    found: HttpResponseBase = answer
    return found
