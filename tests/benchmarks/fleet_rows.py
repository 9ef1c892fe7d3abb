"""Fill a tenant with the prepared fleet, link it in committed batches, and say whom each lead got."""

import csv
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from identity import actions
from identity.actions.linking import Tally
from identity.models import Case, Lead, Link
from identity.models.numbers import NEXT_NUMBER
from identity.rules import Source, Via
from tests.benchmarks.linkage_files import Files

KEYS = "park, phone_key, document_key, licence_key, email_key, plate_key, car_key"
NAMES = "name_key"
TYPED = [
    *("first_name", "middle_name", "last_name", "phone", "document", "licence", "email", "plate"),
    *("car_brand", "car_model", "car_colour"),
]
BLANK, BLANKS = ", ".join(TYPED), ", ".join("''" for _column in TYPED)
TEXTS = [
    *("unique_id", "person", "park", "phone", "document", "licence", "email", "plate", "car"),
    *("first_name", "middle_name", "last_name", "name"),
]
WHOLE_NAME = "concat_ws(' ', nullif(first_name, ''), nullif(middle_name, ''), nullif(last_name, ''))"
STAGE = f"CREATE TEMP TABLE staged ({', '.join(f'{name} text' for name in TEXTS)}, on_day date)"
COPY = f"COPY staged FROM STDIN (FORMAT csv, HEADER, FORCE_NOT_NULL ({', '.join(TEXTS)}))"
DRIVERS = f"""
    INSERT INTO identity_driver (id, driver_id, hired_on, {KEYS}, {NAMES}, {BLANK})
    SELECT {NEXT_NUMBER}, unique_id, on_day, park, phone, document, licence, email, plate, car,
           {WHOLE_NAME}, {BLANKS}
      FROM staged
"""
LEADS = f"""
    WITH made AS (
        INSERT INTO identity_lead (id, external_id, happened_at, lead_date, inputs, {KEYS}, {NAMES}, {BLANK},
                                   city, status)
        SELECT {NEXT_NUMBER}, unique_id, on_day, on_day, md5(staged::text)::uuid, park, phone, document,
               licence, email, plate, car, {WHOLE_NAME}, {BLANKS}, '', ''
          FROM staged RETURNING source_pk)
    INSERT INTO identity_backlogevent (id, source_pk, kind)
    SELECT {NEXT_NUMBER}, source_pk, 'entered' FROM made
"""


def fill(files: Files) -> None:
    """Write the fleet's accounts and leads as an import would leave them."""
    with transaction.atomic():
        _load(files.accounts, DRIVERS)
        _load(files.leads, LEADS)


def vacuum(schema: str) -> None:
    """Let the planner know the tables. Owner's scope."""
    with connection.cursor() as cursor:
        for table in ("driver", "lead", "link", "identifier", "person", "case"):
            cursor.execute(f'VACUUM ANALYZE "{schema}".identity_{table}')


def link_all(size: int = 1_000) -> tuple[Tally, float]:
    """Link every lead, a committed batch at a time; return what became of them and the seconds."""
    return link_some(list(Lead.objects.order_by("id").values_list("id", flat=True)), size)


def link_some(
    numbers: Sequence[int], size: int = 1_000, *, took: list[float] | None = None
) -> tuple[Tally, float]:
    """Link these leads as `link_all` does; `took` gets the seconds of each batch."""
    tally, begun = Tally(), time.perf_counter()
    for first in range(0, len(numbers), size):
        start = time.perf_counter()
        batch = numbers[first : first + size]
        tally.add(actions.link_leads(leads=batch, via=Via.RECOVER, now=timezone.now()))
        tally.fates.clear()  # as a job, which keeps those of one batch
        if took is not None:
            took.append(time.perf_counter() - start)
    return tally, time.perf_counter() - begun


def write_predictions(files: Files, path: Path) -> None:
    """Write whom each lead was linked to, or whom its case shows, as the persons of the fleet."""
    with (files.folder / "holders.csv").open(encoding="utf-8", newline="") as file:
        holder = {row["driver_id"]: row["person"] for row in csv.DictReader(file)}
    owner: dict[Any, str] = {}
    accounts = Link.objects.filter(source=Source.DRIVER).values_list("source_pk", "person")
    for driver, person in accounts.iterator(chunk_size=10_000):
        owner.setdefault(person, holder[driver])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["external_id", "person", "posterior", "bits", "is_link"])
        writer.writerows(_linked(owner))
        writer.writerows(_shown(holder))


def _linked(owner: dict[Any, str]) -> Iterator[list[Any]]:
    made = Link.objects.filter(source=Source.CABINET).values_list(
        "source_pk", "person", "posterior", "weights"
    )
    for lead, person, posterior, weights in made.iterator(chunk_size=10_000):
        yield [lead, owner.get(person, "?"), posterior, sum(weights) / 100, 1]


def _shown(holder: dict[str, str]) -> Iterator[list[Any]]:
    cases = Case.objects.values_list("lead__source_pk", "shown")
    for lead, shown in cases.iterator(chunk_size=10_000):
        persons: dict[str, list[Any]] = {}
        for one in shown:
            for driver in one["drivers"][:1]:
                persons.setdefault(holder[driver], [one["posterior"], sum(one["weights"]) / 100])
        for person, (posterior, bits) in persons.items():
            yield [lead, person, posterior, bits, 0]


@contextmanager
def _staged(path: Path) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with (
            path.open(encoding="utf-8") as file,
            cursor.copy(COPY) as copy,
        ):
            while block := file.read(1 << 20):
                copy.write(block)
        yield cursor
        cursor.execute("DROP TABLE staged")


def _load(path: Path, statement: str) -> None:
    with _staged(path) as cursor:
        cursor.execute(statement)
