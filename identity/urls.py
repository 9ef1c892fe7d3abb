"""Addresses of the identity pages; all of them belong to the open tenant."""

from django.urls import path

from identity import views

app_name = "identity"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("limbo/", views.limbo, name="limbo"),
    path("limbo/file/", views.limbo_file, name="limbo-file"),
    path("money/", views.money, name="money"),
    path("money/gaps/", views.gaps, name="gaps"),
    path("money/file/", views.money_file, name="money-file"),
    path("money/gaps/file/", views.gaps_file, name="gaps-file"),
    path("leads/<int:lead_id>/", views.lead, name="lead"),
]
