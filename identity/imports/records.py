"""A row that can be written, one shape for each kind; the fields are the columns of its table."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from identity.rules import ClaimState


@dataclass(frozen=True, slots=True)
class Terms:
    """What reading needs to know: the tenant's country, zone and milestones, and the present moment.

    `milestones` gives each code its amount, `codes` what is typed for one, in upper case.
    """

    country: str
    zone: ZoneInfo
    now: datetime
    milestones: dict[str, Decimal]
    codes: dict[str, str]


@dataclass(slots=True)
class SightingRecord:
    """What was typed and its keys (I1)."""

    park: str
    first_name: str
    middle_name: str
    last_name: str
    phone: str
    document: str
    licence: str
    email: str
    plate: str
    car_brand: str
    car_model: str
    car_colour: str
    phone_key: str
    document_key: str
    licence_key: str
    email_key: str
    plate_key: str
    car_key: str
    name_key: str


@dataclass(slots=True)
class RegistrationRecord(SightingRecord):
    """A sighting with its moment; `external_id` may be ""."""

    external_id: str
    happened_at: datetime | None
    lead_date: date | None
    inputs: UUID


@dataclass(slots=True)
class LeadRecord(RegistrationRecord):
    """A lead."""

    city: str
    status: str


@dataclass(slots=True)
class ScoutRecord(RegistrationRecord):
    """A scouting registration."""

    scout: str


@dataclass(slots=True)
class DriverRecord(SightingRecord):
    """A driver account."""

    driver_id: str
    hired_on: date | None


@dataclass(slots=True)
class TripRecord:
    """Completed trips of an account on a day."""

    driver_id: str
    day: date
    trips: int


@dataclass(slots=True)
class ClaimRecord:
    """What the partner says of a milestone of a lead; without an amount, what the tenant's settings say."""

    source_pk: str
    milestone: str
    state: ClaimState
    amount: Decimal


Record = LeadRecord | ScoutRecord | DriverRecord | TripRecord | ClaimRecord
