"""What tests of draining share: a backlog whose outcome is known, workers that die, and what must hold."""

from collections import Counter
from uuid import UUID

from identity.actions.draining import recovering
from identity.models import Attempt, BacklogEvent, Lead, Link, QueueItem
from identity.queries.guardrails import verify_all
from identity.rules import QueueStatus
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tests.identity.fleet import a_driver, a_lead
from tests.lives import Life

FIRST = ("Rosa", "Luis", "Carmen", "Jorge", "Elena", "Pedro", "Lucia", "Miguel", "Teresa", "Andres")
LAST = ("Quispe", "Flores", "Mamani", "Rojas", "Huaman", "Chavez", "Salazar", "Paredes", "Cardenas", "Medina")


def name_of(number: int) -> str:
    """Return a person's name."""
    return f"{FIRST[number % 10]} {LAST[number // 10 % 10]}"


def populate(*, found: int, lost: int, disputed: int) -> None:
    """Write leads in the open tenant: to be linked, of nobody, and under another name than the account's."""
    for number in range(found):
        a_driver(f"d{number}", phone=f"91{number:07}", name=name_of(number))
        a_lead(f"found{number}", phone=f"91{number:07}", name=name_of(number))
    for number in range(lost):
        a_lead(f"lost{number}", phone=f"92{number:07}", name=f"Nadie {name_of(number)}")
    for number in range(disputed):
        a_driver(f"e{number}", phone=f"93{number:07}", name=name_of(number))
        a_lead(f"disputed{number}", phone=f"93{number:07}", name="Zenobia Ytuza")


def life(schema: str, job: UUID, *, batch: int, death: str = "") -> Life:
    """Start a process that takes up a job with small batches, and dies at a named point."""

    def work() -> None:
        recovering.BATCH = batch
        work_on(DueTicket(job, schema))

    return Life(work, death=death)


def check_all() -> None:
    """Check, in the open tenant, what must hold whatever was killed when (I12, I15, I19)."""
    assert [found.told() for found in verify_all() if found.offending] == []
    links = {link.source_pk: link for link in Link.objects.filter(source="cabinet_lead")}
    owners = dict(Link.objects.filter(source="driver").values_list("source_pk", "person"))
    for pk, link in links.items():
        if pk.startswith("found") and link.via == "recover":
            assert owners[pk.replace("found", "d")] == link.person_id, pk
    tried = Counter(Attempt.objects.filter(via="recover").values_list("lead__source_pk", flat=True))
    events = Counter(BacklogEvent.objects.values_list("source_pk", "kind"))
    for item in QueueItem.objects.all():
        assert tried[item.source_pk] == item.attempts, item
        if item.status == QueueStatus.MATCHED:
            assert links[item.source_pk].via == "recover", item
        if item.status == QueueStatus.RESOLVED_ELSEWHERE:
            assert links[item.source_pk].via == "manual", item
    assert all(count == 1 for count in events.values()), events
    assert len(events) == Lead.objects.count() + len(links)
