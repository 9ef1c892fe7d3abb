"""Addresses of the viewers' pages of campaigns; all of them belong to the open tenant."""

from django.urls import path

from campaigns import views
from tenants.display.exports import ReportType

PDF, XLSX = {"type": ReportType.PDF}, {"type": ReportType.XLSX}
app_name = "campaigns"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("<int:campaign_id>/", views.campaign, name="campaign"),
    path("report.pdf", views.report, PDF, name="report-pdf"),
    path("report.xlsx", views.report, XLSX, name="report-xlsx"),
    path("<int:campaign_id>/report.pdf", views.campaign_report, PDF, name="campaign-pdf"),
    path("<int:campaign_id>/report.xlsx", views.campaign_report, XLSX, name="campaign-xlsx"),
    path("entries/", views.entries, name="entries"),
    path("entries/file/", views.entries_file, name="entries-file"),
    path("entries/<int:entry_id>/", views.entry, name="entry"),
    path("calls/", views.calls, name="calls"),
    path("calls/file/", views.calls_file, name="calls-file"),
]
