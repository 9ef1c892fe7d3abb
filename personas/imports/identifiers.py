"""L5: the addresses that tell one person from another."""

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from email_validator import EmailNotValidError, validate_email

from personas.rules import EMAIL_LENGTH, PROFILE_URL_LENGTH

_LONGEST_ADDRESS = 2_000  # characters as typed, before anything is decoded
_SCHEME = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def canonical_profile_url(text: str) -> str | None:
    """Return `https://linkedin.com/in/<name>`, decoded and in lower case, None when it is no profile (L5)."""
    written = text.strip()
    if not written or len(written) > _LONGEST_ADDRESS or any(char.isspace() for char in written):
        return None
    if not _SCHEME.match(written):
        written = f"//{written}"
    try:
        parts = urlsplit(written)
        host = parts.hostname or ""
    except ValueError:
        return None
    if host != "linkedin.com" and not host.endswith(".linkedin.com"):
        return None
    return _profile(parts.path)


def _profile(path: str) -> str | None:
    root, section, name, *_ = [*path.split("/"), "", "", ""]
    if root or section.lower() != "in":
        return None
    # Composed, lower case, composed again: lowering can take a letter apart (İ).
    settled = unicodedata.normalize("NFC", unicodedata.normalize("NFC", unquote(name)).lower())
    address = f"https://linkedin.com/in/{settled}"
    return address if _is_name(settled) and len(address) <= PROFILE_URL_LENGTH else None


def _is_name(name: str) -> bool:
    # What is still encoded, or cuts an address, would not read back as the same address.
    readable = name.isprintable() and not any(char.isspace() or char in "/?#%\\\ufffd" for char in name)
    return readable and bool(name.strip("."))


def canonical_email(text: str) -> str | None:
    """Return an e-mail address in lower case, None when its form is wrong; asks no server (L3)."""
    written = text.strip()
    if not written or len(written) > EMAIL_LENGTH:
        return None
    try:
        return validate_email(written, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None
