"""What stands against a person's act, in words."""

from django.utils.translation import gettext_lazy as _

from tenants.rules import RefusalKind, Refused


class AlreadyLinked(Refused):
    """The lead is another person's already; `person` says whose (I9)."""

    code = "already_linked"
    message = _("The lead is linked to another person.")


class BadChoice(Refused):
    """The choice names nothing, too much, or what the lead does not have."""

    code = "bad_choice"
    kind = RefusalKind.UNPROCESSABLE
    message = _("Choose a person, a driver account or a new person.")


class CaseClosed(Refused):
    """The case is resolved, so there is nothing to do about it."""

    code = "case_closed"
    message = _("The case is resolved.")


class CaseIgnored(Refused):
    """The case is ignored; only opening it again changes that."""

    code = "case_ignored"
    message = _("The case is ignored. Open it again first.")


class IdentifierHeld(Refused):
    """An identifier with one holder is somebody else's; `person` says whose."""

    code = "identifier_held"
    message = _("Another person holds this identifier.")


class SeveralHolders(Refused):
    """Document and licence of an account are two persons'; `persons` names them (I9)."""

    code = "several_holders"
    message = _("Document and licence of the account belong to different persons. Merge them or choose one.")


class UnknownDriver(Refused):
    """There is no such driver account in this tenant."""

    code = "driver_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such driver account.")


class UnknownLink(Refused):
    """There is no such link in this tenant, or not with this person."""

    code = "link_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such link.")


class NotUnlinkable(Refused):
    """Only a lead goes back to the backlog; anything else is split off."""

    code = "not_unlinkable"
    message = _("Only a lead can be unlinked. Split the person instead.")


class VerdictContradicted(Refused):
    """The lead is linked, and the link says the contrary; `person` says whose it is."""

    code = "verdict_contradicted"
    message = _("The lead's link says the contrary. Unlink it first.")


class SamePerson(Refused):
    """A person cannot be merged with itself."""

    code = "same_person"
    message = _("A person cannot be merged with itself.")


class PersonMerged(Refused):
    """The person was merged into another; `merged_into` says into whom."""

    code = "person_merged"
    message = _("The person was merged into another one.")


class NothingStays(Refused):
    """A split needs links that go and links that stay."""

    code = "nothing_stays"
    kind = RefusalKind.UNPROCESSABLE
    message = _("Choose some of the person's links, but not all.")


class UnknownChange(Refused):
    """There is no such merge or split in this tenant."""

    code = "change_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such merge or split.")


class ChangeUndone(Refused):
    """The merge or split was taken back before."""

    code = "change_undone"
    message = _("This was taken back before.")


class NotUndoable(Refused):
    """Later changes stand on this one; `what` names the rows."""

    code = "not_undoable"
    message = _("Later changes stand on this one. Take them back first.")


class UnknownProposal(Refused):
    """There is no such merge proposal in this tenant."""

    code = "proposal_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such merge proposal.")


class ProposalAnswered(Refused):
    """The proposal has its answer."""

    code = "proposal_answered"
    message = _("The proposal has been answered.")


class NoOrigin(Refused):
    """The person has no origin to decide about."""

    code = "no_origin"
    message = _("The person has no origin: only accounts are linked to it.")


class NotByHand(Refused):
    """The lead has no link that a person made."""

    code = "not_by_hand"
    message = _("No link by hand is there to be taken back.")
