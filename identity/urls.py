"""Addresses of the identity pages; all of them belong to the open tenant."""

from django.urls import path

from identity import views
from tenants.display.exports import ReportType

PDF, XLSX = {"type": ReportType.PDF}, {"type": ReportType.XLSX}
app_name = "identity"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("report.pdf", views.recovery_report, PDF, name="dashboard-pdf"),
    path("report.xlsx", views.recovery_report, XLSX, name="dashboard-xlsx"),
    path("limbo/", views.limbo, name="limbo"),
    path("limbo/file/", views.limbo_file, name="limbo-file"),
    path("money/", views.money, name="money"),
    path("money/report.pdf", views.money_report, PDF, name="money-pdf"),
    path("money/report.xlsx", views.money_report, XLSX, name="money-xlsx"),
    path("money/gaps/", views.gaps, name="gaps"),
    path("money/file/", views.money_file, name="money-file"),
    path("money/gaps/file/", views.gaps_file, name="gaps-file"),
    path("leads/<int:lead_id>/", views.lead, name="lead"),
]
