"""Synthetic documents in the shapes that the first system's collections have had (F9), and files of them."""

import gzip
import json
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import bson
from bson import Binary, Decimal128, Int64, ObjectId, json_util
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from bson.json_util import CANONICAL_JSON_OPTIONS, RELAXED_JSON_OPTIONS, JSONOptions

Document = dict[str, Any]
CODEC = CodecOptions[Any](uuid_representation=UuidRepresentation.STANDARD, tz_aware=True)
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
SPACE = UUID("0b0e3c5e-8f43-4a39-8d7a-6f4c7c8f0d11")
OLD_JOB = uuid5(SPACE, "job")

PRIORITIES: list[Document] = [
    {"buyer_persona_id": "dc_generales", "priority": Int64(1), "name": "Dirección General"},
    {"buyer_persona_id": "dc_marketing", "priority": 2.0, "name": "Marketing"},
    {"buyer_persona_id": "dc_comerciales", "priority": "3", "name": "Comercial"},
    {"buyer_persona_id": "dc_medicas", "priority": Decimal128("4"), "name": "Dirección Médica"},
    {"buyer_persona_id": "dc_finanzas", "priority": 5, "name": "Finanzas"},
    {"buyer_persona_id": "mateo", "priority": 99, "name": "Otros"},
]
KEYWORDS: list[Document] = [
    {"keyword": "tesorería", "buyer_persona_id": "dc_finanzas", "buyer_persona_name": "Finanzas"},
    {"keyword": "contador", "buyer_persona_id": "Finanzas", "buyer_persona_name": None},
    {"keyword": "Growth hacker", "buyer_persona_id": "dc_marketing", "buyer_persona_name": "Marketing"},
    {"keyword": "farmacovigilancia", "buyer_persona_name": "DIRECCION MEDICA"},
]
TITLES = [
    "Gerente General", "Jefa de Marketing", "Contador auditor", "Gerente de Tesorería", "Growth Hacker", "",
    "Ejecutivo de Ventas", "Directora Médica", "Astronauta", "GERENTE COMERCIAL", None,
]  # fmt: skip
PERSONAS = ["dc_generales", "Marketing", "dc_finanzas", "finanzas", "dc_marketing", None, "DIRECCIÓN MÉDICA"]


def numbered(documents: Iterable[Document], *, start: int = 0) -> list[Document]:
    """Give documents object ids, a second apart."""
    return [{"_id": object_id(start + place), **document} for place, document in enumerate(documents)]


def object_id(number: int) -> ObjectId:
    """Return an object id made `number` seconds after the first."""
    moment = int((EPOCH + timedelta(seconds=number)).timestamp())
    return ObjectId(moment.to_bytes(4, "big") + number.to_bytes(8, "big"))


def contact(number: int, **facts: Any) -> Document:
    """Return a plain contact."""
    return {
        "_id": object_id(number),
        "id": str(uuid5(SPACE, str(number))),
        "first_name": f"Persona{number}",
        "last_name": f"Prueba{number}",
        "email": f"persona{number}@example.org",
        "company": f"Empresa {number % 50}",
        "job_title": TITLES[number % len(TITLES)],
        "buyer_persona": "dc_marketing",
        "linkedin_url": f"https://www.linkedin.com/in/persona-{number}",
        **facts,
    }


def mixed_contacts(count: int, *, seed: int = 7) -> Iterator[Document]:
    """Yield contacts with every kind of value in every field, some of them the same person twice."""
    dice = random.Random(seed)
    for number in range(count):
        made = contact(number, buyer_persona=dice.choice(PERSONAS))
        made["email"] = dice.choice(_emails(number))
        made["company"] = dice.choice(_companies(number))
        made["job_title_normalized"] = "as it was"
        if dice.random() < 0.1:
            made |= {"buyer_persona": "Finanzas", "buyer_persona_locked": True}
            made["buyer_persona_assigned_manually"] = dice.choice([True, "true", 1, False])
        if dice.random() < 0.1:
            made["reclassified_at"] = dice.choice([EPOCH, EPOCH.isoformat(), "2024-05-01"])
            made["reclassified_by_job"] = dice.choice(
                [uuid5(SPACE, "job"), str(uuid5(SPACE, "job")), "job-1"]
            )
        if dice.random() < 0.05:
            made["email"] = f"persona{number // 2}@example.org"
            made["linkedin_url"] = None
        if dice.random() < 0.1:
            made |= {"tags": ["a", {"b": [1, 2]}], "score": Decimal128("1.50"), "photo": b"\x00\x01"}
        yield made


