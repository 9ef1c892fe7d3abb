"""Doors to posts, comments and runs: everybody reads, nobody writes; rows come from the sources."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from insights.api import row_shapes as shapes
from insights.api.brands import NumberedViewSet, visible
from insights.api.filters import CommentFilter, PostFilter, RunFilter
from insights.api.paging import MomentPagination
from insights.models import Comment, Post, Run
from insights.queries.fichas import row_reports
from tenants.api.pagination import PARAMETERS, KeysetPagination
from tenants.api.parameters import check_parameters
from tenants.intake import is_number


class PostViewSet(ListModelMixin, RetrieveModelMixin, NumberedViewSet):
    """Posts, the newest first."""

    serializer_class = shapes.PostSerializer
    filterset_class = PostFilter
    pagination_class = MomentPagination
    queryset = Post.objects.none()

    def get_queryset(self) -> QuerySet[Post]:
        """Return the posts of the brands that the asker sees."""
        return Post.objects.filter(ficha__in=visible(self.request))


class CommentViewSet(ListModelMixin, RetrieveModelMixin, NumberedViewSet):
    """Comments with what they mean, the newest first."""

    serializer_class = shapes.CommentSerializer
    filterset_class = CommentFilter
    pagination_class = MomentPagination
    queryset = Comment.objects.none()

    def get_queryset(self) -> QuerySet[Comment]:
        """Return the comments of the brands that the asker sees."""
        seen = Comment.objects.filter(ficha__in=visible(self.request))
        return seen.select_related("post", "label")


class RunViewSet(ListModelMixin, RetrieveModelMixin, NumberedViewSet):
    """Looks at sources, the newest first."""

    serializer_class = shapes.AnalysisRunSerializer
    filterset_class = RunFilter
    pagination_class = MomentPagination
    queryset = Run.objects.none()

    def get_queryset(self) -> QuerySet[Run]:
        """Return the runs of the brands that the asker sees."""
        return Run.objects.filter(ficha__in=visible(self.request)).select_related("insight")

    @extend_schema(operation_id="runs_rows", responses={200: shapes.RowReportSerializer(many=True)})
    @action(detail=True, filterset_class=None, pagination_class=KeysetPagination)
    def rows(self, request: Request, pk: str) -> Response:
        """List the rows that were not simply taken, with their codes; kept for 90 days."""
        check_parameters(request.query_params, known=PARAMETERS)
        found = row_reports(run=self._run(pk))
        self.keyset = "id"
        page = self.paginate_queryset(found)
        return self.get_paginated_response(shapes.RowReportSerializer(page, many=True).data)

    def _run(self, pk: str) -> Run:
        # Not by `get_object`: the filters of runs know no pages of rows.
        if not is_number(pk):
            raise Http404
        return get_object_or_404(self.get_queryset(), pk=int(pk))
