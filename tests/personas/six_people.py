"""Six contacts, and reclassifications that run in this process, as a worker would run them."""

from typing import Any

from personas import actions, queries
from personas.models import (
    Contact,
    ContactPersona,
    Keyword,
    Persona,
)
from personas.queries import ReclassificationView
from personas.rules import Match, ReclassificationType
from tenants.models import Tenant
from tests.personas.importing import import_rows, work

ALL = ReclassificationType.ALL
TITLES = ("Gerente de Marketing", "Gerente Comercial", "Zootecnista", "Zootecnista Mayor", "", "🙂")


def make_people(acme: Tenant) -> dict[str, int]:
    """Six contacts: two classified, two zootechnicians and an emoji with the default, one without title."""
    import_rows(
        acme,
        *(f"N{at},X,https://linkedin.com/in/n{at},,Acme,{title}," for at, title in enumerate(TITLES)),
    )
    return dict(Contact.objects.values_list("first_name", "id"))


def by_hand(title: str, persona: str = "dc_medicas", match: Match = Match.PHRASE) -> Keyword:
    found = Persona.objects.get(code=persona)
    return actions.save_keyword(persona=found, text=title, match=match).keyword


def ran(acme: Tenant, type: ReclassificationType = ALL, **asked: Any) -> ReclassificationView:
    params = asked.pop("params", {})
    job = work(acme, actions.reclassify(type=type, params=params, **asked))
    assert job.state == "completed", job.error
    return queries.reclassification(job_id=job.id)


def personas() -> dict[str, str]:
    rows = ContactPersona.objects.values_list("contact__first_name", "persona__code")
    return dict(rows)
