"""The ways through an admin site: overview, models the person may see by app, pages that are no model's."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tenants.admin.acts import Act
from tenants.admin.pages import Page
from tenants.permissions import Capability

Link = dict[str, Any]


class Site(Protocol):
    """What a site tells of itself."""

    name: str
    ground: Any
    pages: list[Page]
    acts: list[Act]
    _registry: Mapping[Any, Any]

    def get_app_list(self, request: HttpRequest) -> Sequence[dict[str, Any]]:
        """Return the apps with the models that the person may see."""

    def may(self, request: HttpRequest, capability: Capability) -> bool:
        """Say whether the person may do this here."""


def groups_of(site: Site, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the navigation in the theme's shape, groups of links."""
    index = reverse("admin:index", current_app=site.name)
    groups = [_group("", [_link(request, _("Overview"), index, "dashboard", exact=True)])]
    for app in sorted(site.get_app_list(request), key=lambda one: _place(site, one["app_label"])):
        links = [
            _link(request, model["name"], model["admin_url"], icon_of(site, model["model"]))
            for model in app["models"]
            if model["admin_url"]
        ]
        own = _own_links(site, request, app["app_label"])
        groups.append(_group(site.ground.get(app["app_label"]) or app["name"], own + links))
    return groups


def acts_of(site: Site, request: HttpRequest) -> list[Link]:
    """Return the acts that the person may do, as links."""
    return [
        _link(request, act.label, reverse(act.route, current_app=site.name), act.icon, exact=True)
        for act in site.acts
        if site.may(request, act.capability)
    ]


def icon_of(site: Site, model: Any) -> str:
    """Return the Material symbol of a registered model."""
    return getattr(site._registry[model], "icon", "database")


def _own_links(site: Site, request: HttpRequest, app_label: str) -> list[Link]:
    named = [page for page in site.pages if page.app_label == app_label and page.label]
    return [
        _link(
            request, page.label, reverse(f"admin:{app_label}_{page.name}", current_app=site.name), page.icon
        )
        for page in named
    ]


def _place(site: Site, app_label: str) -> int:
    # The ground floor's groups stand below the domains'.
    order = list(site.ground)
    return order.index(app_label) if app_label in order else -1


def _group(title: Any, items: list[Link]) -> dict[str, Any]:
    return {"title": title, "items": items}


def _link(request: HttpRequest, title: Any, href: str, icon: str, *, exact: bool = False) -> Link:
    here = request.path == href if exact else request.path.startswith(href)
    return {"title": title, "link": href, "icon": icon, "active": here, "has_permission": True}
