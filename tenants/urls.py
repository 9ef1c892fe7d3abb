"""Addresses of the ground floor's pages: `public` before a tenant is open, `tenant` inside it."""

from django.urls import path

from tenants.views import entrance, keys, members, pages, persons, security

public = [
    path("login/", entrance.login, name="login"),
    path("login/second/", entrance.second_factor, name="second_factor"),
    path("logout/", entrance.logout, name="logout"),
    path("confirm/", entrance.confirm, name="confirm"),
    path("security/", security.security, name="security"),
    path("security/app/", security.add_app, name="add_app"),
    path("security/passkey/", security.add_passkey, name="add_passkey"),
    path("keys/", keys.keys, name="keys"),
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
