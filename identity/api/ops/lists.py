"""Doors to leads with their stage, and to milestones that nobody claimed."""

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from identity.api.ops import shapes
from identity.api.ops.asking import (
    Asked,
    ExportAskedSerializer,
    GapsAskedSerializer,
    ListAskedSerializer,
    asked,
)
from identity.queries.claims_gap import claims_gap
from identity.queries.limbo import LimboPage, limbo
from identity.queries.money import currency, money
from identity.queries.tables import LIMBO, MONEY, kept
from identity.rules import LimboStage
from tenants.api.files import TAKEN_AWAY, listed
from tenants.display.exports import FileType

GAPS = (LimboStage.NO_IDENTITY, LimboStage.NO_DRIVER)


class LimboView(APIView):
    """Where every lead is stuck."""

    @extend_schema(
        operation_id="limbo_list",
        parameters=[ListAskedSerializer],
        responses={200: shapes.LimboListSerializer},
    )
    def get(self, request: Request) -> Response:
        """List leads with the first stage that is true; the summary is of all that were chosen."""
        return _limbo(asked(request, ListAskedSerializer))


class LimboExportView(APIView):
    """Limbo as a file."""

    @extend_schema(
        operation_id="limbo_export",
        parameters=[ExportAskedSerializer],
        responses=TAKEN_AWAY,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Download all chosen leads; of more than 50,000, a workbook is a job's (202)."""
        return _file(request, LIMBO, "limbo", asked(request, ExportAskedSerializer))


class IdentityGapsView(APIView):
    """Leads without identity or driver."""

    @extend_schema(
        operation_id="identity_gaps_list",
        parameters=[ListAskedSerializer],
        responses={200: shapes.LimboListSerializer},
    )
    def get(self, request: Request) -> Response:
        """List leads in the stages NO_IDENTITY and NO_DRIVER, with the reason and what helps."""
        return _limbo(asked(request, ListAskedSerializer, stages=GAPS))


class ClaimsGapView(APIView):
    """Reached milestones without claim."""

    @extend_schema(
        operation_id="claims_gap_list",
        parameters=[GapsAskedSerializer],
        responses={200: shapes.ClaimsGapListSerializer},
    )
    def get(self, request: Request) -> Response:
        """List what was reached and nobody claimed, and what it is worth."""
        found = asked(request, GapsAskedSerializer)
        page = claims_gap(chosen=found.chosen, **{"milestone": None} | found.rest)
        summary = {
            "total": page.total,
            "amount": page.amount,
            "currency": currency(),
            "by_milestone": page.by_milestone,
        }
        answer = {"meta": _meta(found, page.rows, page.total), "summary": summary, "results": page.rows}
        return Response(shapes.ClaimsGapListSerializer(answer).data)


class MoneyView(APIView):
    """What the partner owes for each lead with a driver."""

    @extend_schema(
        operation_id="cabinet_financial_list",
        parameters=[ListAskedSerializer],
        responses={200: shapes.MoneyListSerializer},
    )
    def get(self, request: Request) -> Response:
        """List leads with a driver: trips of 14 days, milestones, what is expected, claimed and paid."""
        found = asked(request, ListAskedSerializer)
        page = money(chosen=found.chosen, **found.rest)
        summary = _with_currency(page.summary)
        answer = {
            "meta": _meta(found, page.rows, page.summary.total),
            "summary": summary,
            "results": page.rows,
        }
        return Response(shapes.MoneyListSerializer(answer).data)


class MoneyExportView(APIView):
    """What the partner owes, as a file."""

    @extend_schema(
        operation_id="cabinet_financial_export",
        parameters=[ExportAskedSerializer],
        responses=TAKEN_AWAY,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Download all chosen leads with a driver; of more than 50,000, a workbook is a job's (202)."""
        return _file(request, MONEY, "cabinet-financial-14d", asked(request, ExportAskedSerializer))


def _limbo(found: Asked) -> Response:
    page: LimboPage = limbo(chosen=found.chosen, **found.rest)
    answer = {
        "meta": _meta(found, page.rows, page.summary.total),
        "summary": _with_currency(page.summary),
        "results": page.rows,
    }
    return Response(shapes.LimboListSerializer(answer).data)


def _meta(found: Asked, rows: tuple[Any, ...], total: int) -> dict[str, int]:
    return {
        "limit": found.rest["limit"],
        "offset": found.rest["offset"],
        "returned": len(rows),
        "total": total,
    }


def _with_currency(summary: Any) -> dict[str, Any]:
    return {name: getattr(summary, name) for name in summary.__slots__} | {"currency": currency()}


def _file(request: Request, of: str, name: str, found: Asked) -> HttpResponseBase:
    wanted = kept(found.chosen, name=f"{name}-{timezone.localdate().isoformat()}")
    return listed(request, of=of, asked=wanted, type=FileType(found.rest["format"]))
