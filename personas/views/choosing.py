"""Which contacts a page's address names, for the list and its file alike (W6)."""

from django.http import HttpRequest

from personas.models import Persona
from personas.queries import ContactFilter
from tenants.display import asked

TEXTS = ("q", "company", "title", "keyword", "source")
HELD = {"1": True, "0": False}


def chosen(request: HttpRequest, personas: list[Persona]) -> dict[str, str]:
    """Return `persona`, `held` and the texts that an address names; "" is not asked for."""
    found = {name: asked.text(request, name) for name in TEXTS}
    found["persona"] = asked.one_of(request, "persona", [persona.code for persona in personas])
    found["held"] = asked.one_of(request, "held", HELD)
    return found


def filter_of(chosen: dict[str, str]) -> ContactFilter:
    """Return what was chosen as the query takes it."""
    return ContactFilter(
        persona=chosen["persona"],
        text=chosen["q"],
        company=chosen["company"],
        title=chosen["title"] or None,
        keyword=chosen["keyword"],
        source=chosen["source"],
        held=HELD.get(chosen["held"]),
    )
