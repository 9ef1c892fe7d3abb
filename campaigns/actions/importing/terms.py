"""What was asked for with a file, and what it is read by; kept with it, so that it reads alike again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from babel.numbers import get_territory_currencies

from campaigns.imports import Terms
from campaigns.models import Account
from campaigns.rules import ProcessingType, UseCase
from tenants.intake.content import Content

USE_CASES: Mapping[ProcessingType, UseCase] = {
    ProcessingType.BASIC: UseCase.COLLECTION,
    ProcessingType.ACQUISITION: UseCase.COLLECTION,
    ProcessingType.GENERIC: UseCase.MARKETING,
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and what was asked for with it; without a use case the kind of file says it.

    `mapping` is {column: heading}, "" for a column that is not read; None takes the account's last one.
    `scripts` are ids of script versions with their weights; rows that lack what one needs are refused.
    """

    account: str
    content: bytes | Content = field(repr=False)
    filename: str
    name: str = ""
    description: str = ""
    processing_type: ProcessingType = ProcessingType.BASIC
    use_case: UseCase | None = None
    dias_fecha_limite: int | None = None
    dias_fecha_maxima: int | None = None
    call_settings: Any = None
    priority: int = 1
    allow_duplicates: bool = False
    mapping: Mapping[str, str] | None = None
    scripts: Mapping[int, int] = field(default_factory=dict)

    @property
    def purpose(self) -> UseCase:
        """What the calls are for."""
        return self.use_case or USE_CASES[self.processing_type]

    def params(self) -> dict[str, Any]:
        """Return what was asked for, but for the file and its names, as plain values."""
        return {
            "processing_type": str(self.processing_type),
            "use_case": str(self.purpose),
            "dias_fecha_limite": self.dias_fecha_limite,
            "dias_fecha_maxima": self.dias_fecha_maxima,
            "call_settings": self.call_settings,
            "priority": self.priority,
            "allow_duplicates": self.allow_duplicates,
            "mapping": dict(self.mapping) if self.mapping is not None else None,
            "scripts": {str(version): weight for version, weight in self.scripts.items()},
        }


@dataclass(frozen=True, slots=True)
class Day:
    """The day and the zone in which a file was uploaded, the creditor of rows that name none."""

    today: date
    zone: str
    creditor: str

    @classmethod
    def of(cls, account: Account, zone: str, now: datetime) -> Self:
        """Return the day of an upload at `now` on the campaign's clock (C8)."""
        return cls(now.astimezone(ZoneInfo(zone)).date(), zone, account.name)

    @classmethod
    def stored(cls, params: Mapping[str, Any]) -> Self:
        """Return the day that `as_params` once gave."""
        return cls(date.fromisoformat(params["today"]), params["zone"], params["creditor"])

    def as_params(self) -> dict[str, str]:
        """Return plain values."""
        return {"today": self.today.isoformat(), "zone": self.zone, "creditor": self.creditor}


def terms_of(
    account: Account, day: Day, params: Mapping[str, Any], *, spoken: frozenset[str] = frozenset()
) -> Terms:
    """Return what a file of an account is read by; columns that scripts speak of are kept as variables.

    Raises BadDynamicDays, LimitAfterMaximum.
    """
    return Terms(
        country=account.country,
        zone=ZoneInfo(day.zone),
        today=day.today,
        creditor=day.creditor,
        currency=currency_of(account.country),
        dias_fecha_limite=params["dias_fecha_limite"],
        dias_fecha_maxima=params["dias_fecha_maxima"],
        # A generic file's other columns are variables anyway (C2).
        variables=None if params["processing_type"] == ProcessingType.GENERIC else spoken,
    )


def currency_of(country: str) -> str:
    """Return the money that people of a country owe."""
    found = get_territory_currencies(country)
    return str(found[0]) if found else "USD"