def _emails(number: int) -> list[Any]:
    address = f"Persona{number}@Example.org"
    return [
        address,
        [address, f"otra{number}@example.org"],
        [{"email": f"otra{number}@example.org"}, {"email": address, "is_primary": True}],
        {"address": address, "type": "work"},
        f"{address}; otra{number}@example.org",
        "no es un correo",
        None,
        [],
    ]


def _companies(number: int) -> list[Any]:
    return [
        f"Empresa {number % 50}",
        [f"Empresa {number % 50}", "Otra"],
        {"name": "Ñandú SpA"},
        None,
        7,
        "n/a",
    ]


def job(number: int, **facts: Any) -> Document:
    """Return a reclassification job that has ended."""
    return {
        "_id": object_id(number),
        "job_id": str(uuid5(SPACE, f"job {number}")),
        "job_type": "all",
        "params": {},
        "dry_run": False,
        "status": "completed",
        "created_by": "alice@acme.example",
        "created_at": EPOCH + timedelta(days=number),
        "started_at": (EPOCH + timedelta(days=number)).isoformat(),
        "completed_at": EPOCH + timedelta(days=number, minutes=5),
        "progress": {
            "total_contacts": 1000, "processed": Int64(1000), "updated": 300.0, "skipped_locked": 50,
            "skipped_same": 650, "errors": 0, "percent": 100.0,
        },
        "result": {
            "message": "ok",
            "total_changes": 300,
            "sample_changes": [{"contact_id": "1", "job_title": "Gerente", "old_persona": "mateo"}],
            "persona_breakdown": {"dc_marketing": 100, "dc_finanzas": 200},
        },
        "error": None,
        "attempt": 1,
        "worker_id": "worker_1",
        "heartbeat_at": EPOCH,
        **facts,
    }  # fmt: skip


def bson_of(documents: Iterable[Document]) -> bytes:
    """Return documents as mongodump writes them."""
    return b"".join(bson.encode(document, codec_options=CODEC) for document in documents)


def dump(folder: Path, *, packed: bool = False, **collections: Iterable[Document]) -> Path:
    """Write a folder of mongodump, with the descriptions beside."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, documents in collections.items():
        raw, description = (
            bson_of(documents),
            json.dumps({"collectionName": name, "type": "collection"}).encode(),
        )
        if packed:
            (folder / f"{name}.bson.gz").write_bytes(gzip.compress(raw, 1))
            (folder / f"{name}.metadata.json.gz").write_bytes(gzip.compress(description))
        else:
            (folder / f"{name}.bson").write_bytes(raw)
            (folder / f"{name}.metadata.json").write_bytes(description)
    return folder


def json_text(documents: Iterable[Document], *, array: bool, canonical: bool, pretty: bool = False) -> str:
    """Return documents as mongoexport writes them: a line each, or an array."""
    base = CANONICAL_JSON_OPTIONS if canonical else RELAXED_JSON_OPTIONS
    options: JSONOptions = base.with_options(uuid_representation=UuidRepresentation.STANDARD)
    texts = [
        json_util.dumps(document, json_options=options, indent=2 if pretty else None)
        for document in documents
    ]
    return f"[{','.join(texts)}]\n" if array else "".join(f"{text}\n" for text in texts)


def legacy_uuid(value: UUID) -> Binary:
    """Return a UUID as old drivers wrote it."""
    return Binary.from_uuid(value, UuidRepresentation.PYTHON_LEGACY)
