"""What every page knows: who reads it, where they may go, and how they write numbers."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tenants.display.formats import Formats
from tenants.display.navigation import Link, links_for
from tenants.permissions import Capability, may

ROLES = {"admin": _("Administrator"), "viewer": _("Viewer"), "support": _("Support")}


@dataclass(frozen=True, slots=True)
class Language:
    """A language to switch to, in its own words."""

    code: str
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The page around the content."""

    is_signed_in: bool
    person: str
    email: str
    tenant: str
    role: str
    may_administer: bool
    is_demo: bool
    navigation: list[Link]
    languages: list[Language]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give templates `frame` (the page around the content) and `formats` (how this reader writes values)."""
    return {"frame": _frame(request), "formats": formats_for(request)}


def formats_for(request: HttpRequest) -> Formats:
    """Return the formats of this request: the user's language, the tenant's country and zone (W7)."""
    tenant = _tenant(request)
    language = get_language() or settings.LANGUAGE_CODE
    if tenant is None:
        return Formats(language)
    return Formats(language, str(getattr(tenant, "country", "CL")), str(getattr(tenant, "timezone", "UTC")))


def _frame(request: HttpRequest) -> Frame:
    principal, user = getattr(request, "principal", None), getattr(request, "user", None)
    who = principal or user
    role = str(getattr(principal, "role", ""))
    is_staff = bool(getattr(user, "is_staff", False))
    return Frame(
        is_signed_in=bool(getattr(who, "is_authenticated", False)),
        person=str(getattr(who, "name", "") or getattr(who, "email", "")),
        email=str(getattr(who, "email", "")),
        tenant=str(getattr(_tenant(request), "name", "")),
        role=str(ROLES.get(role, "")),
        may_administer=may(role, Capability.ADMINISTER),
        is_demo=bool(getattr(settings, "DEMO", False)),
        navigation=links_for(role=role or None, is_staff=is_staff, path=request.path),
        languages=_languages(),
    )


def _tenant(request: HttpRequest) -> object | None:
    # Only a settled principal makes a tenant ours to name; a host alone would tell strangers.
    return getattr(getattr(request, "principal", None), "tenant", None)


def _languages() -> list[Language]:
    from django.conf.locale import LANG_INFO

    current = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return [
        Language(code, str(LANG_INFO[code]["name_local"]).capitalize(), code == current)
        for code, _name in settings.LANGUAGES
    ]
