"""Addresses of the ground floor's pages: `public` before a tenant is open, `tenant` inside it."""

from django.urls import path

from tenants.views import members, pages, persons

public = [
    path("login/", pages.login, name="login"),
    path("logout/", pages.logout, name="logout"),
    path("language/", pages.set_language, name="set_language"),
    path("choose/", pages.choose, name="choose"),
    path("saved/", pages.saved, name="saved"),
    path("members/", members.members, name="members"),
    path("welcome/<str:person>/<str:token>/", members.welcome, name="welcome"),
    path("password/", pages.password, name="password"),
]
tenant = [
    path("", pages.home, name="home"),
    path("people/<slug:of>/<str:row>/", persons.person, name="person"),
]
