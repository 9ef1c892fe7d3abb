"""Who asked not to be called is not called again, by anybody of the tenant, before the next claim (C21)."""

from campaigns.models import CallAttempt, Entry, Suppression
from campaigns.rules import SuppressionKind, SuppressionSource


def suppress_caller(attempt: CallAttempt, entry: Entry) -> None:
    """Keep the wish of a person who was called: for the number, and for the document. One statement."""
    values = {SuppressionKind.NUMBER: attempt.to_number}
    if entry.document:
        values[SuppressionKind.DOCUMENT] = entry.person_key
    Suppression.objects.bulk_create(
        [
            Suppression(kind=kind, value=value, source=SuppressionSource.CALL, attempt=attempt.pk)
            for kind, value in values.items()
        ],
        ignore_conflicts=True,
    )
