"""Addresses of the pages of insights; all of them belong to the open tenant."""

from django.urls import path

from insights import views
from tenants.display.exports import ReportType

app_name = "insights"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("comments/", views.comments, name="comments"),
    path("tasks/", views.tasks, name="tasks"),
    path("comments/file/", views.comments_file, name="comments-file"),
    path("export.pdf", views.report, {"type": ReportType.PDF}, name="pdf"),
    path("export.xlsx", views.report, {"type": ReportType.XLSX}, name="xlsx"),
]
