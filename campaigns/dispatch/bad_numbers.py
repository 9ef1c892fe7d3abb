"""What a call says of its number: nobody can be called there (C21), or somebody spoke."""

from datetime import datetime

from campaigns.dispatch.following import Following
from campaigns.models import BadNumber, CallAttempt


def flag_number(attempt: CallAttempt, following: Following, *, now: datetime) -> None:
    """Flag a number that the call retires, unflag one at which somebody spoke. One statement at most."""
    if following.retires_number:
        found = BadNumber(
            number=attempt.to_number,
            attempt=attempt.pk,
            reason=attempt.disconnection_reason[:80],
            found_at=now,
        )
        # The newest call is the one to look at.
        BadNumber.objects.bulk_create(
            [found],
            update_conflicts=True,
            unique_fields=["number"],
            update_fields=["attempt", "reason", "found_at"],
        )
    elif following.is_contact:
        BadNumber.objects.filter(pk=attempt.to_number).delete()
