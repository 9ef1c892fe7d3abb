"""Doors to campaigns: make, launch, follow, pause, resume, cancel, change, put away (C22)."""

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import actions, queries
from campaigns.actions.moments import moment_of
from campaigns.api import batch_shapes as shapes
from campaigns.api import entry_shapes, experiment_shapes, forecast_shapes
from campaigns.api.entries import EntryFilter
from campaigns.api.fields import NothingSerializer
from campaigns.api.filters import KnownFilter, WordFilterBackend
from campaigns.api.polling import check_pace
from campaigns.api.reports import EXPORTED, export_of, report_of, rows_report_of
from campaigns.dispatch.silence import silent_since
from campaigns.models import Campaign
from campaigns.queries.outlook import outlook_of
from campaigns.rules import CODE_PATTERN, CampaignState, UseCase
from tenants.api.bodies import asked
from tenants.api.files import TAKEN_AWAY
from tenants.api.filters import YesNoFilter
from tenants.api.parameters import bad_parameter, check_parameters
from tenants.api.schema import PDF, files
from tenants.display.exports import FileType
from tenants.jobs.api import answers
from tenants.queries import principal_of
from tenants.rules import XLSX_TYPE

ONE = {200: shapes.OneBatchSerializer}
MOVED = {200: shapes.MovedBatchSerializer}
# Not below one object: the list has filters and pages of its own.
ENTRIES = rf"(?P<batch_id>{CODE_PATTERN})/entries"
REASON = OpenApiParameter("reason", str, description="Kept with the campaign; the first one stays.")
FORMAT = OpenApiParameter("format", str, enum=["xlsx", "csv"], description="xlsx unless said otherwise.")
LONGEST_REASON = actions.LONGEST_REASON


class BatchFilter(django_filters.FilterSet):
    """Campaigns of an account, in a state, for a use case, whose name contains a text."""

    account_id = django_filters.CharFilter(method="of_account", max_length=64)
    state = KnownFilter(CampaignState)
    use_case = KnownFilter(UseCase)
    is_active = YesNoFilter(method="active", label="Calls now.")
    name = django_filters.CharFilter(lookup_expr="icontains", max_length=150)

    def of_account(self, found: QuerySet[Campaign], _name: str, value: str) -> QuerySet[Campaign]:
        """Narrow to an account. Raises UnknownAccount."""
        return found.filter(account=queries.account(code=value))

    def active(self, found: QuerySet[Campaign], _name: str, value: bool) -> QuerySet[Campaign]:
        """Narrow to campaigns that call, or that do not."""
        return found.filter(queries.is_active(value))


