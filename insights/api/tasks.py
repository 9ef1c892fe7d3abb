"""Doors to tasks: everybody reads, who may edit moves and annotates them (N18)."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from insights import actions
from insights.api import task_shapes as shapes
from insights.api.brands import NumberedViewSet, visible
from insights.api.filters import TaskFilter
from insights.models import Task
from insights.rules import TaskState
from tenants.api.bodies import asked
from tenants.queries import principal_of


class TaskViewSet(ListModelMixin, RetrieveModelMixin, NumberedViewSet):
    """Tasks, newest first; withdrawn ones only if asked for."""

    serializer_class = shapes.TaskSerializer
    filterset_class = TaskFilter
    queryset = Task.objects.none()

    def get_queryset(self) -> QuerySet[Task]:
        """Return the tasks of the brands that the asker sees."""
        return Task.objects.filter(ficha__in=visible(self.request)).prefetch_related("notes")

    @extend_schema(request=shapes.ChangedTaskSerializer, responses={200: shapes.TaskSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Say where a task stands; a withdrawn one that somebody takes up is back."""
        found, state = self.get_object(), asked(request, shapes.ChangedTaskSerializer)["state"]
        moved = actions.move_task(task=found, state=TaskState(state), by=principal_of(request).id)
        return Response(shapes.TaskSerializer(moved).data)

    @extend_schema(
        operation_id="tasks_notes",
        request=shapes.NewNoteSerializer,
        responses={201: shapes.TaskNoteSerializer},
    )
    @action(detail=True, methods=["post"])
    def notes(self, request: Request, pk: str) -> Response:
        """Write to a task, which from then on stays."""
        found, text = self.get_object(), asked(request, shapes.NewNoteSerializer)["text"]
        written = actions.annotate_task(task=found, text=text, by=principal_of(request).id)
        return Response(shapes.TaskNoteSerializer(written).data, status=201)
