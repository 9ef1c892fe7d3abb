"""Ids have one written form: an Arabic-Indic digit, a leading zero or capitals name nothing (S13)."""

import re

# 18 digits fit bigint; a longer number cannot be anybody's id.
NUMBER = r"[1-9][0-9]{0,17}"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

_NUMBER, _UUID = re.compile(NUMBER), re.compile(UUID)


def is_number(text: str) -> bool:
    """Say whether `text` is a whole-number id in its one form."""
    return _NUMBER.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """Say whether `text` is a UUID in its one form."""
    return _UUID.fullmatch(text) is not None
