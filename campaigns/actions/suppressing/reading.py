"""Numbers and documents that must not be called, as people write them, to the form that a claim asks for."""

import re

from campaigns.dispatch.wishes import Wish
from campaigns.imports import RowCode, describe_row, read_document, read_phones
from campaigns.imports.codes import Unacceptable
from campaigns.imports.grouping import document_key
from campaigns.rules import SuppressionKind
from tenants.intake import Fault, one_line
from tenants.rules import RefusalKind, Refused

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_DRESS = re.compile(r"[\s().-]+")


class BadWish(Refused):
    """A number or document cannot be read; `reason` is the stable code of why."""

    code = "suppression_invalid"
    kind = RefusalKind.UNPROCESSABLE

    def __init__(self, field: SuppressionKind, reason: RowCode, **told: str) -> None:
        words = describe_row(reason, told)
        super().__init__(words, reason=str(reason), faults=(Fault(str(reason), f"#/{field}", words),))
        self.reason = reason


def read_wish(kind: SuppressionKind, text: str, *, country: str) -> Wish:
    """Return what a text of a country says. Raises BadWish."""
    line = one_line(text)
    return Wish(kind, _number(line, country) if kind == SuppressionKind.NUMBER else _document(line, country))


def _number(text: str, country: str) -> str:
    """Return the one number of a text; one of another country only with its plus."""
    readings = read_phones(text, country=country)
    if len(readings) != 1:
        raise BadWish(SuppressionKind.NUMBER, RowCode.PHONE_UNREADABLE if readings else RowCode.PHONE_MISSING)
    (found,) = readings
    if found.e164:
        return found.e164
    bare = _DRESS.sub("", text)
    if found.code is RowCode.PHONE_OTHER_COUNTRY and _E164.fullmatch(bare):
        return bare
    reason = found.code or RowCode.PHONE_UNREADABLE
    raise BadWish(SuppressionKind.NUMBER, reason, readings=", ".join(found.readings))


def _document(text: str, country: str) -> str:
    try:
        return document_key(read_document(text, country=country), country)
    except Unacceptable as error:
        raise BadWish(SuppressionKind.DOCUMENT, error.code, **error.told) from error
