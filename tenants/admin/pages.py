"""A page that is no model's own: where it stands, what it is called, who draws it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Page:
    """A page at `<app>/<route>`; with a label it stands in the navigation, by position."""

    app_label: str
    name: str
    route: str
    view: Callable[..., HttpResponseBase]
    label: str | Promise = ""
    icon: str = ""
    position: int = 50

    def url(self, guard: Callable[..., Callable[..., HttpResponseBase]]) -> URLPattern:
        """Return its route, named `<app>_<name>`, behind a site's guard."""
        return path(f"{self.app_label}/{self.route}", guard(self.view), name=f"{self.app_label}_{self.name}")
