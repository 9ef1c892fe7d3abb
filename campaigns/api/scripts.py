"""Doors to scripts: written in versions, tried with values, approved and retired; templates, use cases."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import actions, queries
from campaigns.api import script_shapes as shapes
from campaigns.api.fields import NothingSerializer
from campaigns.api.filters import KnownFilter, WordFilterBackend
from campaigns.imports.spoken import read_spoken
from campaigns.legality import knows_country
from campaigns.models import Script, ScriptVersion
from campaigns.models.words import USE_CASE_LABELS
from campaigns.rules import ScriptState, UseCase
from campaigns.scripting import TEMPLATES, read_script, render_script
from tenants.api.bodies import asked
from tenants.api.filters import YesNoFilter
from tenants.api.parameters import bad_parameter, check_parameters
from tenants.display.formats import Formats
from tenants.intake import NUMBER
from tenants.permissions import Capability
from tenants.queries import principal_of

SHOWN = {200: shapes.WholeScriptSerializer}
ONE_VERSION = rf"versions/(?P<number>{NUMBER})"


class ScriptFilter(django_filters.FilterSet):
    """Scripts of a use case, a country, whose newest version is in a state; put away or not."""

    use_case = KnownFilter(UseCase)
    country = django_filters.CharFilter(max_length=2)
    latest_state = KnownFilter(ScriptState)
    archived = YesNoFilter(field_name="archived_at", lookup_expr="isnull", exclude=True)
    name = django_filters.CharFilter(lookup_expr="icontains", max_length=150)


class ScriptViewSet(ListModelMixin, GenericViewSet):
    """What is said in calls, newest script first."""

    lookup_value_regex = NUMBER
    serializer_class = shapes.ScriptSerializer
    filter_backends = (WordFilterBackend,)
    filterset_class = ScriptFilter
    # Trying a text writes nothing.
    capability = {"render_text": Capability.VIEW}

    def get_queryset(self) -> QuerySet[Script]:
        """Return all scripts of the open tenant."""
        return queries.scripts()

    @extend_schema(request=shapes.NewScriptSerializer, responses={201: shapes.WholeScriptSerializer})
    def create(self, request: Request) -> Response:
        """Make a script with its first version, a draft; undeclared variables are 422, all named."""
        wanted = asked(request, shapes.NewScriptSerializer)
        principal = principal_of(request)
        made = actions.create_script(
            name=wanted["name"],
            country=wanted.get("country", principal.tenant.country),
            use_case=UseCase(wanted["use_case"]),
            wording=shapes.wording_of(wanted),
            by=principal.id,
        )
        return _shown(made.script_id, status=201)

    @extend_schema(operation_id="scripts_retrieve", responses=SHOWN)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Show a script with its newest version."""
        check_parameters(request.query_params, known=())
        return _shown(int(pk))

    @extend_schema(request=shapes.ChangedScriptSerializer, responses=SHOWN)
    def update(self, request: Request, pk: str) -> Response:
        """Keep a new wording as the next version, a draft; the same as the newest changes nothing."""
        queries.script(script_id=int(pk))
        wanted = asked(request, shapes.ChangedScriptSerializer)
        wording, by = shapes.wording_of(wanted), principal_of(request).id
        actions.write_version(script_id=int(pk), wording=wording, name=wanted.get("name"), by=by)
        return _shown(int(pk))

    @extend_schema(
        operation_id="scripts_render",
        request=shapes.RenderSerializer,
        responses={200: shapes.RenderedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="render")
    def render_text(self, request: Request, pk: str) -> Response:
        """Fill a version in with values, as a client's file would write them; nothing is written."""
        queries.script(script_id=int(pk))
        wanted = asked(request, shapes.RenderSerializer)
        found = queries.version(script_id=int(pk), number=wanted.get("version"))
        return Response(shapes.RenderedSerializer(_rendered(found, wanted)).data)

    @extend_schema(operation_id="scripts_version", responses={200: shapes.VersionSerializer})
    @action(detail=True, url_path=ONE_VERSION)
    def one_version(self, request: Request, pk: str, number: str) -> Response:
        """Show one version."""
        check_parameters(request.query_params, known=())
        found = queries.version(script_id=int(pk), number=int(number))
        return Response(shapes.VersionSerializer(found).data)

    @extend_schema(
        operation_id="scripts_approve",
        request=shapes.ApprovalSerializer,
        responses={200: shapes.VersionSerializer},
    )
    @action(detail=True, methods=["post"], url_path=f"{ONE_VERSION}/approve")
    def approve(self, request: Request, pk: str, number: str) -> Response:
        """Let campaigns speak by a version; 422 with the findings unless errors are accepted (V8)."""
        queries.version(script_id=int(pk), number=int(number))
        wanted, by = asked(request, shapes.ApprovalSerializer), principal_of(request).id
        found = actions.approve_version(
            script_id=int(pk), number=int(number), now=timezone.now(), by=by, **wanted
        )
        return Response(shapes.VersionSerializer(found).data)

    @extend_schema(operation_id="scripts_retire", request=None, responses={200: shapes.VersionSerializer})
    @action(detail=True, methods=["post"], url_path=f"{ONE_VERSION}/retire")
    def retire(self, request: Request, pk: str, number: str) -> Response:
        """Let no new campaign speak by a version; who speaks by it already keeps it."""
        queries.version(script_id=int(pk), number=int(number))
        asked(request, NothingSerializer)
        by = principal_of(request).id
        found = actions.retire_version(script_id=int(pk), number=int(number), by=by)
        return Response(shapes.VersionSerializer(found).data)

    @extend_schema(operation_id="scripts_archive", request=None, responses=SHOWN)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: str) -> Response:
        """Put the script away: nobody is offered it, who speaks by it keeps it. Twice is once."""
        queries.script(script_id=int(pk))
        asked(request, NothingSerializer)
        actions.archive_script(script_id=int(pk), now=timezone.now(), by=principal_of(request).id)
        return _shown(int(pk))

    @extend_schema(operation_id="scripts_restore", request=None, responses=SHOWN)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Bring the script back. Twice is once."""
        queries.script(script_id=int(pk))
        asked(request, NothingSerializer)
        actions.restore_script(script_id=int(pk), by=principal_of(request).id)
        return _shown(int(pk))

    @extend_schema(
        operation_id="scripts_templates", responses={200: shapes.TemplateSerializer(many=True)}, filters=False
    )
    @action(detail=False, pagination_class=None)
    def templates(self, request: Request) -> Response:
        """List scripts to begin with."""
        check_parameters(request.query_params, known=())
        found = [shapes.template_shape(one) for one in TEMPLATES]
        return Response(shapes.TemplateSerializer(found, many=True).data)


class UseCaseViewSet(GenericViewSet):
    """What campaigns are for."""

    serializer_class = shapes.UseCaseSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        operation_id="use_cases",
        parameters=[OpenApiParameter("country", str, description="The tenant's unless said.")],
        responses={200: shapes.UseCaseSerializer(many=True)},
    )
    def list(self, request: Request) -> Response:
        """List the use cases with settings, templates and legal frames of a country for each."""
        country = _country(request)
        found = [
            shapes.use_case_shape(code, title, country=country) for code, title in USE_CASE_LABELS.items()
        ]
        return Response(shapes.UseCaseSerializer(found, many=True).data)


def _country(request: Request) -> str:
    """Return the country that is asked about. Raises BadParameters."""
    check_parameters(request.query_params, known=("country",))
    asked_for = request.query_params.get("country")
    if asked_for is not None and not knows_country(asked_for):
        raise bad_parameter("country", _("A country is its two capital letters, such as CL."))
    return asked_for or str(principal_of(request).tenant.country)


def _shown(script_id: int, status: int = 200) -> Response:
    found = queries.script(script_id=script_id)
    inside = {
        "version": queries.version(script_id=script_id),
        "versions": queries.versions_of(script=found),
    }
    return Response(shapes.WholeScriptSerializer(vars(found) | inside).data, status=status)


def _rendered(found: ScriptVersion, wanted: dict[str, Any]) -> dict[str, Any]:
    country = found.script.country
    currency = wanted.get("currency") or Formats(country=country).currency
    script = read_script(found.text, found.variables)
    values = read_spoken(script, wanted["values"], currency=currency)
    rendered = render_script(script, values, country=country, language=wanted["language"], currency=currency)
    return {
        "version": found.number,
        "text": rendered.text,
        "used": rendered.used,
        "missing": rendered.missing,
        "unreadable": rendered.unreadable,
        "findings": [shapes.finding_shape(one) for one in actions.findings_of(found)],
    }
