"""Addresses of the ground floor's pages: `public` before a tenant is open, `tenant` inside it."""

from django.urls import path

from tenants import views

public = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("language/", views.set_language, name="set_language"),
    path("choose/", views.choose, name="choose"),
    path("saved/", views.saved, name="saved"),
    path("password/", views.password, name="password"),
]
tenant = [path("", views.home, name="home")]
