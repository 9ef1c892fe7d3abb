"""Jobs propose that two persons are one; people say yes or no (I9)."""

from uuid import UUID

from django.db.models.functions import Now

from identity import queries
from identity.actions.people.merging import merge_persons
from identity.actions.people.refusals import BadChoice, ProposalAnswered, UnknownProposal
from identity.actions.people.repeating import repeated
from identity.models import MergeProposal, PersonChange
from tenants.records.actions import note as audit


@repeated
def answer_proposal(
    *, proposal_id: int, accept: bool, by: UUID, kept: UUID | None = None, note: str = ""
) -> PersonChange | None:
    """Merge the two, or never propose it again; persons merged meanwhile stand for their successors.

    `kept` is who stays, else the older one. Returns the merge, None without. Raises UnknownProposal,
    ProposalAnswered, BadChoice when `kept` is neither.
    """
    proposal = MergeProposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise UnknownProposal(proposal=str(proposal_id))
    answered = MergeProposal.objects.filter(pk=proposal_id, closed_at__isnull=True)
    if not answered.update(closed_at=Now(), closed_by=by, is_accepted=accept):
        raise ProposalAnswered
    change = _merged(proposal, kept, by, note) if accept else None
    audit(verb="answer_proposal", of="person", id=proposal.one_id, by=by, change={"accept": accept})
    return change


def _merged(proposal: MergeProposal, kept: UUID | None, by: UUID, note: str) -> PersonChange | None:
    both = {queries.successor_of(key=key) for key in (proposal.one_id, proposal.other_id)}
    stays = queries.successor_of(key=kept) if kept else min(both)
    if stays not in both:
        raise BadChoice
    gone = both - {stays}
    return merge_persons(kept=stays, gone=gone.pop(), by=by, note=note) if gone else None
