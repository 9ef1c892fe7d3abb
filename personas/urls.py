"""Addresses of the persona pages; all of them belong to the open tenant."""

from django.urls import path

from personas import views
from tenants.display.exports import ReportType

PDF, XLSX = {"type": ReportType.PDF}, {"type": ReportType.XLSX}
app_name = "personas"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("report.pdf", views.standing_report, PDF, name="pdf"),
    path("report.xlsx", views.standing_report, XLSX, name="xlsx"),
    path("contacts/", views.contacts, name="contacts"),
    path("contacts/file/", views.contacts_file, name="contacts-file"),
    path("contacts/<int:contact_id>/", views.contact, name="contact"),
]
