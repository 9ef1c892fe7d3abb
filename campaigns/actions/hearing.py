"""Note who read what was said in calls (S19)."""

from uuid import UUID

from tenants.records.actions import note


def note_heard(*, call: UUID, by: UUID | None = None) -> None:
    """Note that somebody read what was said in a call, in the caller's transaction."""
    note(verb="hear", of="call", id=call, by=by)


def note_report_heard(*, campaign: int, by: UUID | None = None) -> None:
    """Note that somebody took what was said in all calls of a campaign, in the caller's transaction."""
    note(verb="hear", of="campaign", id=campaign, by=by)
