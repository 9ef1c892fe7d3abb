"""What reading one phone number came to."""

from dataclasses import dataclass
from enum import StrEnum

from campaigns.imports.codes import RowCode


class PhoneKind(StrEnum):
    """What sort of line a number is."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """One number of a cell: usable with `e164`, ambiguous with `readings`, or refused with neither.

    `code` says why it is not usable, and PHONE_REPAIRED for one that was mended.
    """

    written: str
    e164: str = ""
    kind: PhoneKind = PhoneKind.UNKNOWN
    is_repaired: bool = False
    readings: tuple[str, ...] = ()
    code: RowCode | None = None


class NoPhone(Exception):
    """Digits that are no number to call."""

    def __init__(self, code: RowCode, readings: tuple[str, ...] = ()) -> None:
        """Keep why, and what an ambiguous one may be."""
        super().__init__(str(code))
        self.code = code
        self.readings = readings


@dataclass(frozen=True, slots=True)
class Number:
    """A number as its country dials it, told from what was written."""

    e164: str
    kind: PhoneKind
    is_repaired: bool


def check_filler(national: str) -> None:
    """Raise NoPhone for a placeholder: every digit after the first is the same."""
    if len(national) > 3 and len(set(national[1:])) == 1:
        raise NoPhone(RowCode.PHONE_PLACEHOLDER)
