"""A small API on the frame, so that the frame is tried without a domain: notes in the audit log."""

from threading import Event

import django_filters
from django.db import DataError, IntegrityError, OperationalError, connection
from django.urls import include, path
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from config.urls import handler400, handler404, handler500
from config.urls import urlpatterns as product_routes
from tenants import intake
from tenants.api.serializers import StrictModelSerializer
from tenants.permissions import Capability
from tenants.records.models import AuditEntry
from tenants.scope.routes import tenant_routes

__all__ = ["handler400", "handler404", "handler500"]

NOTES = "/api/v1/notes/"
# A tenant is born with entries of its own in the log.
NOTES_KINDS = ("a", "b")
ENTERED, RELEASED = Event(), Event()
FAILURES = {
    "data": DataError,
    "integrity": IntegrityError,
    "recursion": RecursionError,
    "away": OperationalError,
    "defect": ZeroDivisionError,
}


class NoteSerializer(StrictModelSerializer):
    class Meta:
        model = AuditEntry
        fields = ["id", "verb", "object_type", "object_id", "change"]


class NoteFilter(django_filters.FilterSet):
    verb = django_filters.CharFilter()
    kind = django_filters.MultipleChoiceFilter(field_name="object_type", choices=[("a", "a"), ("b", "b")])
    at = django_filters.DateTimeFromToRangeFilter()


class NoteViewSet(CreateModelMixin, ListModelMixin, RetrieveModelMixin, GenericViewSet):
    queryset = AuditEntry.objects.filter(object_type__in=NOTES_KINDS)
    lookup_value_regex = intake.UUID
    serializer_class = NoteSerializer
    filterset_class = NoteFilter
    capability = {"peek": Capability.ADMINISTER}

    def perform_create(self, serializer):
        serializer.save()
        if serializer.validated_data["verb"] == "wait":
            ENTERED.set()
            assert RELEASED.wait(timeout=30)

    @action(detail=False)
    def peek(self, request):
        return Response({})

    @action(detail=False, methods=["post"])
    def refuse(self, request):
        AuditEntry.objects.create(verb="half", object_type="a", object_id="1")
        return Response({}, status=409)

    @action(detail=False, methods=["post"])
    def crash(self, request):
        AuditEntry.objects.create(verb="half", object_type="a", object_id="1")
        raise FAILURES[request.data["how"]]("secret text")

    @action(detail=False, methods=["post"])
    def violate(self, request):
        AuditEntry.objects.create(verb="half", object_type="a", object_id="1")
        AuditEntry(verb=None, object_type="a", object_id="1").save()  # type: ignore[misc]  # the fault itself
        return Response({})

    @action(detail=False)
    def write_in_sql(self, request):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE records_auditentry SET verb = 'changed'")
        return Response({})


router = SimpleRouter()
router.register("notes", NoteViewSet, basename="probe-notes")

urlpatterns = [*tenant_routes(path("api/v1/", include(router.urls))), *product_routes]
