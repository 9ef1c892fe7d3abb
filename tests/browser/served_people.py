"""People of the served product whom several apps know, who stand alone, whose numbers lead to nobody."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from campaigns import actions
from campaigns.actions import Reach
from campaigns.models import BadNumber, CallAttempt, Entry
from campaigns.rules import SuppressionKind, SuppressionSource
from identity.models import Lead
from personas import actions as personas
from personas.actions import NewContact
from personas.models import Contact
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.identity.fleet import a_driver, a_lead, a_person, linked, trips

# By this a search finds her in every app.
ELENA = "elena.quiroga@correo.example"
BAD_NUMBERS = ("+56976540001", "+56225550999")


def fill_people(acme: Tenant, by: User) -> dict[str, str]:
    """Give Acme Elena, whom all apps know, and people to choose among; return the pages of some rows."""
    now = timezone.now()
    with tenant_scope(acme.schema_name):
        entry = _heard()
        phone = entry.phones[0]["number"]
        elena = _contact("Elena", "Quiroga Ponce", ELENA, by, phone)
        lead = _driver(entry, now)
        _numbers(phone, now, by)
        alone = _contact("Soledad", "Cifuentes", "soledad@correo.example", by)
        nameless = Lead.objects.filter(phone_key="", document_key="", email_key="").earliest("pk")
        for number, name in enumerate(("Bruno", "Carla", "Diego", "Fernanda")):
            _contact(name, "Araya Ríos", f"{name.lower()}@correo.example", by, f"+5697650000{number}")
    rows = {"contact": elena.pk, "entry": entry.pk, "lead": lead.pk}
    chosen = {"account": "acc-muestra-001", "name": "Gerentes con celular", "use_case": "marketing"}
    return {
        **{f"whole_{of}": reverse("person", args=[of, row]) for of, row in rows.items()},
        "whole_alone": reverse("person", args=["contact", alone.pk]),
        "whole_bare": reverse("person", args=["lead", nameless.pk]),
        "audience": f"{reverse('admin:campaigns_campaign_audience')}?{urlencode(chosen)}",
    }


def _heard() -> Entry:
    """Return somebody who talked with us in the paused campaign."""
    calls = CallAttempt.objects.filter(outcome="conversed", campaign__name="Cobranza de otoño")
    found: Entry = calls.select_related("entry").earliest("id").entry
    return found


def _contact(first: str, last: str, email: str, by: User, phone: str = "") -> Contact:
    said = NewContact(
        first_name=first,
        last_name=last,
        emails=[email],
        companies=["Transportes Andinos"],
        job_title="Gerente Comercial",
        facts={"phone": phone} if phone else {},
    )
    return Contact.objects.get(pk=personas.create_contact(contact=said, by=by.pk))


def _driver(entry: Entry, now: datetime) -> Lead:
    """Let identity know who has the entry's document: a lead that drives by now."""
    today = timezone.localdate(now)
    person = a_person("Elena Quiroga", document=entry.document.replace("-", "").replace(".", ""))
    lead = a_lead("L-elena", name="Elena Quiroga", phone="56 9 7654 0001", on=today - timedelta(days=12))
    driver = a_driver("drv-elena", name="Elena Quiroga Ponce", hired_on=today - timedelta(days=9))
    linked(lead, person)
    linked(driver, person)
    trips(driver, today - timedelta(days=8), 4, days=5)
    return lead


def _numbers(phone: str, now: datetime, by: User) -> None:
    """Let calls have found that two numbers lead to nobody; Elena asked not to be called any more."""
    for number in BAD_NUMBERS:
        BadNumber.objects.create(
            number=number, reason="invalid_destination", found_at=now - timedelta(days=2)
        )
    reach = Reach(SuppressionSource.PERSON, None, by.pk)
    kind = SuppressionKind.NUMBER
    actions.suppress(kind=kind, text=phone, country="CL", reach=reach, now=now, reason="Lo pidió por escrito")
