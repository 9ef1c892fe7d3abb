"""Leads, drivers and persons of the served product: cases of every kind, disputes, runs, twins to merge."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from identity import actions
from identity.actions import draining
from identity.matching.versions import as_json
from identity.matching.weighing import SHIPPED
from identity.models import Case, Lead, MatchingModel, MergeProposal, Origin, Person, QueueItem
from identity.rules import JobKind, MatchRule, Via
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.identity.fleet import a_driver, a_lead, a_person, a_scout, linked, trips

# Leads that journeys settle, each its own, so that none takes another's.
TO_SETTLE = ("Nora Linares", "Nora Ibarra", "Nora Quiroz", "Nora Zamora", "Nora Peralta")


def fill_identity(acme: Tenant, by: User) -> dict[str, str]:
    """Give Acme cases, persons, disputes and runs; return the pages of some of them."""
    with tenant_scope(acme.schema_name):
        case = _cases()
        ana, rosa, vela = _persons()
        _disputes(rosa, vela)
        _models()
        for kind in (JobKind.SEED, JobKind.CLAIMS, JobKind.VERIFY):
            draining.start(kind=kind, by=by.pk)
    for _job in range(3):
        assert work_once(platform=False)
    with tenant_scope(acme.schema_name):
        ignored = Lead.objects.get(external_id="L-ignored").pk
        actions.ignore_case(lead_id=ignored, by=by.pk, note="moved abroad")
        QueueItem.objects.filter(pk="L-nobody").update(status="failed", attempts=5, closed_at=timezone.now())
        draining.start(kind=JobKind.RECONCILE, by=by.pk)
    inbox = reverse("admin:identity_inbox")
    return {
        "case": f"{inbox}?case={case}",
        "case_ignored": f"{inbox}?case={ignored}",
        "person": reverse("admin:identity_person_change", args=[ana.pk]),
        "merge": f"{reverse('admin:identity_merge', args=[rosa.pk])}?other={vela.pk}",
        "merge_search": f"{reverse('admin:identity_merge', args=[rosa.pk])}?who=rosa+vela",
        "split": reverse("admin:identity_split", args=[ana.pk]),
    }


def _cases() -> int:
    """Write leads that are reviewed, weak, unknown and empty; return one with three candidates."""
    phone, today = "999888777", timezone.localdate()
    typed = {"licence": "Q7712", "car_brand": "Toyota", "car_model": "Yaris", "plate": "ABC-123"}
    a_driver("drv-001", name="Lucía Ferrer Soto", phone=phone, document="45678901", hired_on=today, **typed)
    a_driver("drv-002", name="Lucía Ferrer Vega", phone=phone, document="45678902", hired_on=today)
    a_driver("drv-003", name="Luciana Ferrer", phone="999888771", email="lucia@x.example", park="cusco")
    a_driver("drv-004", name="Walter Huamán", phone="911222333", document="11112222")
    leads = [
        a_lead(
            "L-three",
            name="Lucia Ferrer",
            on=today - timedelta(days=3),
            phone=phone,
            document="45678903",
            email="lucia@x.example",
            city="Lima",
            **{**typed, "licence": ""},
        ),
        a_lead("L-mismatch", name="Eva Torres", phone="911222333", on=today),
        a_lead("L-nobody", name="Bruno Castañeda", phone="900111222", document="99998888", on=today),
        a_lead("L-ignored", name="Iván Ignorado", phone="900111333", on=today),
        a_lead("L-empty", name="Solo Nombre", on=today),
        a_lead("", on=None),
    ]
    for at, name in enumerate(TO_SETTLE):
        a_driver(f"drv-n{at}1", name=f"{name} Vega", phone=f"95500011{at}", document=f"3330000{at}")
        a_driver(f"drv-n{at}2", name=f"{name} Soto", phone=f"95500011{at}", document=f"4440000{at}")
        leads.append(a_lead(f"L-settle-{at}", name=name, phone=f"95500011{at}", on=today))
    actions.link_leads(leads=[lead.pk for lead in leads], via=Via.RECOVER, now=timezone.now())
    return int(Case.objects.get(lead__external_id="L-three").pk)


def _persons() -> tuple[Person, Person, Person]:
    """Write Ana, linked by evidence with trips, and Rosa, who is there twice."""
    today = timezone.localdate()
    driver = a_driver("drv-ana", name="Ana Ruiz", phone="977000111", document="12345678", licence="Q123")
    leads = [
        a_lead(f"L-ana-{at}", name="Ana Ruiz", phone="977000111", on=today - timedelta(days=20 - at))
        for at in range(2)
    ]
    actions.link_leads(leads=[lead.pk for lead in leads], via=Via.RECOVER, now=timezone.now())
    trips(driver, today - timedelta(days=18), 3, days=4)
    rosa, vela = a_person("Rosa Vela", document="87654321"), a_person("Rosa Vela Díaz", phone="51966000111")
    linked(a_driver("drv-rosa", name="Rosa Vela", document="87654321"), rosa)
    linked(a_lead("L-rosa", name="Rosa Vela Diaz", phone="966000111", on=today), vela)
    actions.decide_origins(persons=[rosa.pk, vela.pk], now=timezone.now())
    return Person.objects.get(links__source_pk="drv-ana"), rosa, vela


def _disputes(rosa: Person, vela: Person) -> None:
    """Propose to merge two persons, and dispute where a third one came from."""
    pair = sorted((rosa.pk, a_person("Rosa V.", phone="51966000112").pk))
    MergeProposal.objects.create(one_id=pair[0], other_id=pair[1], source_pk="L-rosa")
    linked(a_scout("S-rosa", name="Rosa Vela", document="1"), vela, rule=MatchRule.DOCUMENT)
    actions.decide_origins(persons=[vela.pk], now=timezone.now())
    assert Origin.objects.filter(status="pending_review").exists()


def _models() -> None:
    stored = as_json(SHIPPED)
    MatchingModel.objects.create(version="march", parameters=stored | {"version": "march"})
    MatchingModel.objects.create(
        version="april", parameters=stored | {"version": "april"}, missed=["one exact phone >= 0.97"]
    )
