"""Whole invented files of any size, with their truth beside; the same seed gives the same rows."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from campaigns.samples.cells import Row
from campaigns.samples.collection import HEADINGS as COLLECTION
from campaigns.samples.collection import Collection
from campaigns.samples.faults import LANDLINE, MOBILE, WORK
from campaigns.samples.lists import HEADINGS as LISTS
from campaigns.samples.lists import ContactList
from campaigns.samples.truth import Truth
from campaigns.samples.writing import as_csv, as_workbook
from tenants.samples.dice import Dice

SEED = 2026
LOADED = date(2026, 9, 30)
Form = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class ClientSample:
    """The bytes of a client's file and what is true of them."""

    filename: str
    content: bytes
    truth: Truth


def make_collection_file(
    *,
    rows: int = 1_000,
    seed: int = SEED,
    loaded: date = LOADED,
    country: str = "CL",
    form: Form = "xlsx",
    has_phones: bool = True,
) -> ClientSample:
    """Return a collection file of `rows` rows and 45 columns; days overdue are counted up to `loaded`.

    Without phones it can be shown where calls are real: an invented number may be somebody's.
    Countries: CL, PE, CO, MX, AR, BR. Raises KeyError for another.
    """
    collection = Collection(Dice(seed), country, loaded)
    write = as_csv if form == "csv" else as_workbook
    written = collection.rows(rows)
    content = write(COLLECTION, written if has_phones else map(_without_phones, written))
    return ClientSample(f"cobranza.{form}", content, collection.truth)


def make_contact_list(
    *,
    rows: int = 1_000,
    seed: int = SEED,
    use_case: str = "marketing",
    country: str = "CL",
    form: Form = "csv",
    after: int = 0,
) -> ClientSample:
    """Return a list for marketing or a survey. Raises KeyError for another use case or country.

    The first people of every file are the same; `after` so many they are others.
    """
    contacts = ContactList(Dice(seed), country, use_case, after=after)
    write = as_csv if form == "csv" else as_workbook
    content = write(LISTS[use_case], contacts.rows(rows))
    return ClientSample(f"{use_case}.{form}", content, contacts.truth)


def _without_phones(row: Row) -> Row:
    return row | dict.fromkeys((MOBILE, LANDLINE, WORK))


def write_client_files(
    folder: Path, *, rows: int = 1_000, seed: int = SEED, loaded: date = LOADED, country: str = "CL"
) -> list[Path]:
    """Write a collection file as .xlsx and .csv and two lists, their truth beside as JSON. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = [
        make_collection_file(rows=rows, seed=seed, loaded=loaded, country=country, form="xlsx"),
        make_collection_file(rows=rows, seed=seed, loaded=loaded, country=country, form="csv"),
        make_contact_list(rows=rows, seed=seed, country=country, form="csv"),
        make_contact_list(rows=rows, seed=seed, use_case="survey", country=country, form="xlsx"),
    ]
    for sample in samples:
        (folder / sample.filename).write_bytes(sample.content)
        told = json.dumps(sample.truth.as_document(), indent=1, default=str, ensure_ascii=False)
        (folder / f"{sample.filename}.truth.json").write_text(told, encoding="utf-8")
    return [folder / sample.filename for sample in samples]
