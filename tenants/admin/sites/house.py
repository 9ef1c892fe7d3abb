"""What do both admin sites have in common? Who is asked, what is relaxed, where log-in lives."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import update_wrapper
from typing import Any, ClassVar

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from unfold.sites import UnfoldAdminSite

from tenants.admin.acts import Act
from tenants.admin.columns import read_by
from tenants.admin.empties import Empty, Sample, Shown, shown
from tenants.admin.filters import has_unfit_text
from tenants.admin.pages import Page
from tenants.admin.palette import searched, spoken
from tenants.admin.sidebar import acts_of, groups_of
from tenants.permissions import Capability, Forbidden

# The theme's Alpine builds functions from text, and sets styles; nowhere else is either allowed (W8, CSP).
RELAXED_CSP = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}
# Content types are shared rows, and no model here has a page of its own to be viewed on.
DROPPED_ROUTES = frozenset({"view_on_site", "login"})

STYLE, SCRIPT = "minga/admin.css", "minga/admin.js"
# The product's own green in the theme's eleven steps.
PRIMARY = {
    "50": "#f0faf7",
    "100": "#dcefe9",
    "200": "#b9ddd3",
    "300": "#8ec7b9",
    "400": "#55b3a0",
    "500": "#2fa38d",
    "600": "#0c6659",
    "700": "#0a574c",
    "800": "#084a41",
    "900": "#073b34",
    "950": "#04211d",
}

View = Callable[..., HttpResponseBase]
Context = dict[str, Any] | None


class HouseSite(UnfoldAdminSite):
    """What both sites have in common: who is asked, what is relaxed, where log-in lives."""

    subheader: ClassVar[Any] = ""
    # The ground floor's groups stand below the domains', in this order; some under another name.
    ground: ClassVar[dict[str, Any]] = {}

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.pages: list[Page] = []
        self.acts: list[Act] = []
        self.empties: dict[type[Model], Empty] = {}
        self.samples: dict[str, Sample] = {}

    def add_page(self, page: Page) -> None:
        """Take in a page that is no model's own."""
        self.pages = sorted([*self.pages, page], key=lambda one: one.position)

    def add_act(self, act: Act) -> None:
        """Take in something that people often come to do."""
        self.acts = sorted([*self.acts, act], key=lambda one: one.position)

    def add_sample(self, sample: Sample) -> None:
        """Take in an invented file that people may try things with."""
        self.samples[sample.name] = sample

    def say_of_empty(self, model: type[Model]) -> Shown | None:
        """Return what the list of a model says while it has no rows."""
        return shown(self.empties.get(model), self.samples, self.name)

    def may(self, request: HttpRequest, capability: Capability) -> bool:
        """Say whether the person may do this on this site. Every permission of every model ends here."""
        raise NotImplementedError

    def check_may(self, request: HttpRequest, capability: Capability) -> None:
        """Raise Forbidden unless the person may do this on this site."""
        if not self.may(request, capability):
            raise Forbidden

    def entry(self, request: HttpRequest) -> HttpResponseBase | None:
        """Return where a person without permission is sent; None lets them in. Raises Forbidden, Http404."""
        raise NotImplementedError

    def note(self, request: HttpRequest, verb: str, row: Model, change: dict[str, Any]) -> None:
        """Remember an act; `change` holds ids, states and field names, never personal texts (S19)."""
        raise NotImplementedError

    def history_of(self, row: Model) -> str:
        """Return the address of what happened to a row, "" where its page does not lead there."""
        return ""

    def has_permission(self, request: HttpRequest) -> bool:
        """Say whether the person may see anything here."""
        return self.may(request, Capability.VIEW)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Guard a view, render it for its reader, and relax the content policy for it alone."""

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            elsewhere = self.entry(request)
            if elsewhere:
                return elsewhere
            with self.reading(request):
                response = view(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()
            response._csp_update = RELAXED_CSP  # type: ignore[attr-defined]  # read by django-csp's middleware
            return response

        guarded = csrf_protect(inner if cacheable else never_cache(inner))
        return update_wrapper(guarded, view)

    def reading(self, request: HttpRequest) -> AbstractContextManager[None]:
        """Open what must stand while a page is made."""
        return read_by(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out what would ask for shared tables; lead log-in to the public page."""
        kept = [url for url in super().get_urls() if getattr(url, "name", None) not in DROPPED_ROUTES]

        # A function of its own: a bound method could not carry its route's mark.
        def login(request: HttpRequest) -> HttpResponse:
            return self.login(request)

        own = [page.url(self.admin_view) for page in self.pages]
        return [path("login/", login, name="login"), *own, *kept]

    def dashboard(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the first page shows."""
        raise NotImplementedError

    def index(self, request: HttpRequest, extra_context: Context = None) -> HttpResponse:
        """Show the overview instead of a list of tables."""
        shown = self.dashboard(request) | {"acts": acts_of(self, request)}
        page: HttpResponse = super().index(request, shown | (extra_context or {}))
        return page

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add where we are and the way back after a change of language."""
        context: dict[str, Any] = super().each_context(request)
        here = {"site_subheader": self.where(request), "redirect_to": request.get_full_path()}
        house = {"show_languages": True, "styles": [static(STYLE)], "scripts": [static(SCRIPT)]}
        return context | here | house | {"colors": context["colors"] | {"primary": PRIMARY}}

    def where(self, request: HttpRequest) -> str:
        """Name the place under the product's name."""
        return str(self.subheader)

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Return nothing: history is our audit log, not Django's."""
        return ()

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Suggest rows for a field. Raises Forbidden for what names no field, Http404 for unfit texts."""
        if has_unfit_text(request):
            raise Http404
        try:
            found: HttpResponse = super().autocomplete_view(request)
        except PermissionDenied:
            # Django writes its own refusal into the log with a traceback; ours is an answer like others.
            raise Forbidden from None
        return found

    # Roles inside a tenant reach neither sessions nor people: both are served by the public pages.

    def login(self, request: HttpRequest, extra_context: Context = None) -> HttpResponse:
        """Send to the public log-in page."""
        after = request.GET.get("next") or reverse("admin:index", current_app=self.name)
        return redirect_to_login(after, reverse("login"))

    def logout(self, request: HttpRequest, extra_context: Context = None) -> HttpResponse:
        """Send the POST on to the public log-out."""
        return HttpResponseRedirect(reverse("logout"), preserve_request=True)

    def password_change(self, request: HttpRequest, extra_context: Context = None) -> HttpResponse:
        """Send to the public password page."""
        return HttpResponseRedirect(reverse("password"))

    def password_change_done(self, request: HttpRequest, extra_context: Context = None) -> HttpResponse:
        """Send to the public password page."""
        return HttpResponseRedirect(reverse("password"))

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return the overview and every model the person may see, by app."""
        return groups_of(self, request)

    def search(self, request: HttpRequest, extra_context: Context = None) -> TemplateResponse:
        """Answer the palette. The theme's own search keeps its answers by person, whatever the tenant."""
        found = searched(self, request, request.GET.get("s", ""))
        page = {"found": found, "count": spoken(request, found)}
        return TemplateResponse(request, "admin/house/found.html", page)
