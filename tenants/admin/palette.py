"""What does Ctrl+K find? Pages and acts by their names in either language, rows by name or key; all bounded.

Rows are looked for in the open scope only, by the admins that say so (`HouseModelAdmin.suggested`), each with
one query of a few rows by an index. Nothing is kept between two searches, neither here nor in the browser: an
answer belongs to one person in one tenant, and rows carry names (S3, S19).
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin.utils import quote
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.admin.sidebar import Site, acts_of, groups_of, icon_of
from tenants.display.context_processors import formats_for
from tenants.display.navigation import links_for
from tenants.intake import text_fault

# Of one letter everything is a result.
FEWEST_LETTERS = 2
LONGEST = 100
MOST_PLACES = 12
MOST_OF_A_KIND = 5


@dataclass(frozen=True, slots=True)
class Found:
    """One line: what it is, of what kind, where it is."""

    title: str
    description: str
    link: str
    icon: str


def searched(site: Site, request: HttpRequest, typed: str) -> list[Found]:
    """Return what a search finds: acts, pages, rows, and the lists that a longer search can be asked of."""
    text = " ".join(typed.split())[:LONGEST]
    if len(text) < FEWEST_LETTERS or text_fault(text):
        return []
    kinds = [one for one in site._registry.values() if one.in_palette and one.has_view_permission(request)]
    rows = {one: list(one.suggested(request, text)[: MOST_OF_A_KIND + 1]) for one in kinds}
    named = chain.from_iterable(_rows(site, one, rows[one][:MOST_OF_A_KIND]) for one in kinds)
    more = [one for one in kinds if one.palette_by_key or len(rows[one]) > MOST_OF_A_KIND]
    return [*_places(site, request, text), *named, *(_list(site, one, text) for one in more)]


def spoken(request: HttpRequest, found: list[Found]) -> str:
    """Say how many lines there are, as the reader writes numbers."""
    words = ngettext("%(count)s result", "%(count)s results", len(found))
    return words % {"count": formats_for(request).number(len(found))}


def _places(site: Site, request: HttpRequest, text: str) -> list[Found]:
    # Who thinks of a page by its English name finds it under the Spanish one too, and the other way round.
    titles, kinds = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for one in _all_places(site, request):
                titles[one.link] |= _words(one.title)
                kinds[one.link] |= _words(one.description)
    wanted, shown = _words(text), list(_all_places(site, request))
    named = [one for one in shown if _begin(wanted, titles[one.link])]
    grouped = [one for one in shown if _begin(wanted, titles[one.link] | kinds[one.link])]
    # An act and the page it leads to have one address: the act stands first.
    firsts: dict[str, Found] = {}
    for one in [*named, *grouped]:
        firsts.setdefault(one.link, one)
    return sorted(firsts.values(), key=lambda one: _words(one.title) != wanted)[:MOST_PLACES]


def _all_places(site: Site, request: HttpRequest) -> Iterator[Found]:
    yield from (
        Found(str(act["title"]), _("Do"), str(act["link"]), act["icon"]) for act in acts_of(site, request)
    )
    for group in groups_of(site, request):
        for item in group["items"]:
            title = capfirst(str(group["title"])) or _("Page")
            yield Found(str(item["title"]), title, str(item["link"]), item["icon"])
    role = getattr(getattr(request, "principal", None), "role", None)
    for link in links_for(role=role, is_staff=bool(request.user.is_staff), path=""):
        yield Found(link.label, _("Report"), link.href, "bar_chart")


def _rows(site: Site, one: Any, rows: list[Any]) -> Iterator[Found]:
    label = f"admin:{one.opts.app_label}_{one.opts.model_name}_change"
    kind = capfirst(str(one.opts.verbose_name))
    for row in rows:
        address = reverse(label, args=[quote(row.pk)], current_app=site.name)
        description = " · ".join(filter(None, (kind, one.hint_of(row))))
        yield Found(one.title_of(row), description, address, icon_of(site, one.model))


def _list(site: Site, one: Any, text: str) -> Found:
    address = reverse(f"admin:{one.opts.app_label}_{one.opts.model_name}_changelist", current_app=site.name)
    title = _("Look for “%(text)s”") % {"text": text}
    return Found(
        title, capfirst(str(one.opts.verbose_name_plural)), f"{address}?{urlencode({'q': text})}", "search"
    )


def _begin(wanted: set[str], words: set[str]) -> bool:
    return all(any(word.startswith(begun) for word in words) for begun in wanted)


def _words(text: str) -> set[str]:
    """Return the words of a text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return set("".join(letter for letter in apart if not unicodedata.combining(letter)).split())
