"""Doors to jobs: everybody reads what is not hidden from them, who may edit cancels."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from tenants import intake
from tenants.jobs import actions, queries
from tenants.jobs.api import answers
from tenants.jobs.api.serializers import STATES, JobSerializer, JobStatusSerializer
from tenants.jobs.models import Job
from tenants.jobs.runner import hidden_from
from tenants.queries import principal_of
from tenants.rules import XLSX_TYPE

# What jobs write for people to take away.
FILES = {
    (200, "text/csv"): OpenApiTypes.BINARY,
    (200, XLSX_TYPE): OpenApiTypes.BINARY,
}


class JobFilter(django_filters.FilterSet):
    """Jobs of one kind or in one state."""

    kind = django_filters.CharFilter()
    state = django_filters.ChoiceFilter(choices=STATES)


class JobViewSet(ListModelMixin, GenericViewSet):
    """The tenant's long work, newest first."""

    lookup_value_regex = intake.UUID
    for_every_key = True
    serializer_class = JobSerializer
    filterset_class = JobFilter
    queryset = Job.objects.none()

    def get_queryset(self) -> QuerySet[Job]:
        """Return the jobs of the open tenant that the asker sees."""
        return queries.jobs(hidden=hidden_from(principal_of(self.request)))

    def get_object(self) -> Job:
        """Return one job; one that was asked for and that no worker has made yet waits (S2)."""
        try:
            found: Job = super().get_object()
        except Http404:
            found = queries.job(
                job_id=UUID(self.kwargs["pk"]), hidden=hidden_from(principal_of(self.request))
            )
        return found

    def paginate_queryset(self, queryset: Any) -> Any:
        """Return one page, as progress."""
        return answers.linked(super().paginate_queryset(queryset) or ())

    @extend_schema(responses={200: JobSerializer, 304: None})
    def retrieve(self, request: Request, pk: str) -> HttpResponseBase:
        """Show one job; honours If-None-Match."""
        return answers.poll(request, JobSerializer(answers.shown(self.get_object())).data)

    @extend_schema(operation_id="jobs_status", responses={200: JobStatusSerializer, 304: None})
    @action(detail=True)
    def status(self, request: Request, pk: str) -> HttpResponseBase:
        """Say how far a job is, small enough to ask again and again; honours If-None-Match."""
        return answers.status(request, self.get_object())

    @extend_schema(operation_id="jobs_file", responses=FILES)
    @action(detail=True)
    def file(self, request: Request, pk: str) -> HttpResponseBase:
        """Download the file that a job wrote, for a week, by whoever asked; 404 for all others (S5)."""
        return answers.file(self.get_object(), by=principal_of(request).id)

    @extend_schema(operation_id="jobs_cancel", request=None, responses={200: JobSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Ask for the end: at once while it waits, at the next chunk while it runs; 409 once it has ended."""
        job = actions.cancel(job_id=UUID(pk), by=principal_of(request).id)
        return Response(JobSerializer(answers.shown(job)).data)
