"""A person says who a lead is: a known person, the owner of an account, or somebody new (I9)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from identity import queries
from identity.actions.evidence import hold_evidence, wake_by_keys
from identity.actions.people import writing
from identity.actions.people.accounts import account_of, adopt_account, holder_of
from identity.actions.people.refusals import AlreadyLinked, BadChoice
from identity.actions.people.repeating import repeated
from identity.actions.people.verdicts import write_verdict
from identity.models import Driver, Lead, Person
from identity.rules import Confidence, IdentifierKind, MatchRule, Source, VerdictKind
from tenants.records.actions import note as audit

# By which keys a person is found now.
Keys = dict[IdentifierKind, set[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a lead is linked to: a person, the owner of an account by its driver id, or else somebody new.

    `confirmed` are identifiers of the lead that somebody vouches for: the person is their one holder.
    """

    person: UUID | None = None
    driver: str = ""
    confirmed: Collection[IdentifierKind] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of it; without `is_new` the lead was this person's before."""

    lead: Lead
    person: UUID
    is_new: bool


@repeated
def resolve_case(*, lead_id: int, choice: Choice, by: UUID, note: str = "") -> Resolution:
    """Link a lead by hand, for good: MANUAL_RESOLUTION, and a must-link verdict for later runs (I7c, I9).

    Whoever links first wins, a job too. Twice the same is once. Raises UnknownLead, UnknownPerson,
    UnknownDriver, BadChoice, AlreadyLinked, SeveralHolders, IdentifierHeld.
    """
    if choice.person and choice.driver:
        raise BadChoice
    hold_evidence()
    lead = writing.hold_lead(lead_id)
    account = account_of(choice.driver) if choice.driver else None
    person, keys = _chosen(lead, choice, account, by)
    keys |= _written(lead, person, account, choice.confirmed, by)
    is_new = _linked(lead, person, by)
    word = VerdictKind.MUST_LINK
    about = None if account else person
    said = write_verdict(lead=lead, kind=word, person=about, account=account, by=by, note=note)
    if is_new or keys:
        writing.follow(person, by=by)
        wake_by_keys(keys=keys)
    if is_new or keys or said:
        change = {"person": str(person), "driver": choice.driver, "linked": is_new}
        audit(verb="resolve", of="case", id=lead.pk, by=by, change=change)
    return Resolution(lead, person, is_new)


def _chosen(lead: Lead, choice: Choice, account: Driver | None, by: UUID) -> tuple[UUID, Keys]:
    """Return the person meant, kept from being merged, and nothing; or one made, and what it is known by.

    Raises AlreadyLinked.
    """
    before = queries.person_of(source=Source.CABINET, source_pk=lead.source_pk)
    meant = choice.person or (holder_of(account) if account else None)
    if meant is None and account is not None:
        # A known person's account that nobody knew of.
        meant = before
    found = writing.stay(meant) if meant else None
    if before not in (None, found):
        raise AlreadyLinked(person=str(before))
    return (found, {}) if found else _new_person(lead, account, by)


def _new_person(lead: Lead, account: Driver | None, by: UUID) -> tuple[UUID, Keys]:
    """Make a person of what the lead says; an account's owner is known by the account."""
    name = (account.name if account else "") or lead.name
    made = Person.objects.create(name=name, confidence=Confidence.HIGH, created_by=by)
    if account is not None:
        return made.pk, {}
    known = writing.keys_of(lead)
    writing.know(person=made.pk, keys=known, by=by)
    return made.pk, {kind: {value} for kind, value in known.items()}


def _written(
    lead: Lead, person: UUID, account: Driver | None, confirmed: Collection[IdentifierKind], by: UUID
) -> Keys:
    """Give the person the account and what somebody vouches for; return by which keys it is found now."""
    found: Keys = {}
    if account is not None and adopt_account(account=account, person=person, by=by):
        found = {kind: {value} for kind, value in writing.keys_of(account).items()}
    vouched = {kind: value for kind, value in writing.keys_of(lead).items() if kind in set(confirmed)}
    if len(vouched) < len(set(confirmed)):
        raise BadChoice(_("The lead does not have what is confirmed."))
    for kind in writing.know(person=person, keys=vouched, sole=vouched, by=by):
        found.setdefault(kind, set()).add(vouched[kind])
    return found


def _linked(lead: Lead, person: UUID, by: UUID) -> bool:
    """Write the link, False when this very link is there. Raises AlreadyLinked for any other."""
    rule = MatchRule.MANUAL
    if writing.write_link(source=Source.CABINET, source_pk=lead.source_pk, person=person, rule=rule, by=by):
        writing.leave_backlog(lead=lead, by=by)
        return True
    holder = queries.person_of(source=Source.CABINET, source_pk=lead.source_pk)
    if holder != person:
        raise AlreadyLinked(person=str(holder))
    return False
