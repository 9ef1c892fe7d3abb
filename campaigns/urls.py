"""Addresses of the viewers' pages of campaigns; all of them belong to the open tenant."""

from django.urls import path

from campaigns import views

app_name = "campaigns"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("<int:campaign_id>/", views.campaign, name="campaign"),
    path("entries/", views.entries, name="entries"),
    path("entries/file/", views.entries_file, name="entries-file"),
    path("entries/<int:entry_id>/", views.entry, name="entry"),
    path("calls/", views.calls, name="calls"),
    path("calls/file/", views.calls_file, name="calls-file"),
]
