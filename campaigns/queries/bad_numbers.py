"""Which of some numbers lead to nobody?"""

from collections.abc import Collection

from campaigns.models import BadNumber


def bad_among(*, numbers: Collection[str]) -> dict[str, BadNumber]:
    """Return the bad ones of some numbers (E.164). One query."""
    return BadNumber.objects.in_bulk(list(numbers))
