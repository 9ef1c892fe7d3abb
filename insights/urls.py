"""Addresses of the pages of insights; all of them belong to the open tenant."""

from django.urls import path

from insights import views

app_name = "insights"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("comments/", views.comments, name="comments"),
    path("tasks/", views.tasks, name="tasks"),
]
