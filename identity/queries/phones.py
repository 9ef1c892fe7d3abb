"""A phone as all apps write it (E.164), and as keys hold it: digits, a plus where those mislead (I1)."""

from collections.abc import Collection


def phone_keys(numbers: Collection[str]) -> list[str]:
    """Return the keys that whole numbers may have; which one, only the tenant's country says."""
    digits = [number.removeprefix("+") for number in numbers]
    return [*digits, *(f"+{one}" for one in digits)]


def whole_number(key: str) -> str:
    """Return the number of a phone's key, its plus in front."""
    return f"+{key.removeprefix('+')}"
