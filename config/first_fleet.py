"""One real round of identity for the demo (F7): files, five days of recovery, claims, and the truth beside.

Through the doors that every program uses, as in `first_round`; days pass by `identity.samples.let_days_pass`,
since a backlog that began this minute has no trend.
"""

import csv
import io
import math
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone

from config.bootstrap import _
from config.first_round import Door, follow
from config.narration import Step
from config.supervisor import Supervisor, SupervisorError
from identity import queries
from identity.actions import draining
from identity.models import IdentitySettings, Link
from identity.rules import ImportKind, ImportState, JobKind, Source
from identity.samples import let_days_pass, write_fleet
from tenants.scope import tenant_scope

DAYS = 5
# Of so many links one may be wrong (Bars).
PROMISED = 1_000
# Amounts of the sample files are of its size, so the partner pays in it, wherever the organisation is.
CURRENCY = "PEN"


@dataclass(frozen=True, slots=True)
class SampleFleet:
    """A fleet's size, and the clock and country of who brings it in."""

    schema: str
    country: str
    zone: str
    persons: int
    leads: int
    seed: int


@dataclass(frozen=True, slots=True)
class Links:
    """How many leads were linked, and how many of those to somebody who they are not."""

    linked: int
    wrong: int


def drain_fleet(step: Step, crew: Supervisor, log_in: Callable[[], Door], *, fleet: SampleFleet) -> None:
    """Bring a synthetic fleet in day by day, drain its red leads, claim what is owed, and check, once.

    Raises SupervisorError when a door refuses, a job or a guardrail fails or links are wrong (I3-I19).
    """
    with tenant_scope(fleet.schema):
        # The last file: a round that was stopped before goes through once more, which changes nothing twice.
        last = queries.fleet_imports().filter(kind=ImportKind.CLAIMS, state=ImportState.COMPLETED)
        if last.exists():
            step.facts["already_there"] = True
            return
        IdentitySettings.objects.update(currency=CURRENCY)
    with tempfile.TemporaryDirectory() as name:
        truth = _write(Path(name), fleet)
        door = log_in()
        _live(step, crew, door, Path(name), fleet)
        _check(step, door, Path(name), fleet)
    step.facts["expected"] = truth


def judge(links: Iterable[tuple[str, str, object]], *, leads: Path, accounts: Path) -> Links:
    """Count links that the truth contradicts; `links` are (source, key, person), the files know who is who.

    A lead is right with a person whose accounts, or without any whose other leads, are all its own.
    """
    known = {
        Source.CABINET: _column(leads, "external_id", "person"),
        Source.DRIVER: _column(accounts, "driver_id", "person"),
    }
    of: dict[Source, dict[object, list[str]]] = {source: defaultdict(list) for source in known}
    for source, key, person in links:
        of[Source(source)][person].append(known[Source(source)].get(key, ""))
    wrong = [
        one
        for person, ones in of[Source.CABINET].items()
        for one in ones
        if not one or set(of[Source.DRIVER][person] or ones) != {one}
    ]
    return Links(sum(map(len, of[Source.CABINET].values())), len(wrong))


def _write(folder: Path, fleet: SampleFleet) -> dict[str, object]:
    until = timezone.localdate(timezone=ZoneInfo(fleet.zone))
    truth = write_fleet(
        folder,
        persons=fleet.persons,
        leads=fleet.leads,
        seed=fleet.seed,
        until=until,
        country=fleet.country,
    )
    return asdict(truth)


def _live(step: Step, crew: Supervisor, door: Door, folder: Path, fleet: SampleFleet) -> None:
    """Let the last days happen: each day's leads come in, and recovery tries a part of what is red."""
    today = timezone.localdate(timezone=ZoneInfo(fleet.zone))
    _bring(step, crew, door, "drivers", (folder / "drivers.csv").read_bytes())
    limit = math.ceil(fleet.leads / DAYS)
    for left in range(DAYS - 1, -1, -1):
        _bring(step, crew, door, "leads", leads_until(folder / "leads.csv", today - timedelta(left)))
        _run(step, crew, door, "seed")
        _run(step, crew, door, "recover", limit=limit)
        if left:
            with tenant_scope(fleet.schema):
                let_days_pass(days=1)
    for kind in ("trips", "claims"):
        _bring(step, crew, door, kind, (folder / f"{kind}.csv").read_bytes())
    _run(step, crew, door, "reconcile")
    for job in (JobKind.CLAIMS, JobKind.VERIFY):
        with tenant_scope(fleet.schema):
            started = draining.start(kind=job).job.id
        follow(step, crew, door, str(started))


def _bring(step: Step, crew: Supervisor, door: Door, kind: str, content: bytes) -> None:
    path = "/api/v1/cabinet-leads/upload/"
    follow(step, crew, door, door.upload(path, content=content, filename=f"{kind}.csv", kind=kind)["id"])


def _run(step: Step, crew: Supervisor, door: Door, job: str, **options: int) -> None:
    follow(step, crew, door, door.send("POST", f"/api/v1/identity/jobs/{job}/", options)["id"])


def leads_until(path: Path, last: date) -> bytes:
    """Return a file of leads as it was on a day; a lead without a date was there from the first."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    told = io.StringIO()
    csv.writer(told).writerows([head, *(row for row in rows if _day(row[1]) <= last)])
    return told.getvalue().encode()


def _day(moment: str) -> date:
    text = moment[:10]
    if "/" in text:
        return date(int(text[6:]), int(text[3:5]), int(text[:2]))
    return date.fromisoformat(text) if text else date.min


def _check(step: Step, door: Door, folder: Path, fleet: SampleFleet) -> None:
    """Hold the links against what the generator knows: a demo that shows wrong ones must not go on."""
    with tenant_scope(fleet.schema):
        links = list(
            Link.objects.filter(source__in=[Source.CABINET, Source.DRIVER]).values_list(
                "source", "source_pk", "person_id"
            )
        )
    found = judge(links, leads=folder / "truth.csv", accounts=folder / "holders.csv")
    checks = door.get("/api/v1/identity/guardrails/")
    step.facts |= {"links": asdict(found), "guardrails": checks["passed"]}
    if not found.linked or found.wrong > math.ceil(found.linked / PROMISED):
        raise SupervisorError(
            _("Of %(linked)s links %(wrong)s are wrong, more than is promised.") % asdict(found)
        )
    if not checks["passed"]:
        failed = [each["guardrail"] for each in checks["guardrails"] if each["status"] == "fail"]
        raise SupervisorError(_("Guardrails failed: %(names)s") % {"names": ", ".join(failed)})


def _column(path: Path, key: str, value: str) -> Mapping[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row[key]: row[value] for row in csv.DictReader(file)}
