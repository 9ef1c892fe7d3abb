"""The ways through the product: each app names its pages in its AppConfig, the frame shows the open ones.

An app config carries `navigation = (Item(_("Personas"), "personas:dashboard", position=20),)`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from tenants.permissions import Capability, may
from tenants.rules import Role


@dataclass(frozen=True, slots=True)
class Item:
    """A page worth a place in the navigation; `staff_only` ones ask for platform staff instead of a role."""

    label: str | Promise
    url_name: str
    capability: Capability = Capability.VIEW
    position: int = 50
    staff_only: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An item as one reader sees it."""

    label: str
    href: str
    is_current: bool


def items() -> list[Item]:
    """Return what all installed apps named, in order."""
    named = [item for config in apps.get_app_configs() for item in getattr(config, "navigation", ())]
    return sorted(named, key=lambda item: (item.position, item.url_name))


def links_for(*, role: str | None, is_staff: bool, path: str) -> list[Link]:
    """Return the links open to a role; the one with the longest matching path is current."""
    shown = [item for item in items() if _is_open(item, role, is_staff)]
    found = [(item, href) for item in shown if (href := _address(item))]
    current = _current((href for _item, href in found), path)
    return [Link(str(item.label), href, href == current) for item, href in found]


def _is_open(item: Item, role: str | None, is_staff: bool) -> bool:
    if item.staff_only:
        return is_staff
    return role is not None and may(Role(role), item.capability)


def _address(item: Item) -> str:
    # A tenant's host has no platform site: what leads nowhere from here is left out.
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def _current(hrefs: Iterable[str], path: str) -> str:
    matching = [href for href in hrefs if path == href or (href != "/" and path.startswith(href))]
    return max(matching, key=len, default="")
