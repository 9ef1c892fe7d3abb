"""Doors to the classifier; all of them read, so a viewer may use them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from personas import actions, queries
from personas.api import shapes
from personas.classifier import Classification
from personas.models import Contact
from tenants.api.bodies import asked
from tenants.api.parameters import check_parameters
from tenants.intake import NUMBER
from tenants.permissions import Capability


class ClassifierViewSet(GenericViewSet):
    """What the rules say of a title, of many, of a contact."""

    capability = Capability.VIEW
    serializer_class = shapes.TitlesSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(request=shapes.TitlesSerializer, responses={200: shapes.ClassifiedSerializer})
    @action(detail=False, methods=["post"])
    def classify(self, request: Request) -> Response:
        """Classify one job title, or up to 10,000."""
        given = asked(request, shapes.TitlesSerializer)
        if "job_title" in given:
            one = actions.classify_job_title(given["job_title"])
            return Response({"success": True, "classification": shapes.ClassificationSerializer(one).data})
        found = actions.classify_job_titles(given["job_titles"])
        many = shapes.ClassificationSerializer(found, many=True).data
        return Response({"success": True, "classifications": many})

    @extend_schema(request=shapes.OneTitleSerializer, responses={200: shapes.DiagnosedSerializer})
    @action(detail=False, methods=["post"])
    def diagnose(self, request: Request) -> Response:
        """Say everything about a title by rules read afresh, and what this process keeps of them."""
        title = asked(request, shapes.OneTitleSerializer)["job_title"]
        found = actions.classify_job_title(title, use_cache=False)
        diagnosis = _diagnosis(found, actions.cache_status())
        return Response({"success": True, "diagnosis": shapes.DiagnosisSerializer(diagnosis).data})

    @extend_schema(request=shapes.OneTitleSerializer, responses={200: shapes.NormalizedSerializer})
    @action(detail=False, methods=["post"])
    def normalize(self, request: Request) -> Response:
        """Return the normal form of a title (P1)."""
        title = asked(request, shapes.OneTitleSerializer)["job_title"]
        normalized = actions.normalize_job_title(title)
        return Response({"success": True, "original": title, "normalized": normalized})

    @extend_schema(
        operation_id="contact_classification",
        responses={200: shapes.ContactClassificationSerializer},
    )
    @action(detail=False, url_path=rf"contacts/(?P<contact_id>{NUMBER})/classification")
    def contact(self, request: Request, contact_id: str) -> Response:
        """Compare what is stored of a contact with what the rules say."""
        check_parameters(request.query_params, known=())
        found = queries.contact(contact_id=int(contact_id))
        says = actions.classify_job_title(found.job_title)
        return Response(shapes.ContactClassificationSerializer(_comparison(found, says)).data)


def _diagnosis(found: Classification, cache: actions.CacheStatus) -> dict[str, Any]:
    return {
        "input": {"original": found.original, "normalized": found.normalized_job_title},
        "result": {
            "buyer_persona_id": found.persona.code,
            "buyer_persona_name": found.persona.name,
            "is_default": found.is_default,
            "explanation": actions.explain(found),
        },
        "matching": {
            "keywords_matched": found.matched_keywords,
            "priority_used": found.priority_used,
            "total_matches": len(found.all_matches),
            "all_matches": found.all_matches,
        },
        "cache_status": cache,
    }


def _comparison(found: Contact, says: Classification) -> dict[str, Any]:
    kept = getattr(found, "classification", None)
    stored = kept.persona.code if kept else None
    return {
        "contact": str(found.pk),
        "current_classification": {
            "buyer_persona": stored,
            "locked": bool(kept and kept.locked),
            "manually_assigned": bool(kept and kept.assigned_manually),
        },
        "classifier_result": says,
        "would_change": stored != says.persona.code,
    }
