"""Which countries and time zones can one choose from, and what are they called here?"""

import unicodedata
from collections.abc import Collection
from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import get_language

from tenants.display.formats import locale_for

# CLDR's own regions and test codes.
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def countries(codes: Collection[str] | None = None) -> list[tuple[str, str]]:
    """Return ISO codes (these, or all) and names of countries in the reader's language, by name."""
    names = locale_for(get_language() or "es", "").territories
    if codes is None:
        codes = [code for code in map(str, names) if len(code) == 2 and code not in NO_COUNTRIES]
    return sorted(((code, str(names.get(code, code))) for code in codes), key=lambda pair: _plain(pair[1]))


@cache
def zones() -> list[tuple[str, str]]:
    """Return the time zones that have a place's name, twice each: as value and as label."""
    placed = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [(name, name) for name in sorted(placed)]


def _plain(name: str) -> str:
    # By code point, Åland and Österreich would come after Zimbabwe.
    return "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if one.isalpha())