class BatchViewSet(ListModelMixin, GenericViewSet):
    """Campaigns, newest first; those that were put away only when asked for by their state."""

    lookup_field = "code"
    lookup_url_kwarg = "batch_id"
    lookup_value_regex = CODE_PATTERN
    serializer_class = shapes.BatchSerializer
    filter_backends = (WordFilterBackend,)
    filterset_class = BatchFilter

    def get_queryset(self) -> QuerySet[Campaign]:
        """Return the campaigns of the open tenant."""
        found = queries.campaigns()
        return found if "state" in self.request.query_params else found.exclude(state=CampaignState.ARCHIVED)

    @extend_schema(request=shapes.NewBatchSerializer, responses={201: shapes.OneBatchSerializer})
    def create(self, request: Request) -> Response:
        """Make a campaign without people; settings that were not sent are the account's, else the law's."""
        wanted = asked(request, shapes.NewBatchSerializer)
        made = actions.create_campaign(
            account=wanted["account_id"],
            use_case=UseCase(wanted["use_case"]),
            facts=shapes.facts_of(wanted),
            now=timezone.now(),
            by=principal_of(request).id,
        )
        return Response(shapes.one(made), status=201)

    @extend_schema(responses=ONE)
    def retrieve(self, request: Request, batch_id: str) -> Response:
        """Show a campaign."""
        check_parameters(request.query_params, known=())
        return Response(shapes.one(queries.campaign(code=batch_id)))

    @extend_schema(request=shapes.ChangedBatchSerializer, responses=ONE)
    def partial_update(self, request: Request, batch_id: str) -> Response:
        """Change what is named: settings while it does not call, scripts before it has called."""
        queries.campaign(code=batch_id)
        changes = shapes.facts_of(asked(request, shapes.ChangedBatchSerializer))
        by = principal_of(request).id
        found = actions.change_campaign(code=batch_id, changes=changes, now=timezone.now(), by=by)
        return Response(shapes.one(found))

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, batch_id: str) -> Response:
        """Delete a draft; anything else is 409, to be archived."""
        check_parameters(request.query_params, known=())
        actions.delete_campaign(code=batch_id, by=principal_of(request).id)
        return Response(status=204)

    @extend_schema(operation_id="batches_status", responses={200: shapes.BatchStatusSerializer, 304: None})
    @action(detail=True)
    def status(self, request: Request, batch_id: str) -> HttpResponseBase:
        """Say how far a campaign is, small enough to ask once a second; honours If-None-Match."""
        check_parameters(request.query_params, known=())
        check_pace(request, batch_id)
        return answers.poll(request, shapes.status_shape(queries.status(code=batch_id)))

    @extend_schema(operation_id="batches_summary", responses={200: shapes.BatchSummarySerializer})
    @action(detail=True)
    def summary(self, request: Request, batch_id: str) -> Response:
        """Say what a campaign came to: each state, outcome and hour, money, promises, rates."""
        check_parameters(request.query_params, known=())
        found = queries.campaign(code=batch_id)
        now = moment_of(found, timezone.now())
        outlook = outlook_of(found, now=now)
        silent = silent_since(found, heard_at=outlook.heartbeat_at, now=now)
        told = shapes.summary_shape(queries.summary(found), outlook, silent)
        return Response(shapes.BatchSummarySerializer(told).data)

    @extend_schema(operation_id="batches_forecast", responses={200: forecast_shapes.ForecastSerializer})
    @action(detail=True)
    def forecast(self, request: Request, batch_id: str) -> Response:
        """Say what a launch would come to: people, money, until when; nothing is written."""
        check_parameters(request.query_params, known=())
        found = actions.forecast(code=batch_id, now=timezone.now())
        return Response(forecast_shapes.ForecastSerializer(forecast_shapes.forecast_shape(found)).data)

    @extend_schema(operation_id="batches_experiment", responses={200: experiment_shapes.ExperimentSerializer})
    @action(detail=True)
    def experiment(self, request: Request, batch_id: str) -> Response:
        """Say what each script version has shown so far, and whether one is better than another (V10)."""
        check_parameters(request.query_params, known=())
        campaign = queries.campaign(code=batch_id)
        told = experiment_shapes.experiment_shape(campaign, queries.comparison_of(campaign=campaign))
        return Response(experiment_shapes.ExperimentSerializer(told).data)

    @extend_schema(
        operation_id="batches_experiment_planning",
        parameters=[experiment_shapes.PlanQuerySerializer],
        responses={200: experiment_shapes.PlanSerializer},
    )
    @action(detail=True, url_path="experiment/planning")
    def planning(self, request: Request, batch_id: str) -> Response:
        """Say before a launch which differences so many people can show, and how many one needs (V10)."""
        wanted = _planned(request)
        campaign = queries.campaign(code=batch_id)
        told = experiment_shapes.plan_shape(campaign, queries.plan_of(campaign=campaign, **wanted))
        return Response(experiment_shapes.PlanSerializer(told).data)

    @extend_schema(operation_id="batches_entries", responses={200: entry_shapes.EntrySerializer(many=True)})
    @action(detail=False, url_path=ENTRIES, filterset_class=EntryFilter)
    def entries(self, request: Request, batch_id: str) -> Response:
        """List the people of a campaign in the order of its file."""
        found: Any = queries.entries_of(campaign=queries.campaign(code=batch_id))
        self.keyset = "id"
        page = self.paginate_queryset(self.filter_queryset(found))
        return self.get_paginated_response(entry_shapes.EntrySerializer(page, many=True).data)

    @extend_schema(operation_id="batches_report", parameters=[FORMAT], responses=TAKEN_AWAY)
    @action(detail=True, pagination_class=None)
    def report(self, request: Request, batch_id: str) -> HttpResponseBase:
        """Download a row for each entry: who, what is owed, what came of it.

        A workbook of more than 50,000 rows is written by a job: 202, Location, and where its file will be.

        `phone` is the number that was called last; before any call it is the next one that still serves.
        Columns of what was said (sentiment, summary, recording) are for administrators.
        """
        return report_of(request, queries.campaign(code=batch_id), _format(request))

    @extend_schema(operation_id="batches_export", parameters=EXPORTED, responses=files(PDF, XLSX_TYPE))
    @action(detail=True, pagination_class=None)
    def export(self, request: Request, batch_id: str) -> HttpResponseBase:
        """Download what the campaign's page shows, as a report to hand over (PDF) or as a workbook."""
        return export_of(request, queries.campaign(code=batch_id))

    @extend_schema(
        operation_id="batches_rejected_rows",
        parameters=[FORMAT],
        responses=TAKEN_AWAY,
    )
    @action(detail=True, url_path="rejected-rows", pagination_class=None)
    def rejected_rows(self, request: Request, batch_id: str) -> HttpResponseBase:
        """Download the rows of its file that nobody is called for: as they were, with the reason (C10)."""
        return rows_report_of(request, queries.campaign(code=batch_id), _format(request))

    @extend_schema(operation_id="batches_launch", request=shapes.LaunchSerializer, responses=MOVED)
    @action(detail=True, methods=["post"])
    def launch(self, request: Request, batch_id: str) -> Response:
        """Let a campaign call; 409 with reasons while something is missing."""
        queries.campaign(code=batch_id)
        when: dict[str, datetime | None] = asked(request, shapes.LaunchSerializer)
        by = principal_of(request).id
        found = actions.launch(code=batch_id, now=timezone.now(), by=by, **when)
        return Response(shapes.moved(found, _("The campaign is running.")))

    @extend_schema(operation_id="batches_pause", request=NothingSerializer, responses=MOVED)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, batch_id: str) -> Response:
        """Let no new call begin; live ones finish. Twice is once."""
        _check_empty(request, batch_id)
        found = actions.pause(code=batch_id, now=timezone.now(), by=principal_of(request).id)
        return Response(shapes.moved(found, _("The campaign is paused.")))

    @extend_schema(operation_id="batches_resume", request=NothingSerializer, responses=MOVED)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, batch_id: str) -> Response:
        """Let a paused campaign call again; 409 once it was cancelled."""
        _check_empty(request, batch_id)
        found = actions.resume(code=batch_id, now=timezone.now(), by=principal_of(request).id)
        return Response(shapes.moved(found, _("The campaign is running.")))

    @extend_schema(operation_id="batches_archive", request=NothingSerializer, responses=MOVED)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, batch_id: str) -> Response:
        """Put a campaign away that has ended."""
        _check_empty(request, batch_id)
        found = actions.archive(code=batch_id, by=principal_of(request).id)
        return Response(shapes.moved(found, _("The campaign is archived.")))

    @extend_schema(
        operation_id="batches_cancel",
        request=None,
        parameters=[REASON],
        responses={200: shapes.CancelledSerializer},
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, batch_id: str) -> Response:
        """End a campaign for good; repeats keep the first time and reason, 409 once it was completed."""
        check_parameters(request.query_params, known=("reason",))
        reason = _reason(request)
        by = principal_of(request).id
        found = actions.cancel(code=batch_id, reason=reason, now=timezone.now(), by=by)
        # Word by word what the first clients read.
        told = {
            "success": True,
            "message": "Batch cancelled successfully",
            "reason": found.cancellation_reason,
        }
        return Response(told)


def _check_empty(request: Request, batch_id: str) -> None:
    queries.campaign(code=batch_id)
    asked(request, NothingSerializer)


def _planned(request: Request) -> dict[str, Any]:
    """Return baseline and rise as shares, and people. Raises BadParameters, ValidationError."""
    shape = experiment_shapes.PlanQuerySerializer
    check_parameters(request.query_params, known=tuple(shape().get_fields()))
    found = shape(data=request.query_params.dict())
    found.is_valid(raise_exception=True)
    return experiment_shapes.plan_query(found.validated_data)


def _reason(request: Request) -> str:
    reason = request.query_params.get("reason", "")
    if len(reason) > LONGEST_REASON:
        raise bad_parameter("reason", _("Up to %(most)d characters.") % {"most": LONGEST_REASON})
    return str(reason)


def _format(request: Request) -> FileType:
    check_parameters(request.query_params, known=("format",))
    text = request.query_params.get("format", FileType.XLSX)
    if text not in list(FileType):
        raise bad_parameter("format", _("Known are: xlsx, csv."))
    return FileType(text)
