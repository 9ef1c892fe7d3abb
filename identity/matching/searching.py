"""What a person types to find somebody: a name, or what may be an identifier, in normal form (I1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from identity.matching.keys import code_key, email_key, name_key, phone_key
from identity.rules import IdentifierKind

FEWEST = 4  # a shorter code is everybody's


@dataclass(frozen=True, slots=True)
class Sought:
    """A search: the words of a name, keys by kind, and the text itself, which may be a row's own key."""

    text: str
    words: tuple[str, ...] = ()
    keys: Mapping[IdentifierKind, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing can be found by it."""
        return not (self.words or self.keys)


def sought(text: str, *, country: str) -> Sought:
    """Read what somebody typed; a text with digits or an @ is an identifier, any other is a name."""
    typed = " ".join(text.split())
    if "@" in typed:
        return Sought(typed, keys={IdentifierKind.EMAIL: email_key(typed)})
    if not any(char.isdecimal() for char in typed):
        return Sought(typed, words=tuple(name_key(typed).split()))
    code = code_key(typed)
    codes = (IdentifierKind.DOCUMENT, IdentifierKind.LICENCE, IdentifierKind.PLATE)
    keys = dict.fromkeys(codes, code) if len(code) >= FEWEST else {}
    phone = "" if any(char.isalpha() for char in typed) else phone_key(typed, country=country)
    return Sought(typed, keys=keys | ({IdentifierKind.PHONE: phone} if phone else {}))
