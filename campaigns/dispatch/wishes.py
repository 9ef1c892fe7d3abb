"""Who asked not to be called is not called again, by anybody of the tenant, before the next claim (C21)."""

from campaigns.models import CallAttempt, Entry, Suppression
from campaigns.rules import SuppressionKind, SuppressionSource


def suppress_caller(attempt: CallAttempt, entry: Entry) -> None:
    """Keep the wish of a person who was called: for the number, and for the document. One statement.

    Who has no document is nobody but their numbers: for all of those.
    """
    Suppression.objects.bulk_create(
        [
            Suppression(kind=kind, value=value, source=SuppressionSource.CALL, attempt=attempt.pk)
            for kind, value in sorted(_wishes(attempt, entry))
        ],
        ignore_conflicts=True,
    )


def _wishes(attempt: CallAttempt, entry: Entry) -> set[tuple[SuppressionKind, str]]:
    rang = (SuppressionKind.NUMBER, attempt.to_number)
    if entry.document:
        return {rang, (SuppressionKind.DOCUMENT, entry.person_key)}
    return {rang, *((SuppressionKind.NUMBER, phone["number"]) for phone in entry.phones)}
