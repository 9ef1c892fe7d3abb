"""One of everything that a route may name, in the open tenant, made by the doors' own actions."""

from decimal import Decimal
from uuid import UUID

from django.db import models
from django.utils import timezone

from campaigns import actions as campaigns
from campaigns.models import Suppression
from campaigns.rules import SuppressionSource, UseCase
from identity import actions as identity
from identity.models import Case, FleetImport, Lead, Link, MergeProposal, Origin, Person
from identity.rules import ImportKind, JobKind
from insights.models import FichaViewer, Insight, Task
from personas import actions as personas
from personas.models import Contact, Keyword, LinkedInImport, Persona
from personas.rules import ReclassificationType
from personas.samples import make_linkedin_export
from tenants.actions.announcing import announce_test
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import User
from tenants.records.actions import webhooks
from tenants.records.models import Alert
from tenants.scope import current_schema
from tests.insights.brands import a_brand


def make_objects(by: User) -> dict[str, models.Model]:
    """Return, by a part of the routes' patterns, the object whose id they take."""
    found, imported = import_sample(by.id, rows=30), import_a_lead(by.id)
    two = [Person.objects.create(name=name, confidence="HIGH") for name in ("Rosa", "Rosa Vela")]
    return {
        "contacts/": Contact.objects.order_by("pk")[0],
        "personas/(?P<code>": Persona.objects.order_by("pk")[0],
        "keywords/": Keyword.objects.order_by("pk")[0],
        "linkedin-imports/": found,
        "cabinet-leads/": Lead.objects.order_by("pk")[0],
        "identity/imports/": imported,
        "identity/leads/": Lead.objects.order_by("pk")[0],
        "fleetimport/": imported,
        "persona-classifier/jobs/": personas.reclassify(type=ReclassificationType.ALL, params={}, by=by.id),
        **_fleet(by),
        **_campaigns(by),
        **_insights(by),
        "privacy/exports/": Job.objects.order_by("pk")[0],
        "jobs/": Job.objects.order_by("pk")[0],
        **_told(by),
        "identity/person/": two[0],
        "identity/change/": identity.merge_persons(kept=two[0].pk, gone=two[1].pk, by=by.id),
        "reclassify/": personas.reclassify(type=ReclassificationType.ALL, params={}, by=by.id),
    }


def _told(by: User) -> dict[str, models.Model]:
    """An endpoint, a message to it, an alert."""
    url = "https://hooks.example.com/"
    endpoint, _secret = webhooks.add_endpoint(url=url, events=["job.finished"], by=by.id)
    Alert.objects.create(code="jobs.failed", subject="identity.seed")
    sent = announce_test(endpoint=endpoint.pk, at=timezone.now(), by=by.id)
    return {"webhook-endpoints/": endpoint, "webhook-deliveries/": sent}


def _fleet(by: User) -> dict[str, models.Model]:
    """A lead linked to a person, another in vain, and two persons who may be one."""
    linked, red = (
        Lead.objects.create(external_id=key, inputs=UUID(int=0), phone_key="56912345678")
        for key in ("linked", "red")
    )
    key = identity.resolve_case(lead_id=linked.pk, choice=identity.Choice(), by=by.id).person
    person, other = Person.objects.get(pk=key), Person.objects.create(confidence="HIGH")
    one, two = sorted((person.pk, other.pk))
    return {
        "identity/persons/": person,
        "identity/merge-proposals/": MergeProposal.objects.create(one_id=one, other_id=two, source_pk="red"),
        "identity/links/": Link.objects.get(source_pk=linked.source_pk),
        "identity/origins/": Origin.objects.get(person=person),
        "identity/unmatched/": Case.objects.create(lead=red, outcome="review", reason="LOW_CONFIDENCE"),
        "identity/runs/": Job.objects.create(kind=JobKind.SEED),
    }


def _campaigns(by: User) -> dict[str, models.Model]:
    """An account with money, a campaign of one person, a script of one version."""
    account = campaigns.create_account(facts={"name": "Cobranzas Uno"}, by=by.id)
    campaigns.top_up(code=account.code, amount=Decimal(100), now=timezone.now(), by=by.id)
    upload = campaigns.Upload(
        account.code, b"RUT;Nombre;Monto;Celular\n11111111-1;Ana;100;960000001\n", "a.csv"
    )
    made = campaigns.create_from_file(upload=upload, now=timezone.now(), by=by.id).campaign
    entry = made.entries.get()
    script = campaigns.create_script(
        name="Uno", country="CL", use_case=UseCase.SURVEY, wording=campaigns.Wording("Hola."), by=by.id
    )
    wish = Suppression.objects.create(kind="number", value="+56960000009", source="person")
    reach = campaigns.Reach(SuppressionSource.PERSON, by=by.id)
    lines = [campaigns.Line(1, number="960000008")]
    seen = campaigns.preview_list(lines=lines, country="CL", reach=reach, now=timezone.now())
    return {
        "suppressions/": wish,
        "suppressionlist/": seen.made,
        "suppression-lists/": seen.made,
        "campaigns/account/": account,
        "campaigns/campaign/": made,
        "campaigns/entry/": entry,
        "scripts/": script.script,
        "campaigns/script/": script.script,
        "campaigns/version/": script,
        "accounts/(?P<account_id>": account,
        "batches/(?P<batch_id>": made,
        "campaigns/<int:campaign_id>": made,
        "campaigns/entries/": entry,
        "entries/(?P<job_id>": entry,
        "jobs/(?P<job_id>[1-9]": entry,
    }


def _insights(by: User) -> dict[str, models.Model]:
    """A brand with a run, a week of comments, an insight, a task and a viewer."""
    now = timezone.now()
    brand = a_brand(now=now, weeks=1)
    run, comment = brand.runs.get(), brand.comments.order_by("pk")[0]
    task = Task.objects.create(ficha=brand, title="Responder", title_key="responder", week=1)
    return {
        "v1/^fichas_cliente/": brand,
        "v1/^runs/": run,
        "v1/^posts/": brand.posts.get(),
        "v1/^comments/": comment,
        "v1/^insights/": Insight.objects.create(ficha=brand, analysis_timestamp=now),
        "v1/^tasks/": task,
        "v1/^users/": by,
        "insights/fichacliente/": brand,
        "insights/run/": run,
        "insights/insight/": Insight.objects.get(),
        "insights/comment/": comment,
        "insights/task/": task,
        "insights/fichaviewer/": FichaViewer.objects.create(ficha=brand, member=by.pk),
    }


def import_sample(by: UUID, *, rows: int) -> LinkedInImport:
    """Import a synthetic export in this process, as a worker would."""
    export = make_linkedin_export(rows=rows)
    found = personas.upload_linkedin(content=export.content, filename="sample.csv", profile="sample", by=by)
    personas.confirm_mapping(import_id=found.id, mapping=found.mapping, by=by)
    job = personas.start_import(import_id=found.id, by=by)
    assert work_on(DueTicket(job.id, current_schema() or ""))
    found.refresh_from_db()
    return found


def import_a_lead(by: UUID) -> FleetImport:
    """Import a file of one lead in this process, as a worker would."""
    content = b"external_id,first_name\nL1,Ana\n"
    made, job = identity.import_fleet(kind=ImportKind.LEADS, content=content, filename="leads.csv", by=by)
    assert work_on(DueTicket(job.id, current_schema() or ""))
    made.refresh_from_db()
    return made
