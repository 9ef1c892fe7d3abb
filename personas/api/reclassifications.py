"""Doors to reclassifications: estimate, preview, apply, follow, cancel, undo (R1–R9)."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from personas import actions, queries
from personas.api import reclassification_shapes as shapes
from personas.api.asking import asked, valid
from personas.rules import ReclassificationType
from tenants import intake
from tenants.api.parameters import bad_parameter, check_parameters
from tenants.jobs.api.answers import poll
from tenants.permissions import Capability
from tenants.queries import principal_of

JOB = rf"jobs/(?P<job_id>{intake.UUID})"
ESTIMATED = ("job_type", "keyword_id", "buyer_persona_id", "keywords")
Door = Callable[..., Response]
ACCEPTED = {202: shapes.AcceptedReclassificationSerializer}


def _reclassifies(path: str, shape: type[shapes.ReclassifySerializer]) -> Callable[[Door], Door]:
    """Describe and route a door that starts a job."""
    described = extend_schema(
        operation_id=f"reclassify_{path.replace('-', '_')}", request=shape, responses=ACCEPTED
    )
    routed = action(detail=False, methods=["post"], url_path=f"reclassify/{path}")
    return lambda method: cast(Door, described(routed(method)))


class ReclassificationViewSet(GenericViewSet):
    """Contacts are classified again, never before it can be seen what would change."""

    # An estimate changes nothing.
    capability = {"estimate": Capability.VIEW}
    serializer_class = shapes.ReclassificationSerializer
    pagination_class = None
    filter_backends = ()

    @_reclassifies("all", shapes.ReclassifySerializer)
    def all(self, request: Request) -> Response:
        """Reclassify every contact with a title; a dry run unless said otherwise."""
        return _start(request, ReclassificationType.ALL, shapes.ReclassifySerializer)

    @_reclassifies("by-keyword", shapes.ByKeywordSerializer)
    def by_keyword(self, request: Request) -> Response:
        """Reclassify contacts whose title a keyword matches; a dry run unless said otherwise."""
        return _start(request, ReclassificationType.BY_KEYWORD, shapes.ByKeywordSerializer)

    @_reclassifies("by-persona", shapes.ByPersonaSerializer)
    def by_persona(self, request: Request) -> Response:
        """Reclassify contacts that have a persona now; a dry run unless said otherwise."""
        return _start(request, ReclassificationType.BY_PERSONA, shapes.ByPersonaSerializer)

    @_reclassifies("affected", shapes.ByTextsSerializer)
    def affected(self, request: Request) -> Response:
        """Reclassify contacts that a change of keywords touches; a dry run unless said otherwise."""
        return _start(request, ReclassificationType.AFFECTED, shapes.ByTextsSerializer)

    @extend_schema(
        operation_id="reclassify_estimate",
        request=shapes.EstimateSerializer,
        parameters=[
            OpenApiParameter(name, str, description="In the query or in the body; texts by commas.")
            for name in ESTIMATED
        ],
        responses={200: shapes.EstimateAnswerSerializer},
    )
    @action(detail=False, methods=["post"], url_path="reclassify/estimate")
    def estimate(self, request: Request) -> Response:
        """Say how many contacts a reclassification would select and change; nothing is written (R9)."""
        wanted = {name: value for name, value in _estimated(request).items() if value is not None}
        kind = wanted.pop("job_type")
        found = actions.estimate(type=kind, params=wanted)
        return Response(shapes.EstimateAnswerSerializer(_estimate(kind, found)).data)

    @extend_schema(
        operation_id="reclassifications_list",
        parameters=[shapes.JobsQuerySerializer],
        responses={200: shapes.ReclassificationsSerializer},
    )
    @action(detail=False)
    def jobs(self, request: Request) -> Response:
        """List reclassifications, newest first."""
        check_parameters(request.query_params, known=("status", "limit", "skip"))
        found = queries.reclassifications(
            **valid(shapes.JobsQuerySerializer(data=request.query_params.dict()))
        )
        answer = {"success": True, "jobs": found, "count": len(found)}
        return Response(shapes.ReclassificationsSerializer(answer).data)

    @extend_schema(
        operation_id="reclassifications_retrieve",
        responses={200: shapes.OneReclassificationSerializer, 304: None},
    )
    @action(detail=False, url_path=JOB)
    def job(self, request: Request, job_id: str) -> HttpResponseBase:
        """Show one reclassification: how far it is, what came of it; honours If-None-Match."""
        check_parameters(request.query_params, known=())
        answer = {"success": True, "job": queries.reclassification(job_id=UUID(job_id))}
        return poll(request, shapes.OneReclassificationSerializer(answer).data)

    @extend_schema(
        operation_id="reclassifications_cancel",
        request=None,
        responses={200: shapes.AcceptedReclassificationSerializer},
    )
    @action(detail=False, methods=["post"], url_path=f"{JOB}/cancel")
    def cancel(self, request: Request, job_id: str) -> Response:
        """Cancel at once, or at the next batch; what is committed stays, and 409 once it has ended (R6)."""
        check_parameters(request.query_params, known=())
        actions.cancel_reclassification(job_id=UUID(job_id), by=principal_of(request).id)
        return _answered(UUID(job_id), _("The reclassification is being cancelled."), status=200)

    @extend_schema(operation_id="reclassifications_undo", request=None, responses=ACCEPTED)
    @action(detail=False, methods=["post"], url_path=f"{JOB}/undo")
    def undo(self, request: Request, job_id: str) -> Response:
        """Take a real reclassification back, once; contacts touched since are left and listed (R8)."""
        check_parameters(request.query_params, known=())
        job = actions.undo_reclassification(job_id=UUID(job_id), by=principal_of(request).id)
        return _answered(job.id, _("The way back is queued."))


def _start(
    request: Request, type: ReclassificationType, shape: type[shapes.ReclassifySerializer]
) -> Response:
    params = dict(asked(request, shape))
    dry_run, preview = params.pop("dry_run"), params.pop("preview_job_id")
    job = actions.reclassify(
        type=type,
        params=params,
        dry_run=dry_run,
        preview_job_id=preview,
        by=principal_of(request).id,
    )
    words = _("The preview is queued.") if dry_run else _("The reclassification is queued.")
    return _answered(job.id, words)


def _answered(job_id: UUID, message: str, status: int = 202) -> Response:
    """Answer with the job as it stands, and where it is followed (W13)."""
    answer = {"success": True, "message": message, "job": queries.reclassification(job_id=job_id)}
    headers = {"Location": reverse("api-reclassifications-job", args=[job_id])}
    shape = shapes.AcceptedReclassificationSerializer(answer).data
    return Response(shape, status=status, headers=headers if status == 202 else None)


def _estimated(request: Request) -> dict[str, Any]:
    """Return an estimate's parameters, each out of the query or the body. Raises BadParameters for both."""
    check_parameters(request.query_params, known=ESTIMATED)
    query: dict[str, Any] = request.query_params.dict()
    if "keywords" in query:
        query["keywords"] = query["keywords"].split(",")
    body: Any = request.data
    if isinstance(body, dict):
        both = sorted(query.keys() & body.keys())
        if both:
            raise bad_parameter(both[0], _("The parameter may be given once."), "repeated_parameter")
        body = {**body, **query}
    return dict(valid(shapes.EstimateSerializer(data=body)))


def _estimate(kind: ReclassificationType, found: actions.Estimate) -> dict[str, Any]:
    moves = [
        {"old_persona": old, "new_persona": new, "contacts": contacts}
        for (old, new), contacts in found.transitions.items()
    ]
    return {
        "success": True,
        "job_type": kind,
        "estimated_contacts": found.estimated_contacts,
        "would_change": found.would_change,
        "transitions": moves,
        "sample_contacts": found.sample_contacts,
    }
