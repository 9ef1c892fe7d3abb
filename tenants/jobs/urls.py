"""Addresses of the jobs pages; all of them belong to the open tenant."""

from django.urls import path

from tenants.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.jobs_list, name="list"),
    path("<uuid:job_id>/", views.detail, name="detail"),
    path("<uuid:job_id>/progress/", views.progress, name="progress"),
    path("<uuid:job_id>/file/", views.file, name="file"),
    path("<uuid:job_id>/cancel/", views.cancel, name="cancel"),
]
