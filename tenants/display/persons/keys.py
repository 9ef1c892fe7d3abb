"""What rows of different apps are tied by: exact keys in one form that no app owns."""

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

_NOT_KEPT = re.compile(r"[^A-Z0-9]+")


class KeyKind(StrEnum):
    """Kinds of keys, the surest first."""

    DOCUMENT = "document"
    PHONE = "phone"
    EMAIL = "email"


KEY_LABELS = {
    KeyKind.DOCUMENT: _("Document"),
    KeyKind.PHONE: _("Phone"),
    KeyKind.EMAIL: _("E-mail"),
}
_RANKS = {kind: rank for rank, kind in enumerate(KeyKind)}


@dataclass(frozen=True, slots=True)
class Key:
    """A document (`CL:98765433`), a phone (E.164) or an e-mail (lower case)."""

    kind: KeyKind
    value: str

    @property
    def rank(self) -> tuple[int, str]:
        """The surest first, then by its text."""
        return _RANKS[self.kind], self.value

    @property
    def label(self) -> str:
        """Name the kind in the reader's language."""
        return str(KEY_LABELS[self.kind])

    @property
    def shown(self) -> str:
        """The value as people read it, without the country that only tells documents apart."""
        return self.value.partition(":")[2] if self.kind is KeyKind.DOCUMENT else self.value


def document_key(text: str, *, country: str) -> Key | None:
    """Return the key of a document of a country, None when nothing is left of it."""
    bare = _NOT_KEPT.sub("", text.upper())
    return Key(KeyKind.DOCUMENT, f"{country.upper()}:{bare}") if bare else None


def phone_key(text: str, *, country: str) -> Key | None:
    """Return the key of a phone as somebody wrote it in a country, None for what cannot be one."""
    try:
        number = parse(text, country)
    except NumberParseException:
        return None
    return (
        Key(KeyKind.PHONE, format_number(number, PhoneNumberFormat.E164))
        if is_possible_number(number)
        else None
    )


def email_key(text: str) -> Key | None:
    """Return the key of an e-mail, None for none."""
    bare = text.strip().lower()
    return Key(KeyKind.EMAIL, bare) if "@" in bare else None
