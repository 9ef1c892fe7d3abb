"""An audience as the file that a client would send: laws, duplicates, wishes, scripts as for any other."""

import csv
import io
import tempfile
import weakref
from collections.abc import Iterable, Sequence

from campaigns.actions.audiences.choosing import Chosen
from tenants.intake.content import Content

FILENAME = "audiencia.csv"
HEADINGS = ("nombre", "rut", "telefono", "cargo", "empresa", "persona")
MAPPING = {"name": "nombre", "document": "rut", "phone": "telefono"}


def written(rows: Iterable[Sequence[str]]) -> Content:
    """Return rows as a file on the disk, under its headings."""
    spooled = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with what is returned
    text = io.TextIOWrapper(spooled, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text, delimiter=";")
    table.writerow(HEADINGS)
    table.writerows(rows)
    text.flush()
    text.detach()
    held = Content(spooled)
    weakref.finalize(held, spooled.close)
    return held


def row_of(one: Chosen) -> tuple[str, ...]:
    """Return the cells of one person."""
    contact, facts = one.contact, one.facts
    companies = contact.companies.all()
    kept = getattr(contact, "classification", None)
    return (
        str(contact),
        facts.document,
        facts.phone,
        contact.job_title,
        companies[0].name if companies else "",
        kept.persona.code if kept else "",
    )
