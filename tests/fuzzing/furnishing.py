"""A tenant with one of everything, under a mark by which its texts are known elsewhere."""

from dataclasses import dataclass

from django.db.models import CharField, F, Value
from django.db.models.functions import Concat

from campaigns.models import Account, Script
from identity.models import Person
from insights.models import Comment, FichaCliente, Post, Task
from personas.models import Contact, Keyword, Persona
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.architecture.objects import make_objects
from tests.architecture.test_route_table import BY_CODE
from tests.fuzzing.driving import place_of

MARKED = (
    (Contact, "last_name"), (Persona, "name"), (Keyword, "text"), (Person, "name"), (Account, "name"),
    (Script, "name"), (FichaCliente, "brand_name"), (Comment, "text"), (Post, "content"), (Task, "title"),
)  # fmt: skip
# Fields and parameters that name a thing, by the part of the routes whose id it is.
NAMED = {
    "account_id": "accounts/", "batch_id": "batches/", "script_id": "scripts/", "run": "runs/",
    "version_id": "campaigns/version/", "buyer_persona_id": "personas/", "buyer_persona": "personas/",
    "persona": "personas/", "personas": "personas/", "not_personas": "personas/", "keyword_id": "keywords/",
    "preview_job_id": "persona-classifier/jobs/", "job": "jobs/", "endpoint": "webhook-endpoints/",
    "ficha_cliente_id": "fichas_cliente/", "ficha_cliente_ids": "fichas_cliente/", "post": "posts/",
    "person": "identity/persons/", "person_key": "identity/persons/", "kept": "identity/persons/",
    "other": "identity/person/", "change": "identity/change/", "link": "identity/links/",
    "links": "identity/links/", "row": "contacts/",
}  # fmt: skip
# Texts of one form, which would hardly be drawn.
WRITTEN = {
    "of": "contact", "country": "CL", "timezone": "America/Santiago", "currency": "CLP", "language": "es",
    "phone": "+56912345678", "number": "+56912345678", "numbers": "+56912345678", "email": "ana@example.com",
    "address": "ana@example.com", "document": "11111111-1", "documents": "11111111-1", "amount": "10.00",
    "url": "https://hooks.example.com/", "linkedin_url": "https://www.linkedin.com/in/ana",
    "date_from": "2026-11-01", "date_to": "2026-11-21", "start_date": "2026-11-01", "end_date": "2026-11-21",
    "week": "2026-11-16", "starts_at": "2031-01-01T10:00:00Z", "ends_at": "2031-02-01T10:00:00Z",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Furnished:
    """What a tenant holds: ids by parts of paths, and by names of fields; the mark of its texts."""

    ids: dict[str, str]
    named: dict[str, str]
    mark: str


def furnish(tenant: Tenant, by: User) -> Furnished:
    """Fill a tenant with one of everything under a mark."""
    mark = f"of-{tenant.slug}-alone"
    with tenant_scope(tenant.schema_name):
        objects = make_objects(by)
        for model, name in MARKED:
            marked = Concat(Value(f"{mark} "), F(name), output_field=CharField())
            model.objects.update(**{name: marked})
        ids = {
            place_of(word): str(one.code if word in BY_CODE else one.pk)  # type: ignore[attr-defined]  # those have one
            for word, one in objects.items()
        }
    return Furnished(ids, WRITTEN | {name: ids[word] for name, word in NAMED.items()}, mark)
