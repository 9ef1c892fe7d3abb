"""Who is the person of a document, by the rules of a client's file? (C4, C5, C7, C14)"""

from dataclasses import dataclass
from typing import Any

from campaigns.imports.codes import Unacceptable
from campaigns.imports.documents import read_document
from campaigns.imports.first_system import PastReason, PersonRecord
from campaigns.imports.phones import PhoneReading, read_phones
from campaigns.legality import entry_zones, zone_key
from campaigns.models import Campaign


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of a campaign; `key` is "" for one that nothing tells from others."""

    campaign: Campaign
    key: str
    name: str
    document: str
    phones: tuple[dict[str, Any], ...]
    zones: str
    issues: tuple[str, ...]


def somebody_of(record: PersonRecord, campaign: Campaign) -> Somebody:
    """Return the person of a document in a campaign."""
    country = campaign.account.country
    issues: list[str] = []
    document = ""
    if record.document:
        try:
            document = read_document(record.document, country=country).canonical
        except Unacceptable:
            issues.append(str(PastReason.DOCUMENT_DROPPED))
    read = [one for text in record.phones for one in read_phones(text, country=country)]
    usable = {one.e164: one for one in read if one.e164}
    issues += [str(PastReason.PHONE_DROPPED)] if len(usable) < len(read) else []
    first = next(iter(usable), "")
    key = f"D:{country}:{document}" if document else f"N:{first}" if first else ""
    phones = tuple(map(_phone, usable.values()))
    name = record.name or document or first
    return Somebody(campaign, key, name, document, phones, _zones(country, list(usable)), tuple(issues))


def _phone(one: PhoneReading) -> dict[str, Any]:
    return {"number": one.e164, "kind": str(one.kind), "repaired": one.is_repaired}


def _zones(country: str, numbers: list[str]) -> str:
    found = [entry_zones(country=country, number=number) for number in numbers]
    return zone_key(tuple({zone for zones in found for zone in zones})) if all(found) else ""
