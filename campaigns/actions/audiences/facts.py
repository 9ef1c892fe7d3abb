"""What is known of contacts before they are called: phone, document, wishes, calls. Exact keys only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from campaigns.imports.codes import Unacceptable
from campaigns.imports.documents import read_document
from campaigns.imports.phones import read_phones
from campaigns.models import Account, CallAttempt, Suppression
from campaigns.queries import as_wished
from campaigns.queries.bad_numbers import bad_among
from identity.queries.tied import Tied, tied
from identity.rules import IdentifierKind
from personas.models import Contact


@dataclass(slots=True)
class Facts:
    """One contact as a call sees it; `words` name the person in wishes and calls, as entries do."""

    phone: str = ""
    document: str = ""
    person: UUID | None = None
    is_several: bool = False  # of those whom the keys lead to
    is_red: bool = False
    is_bad: bool = False
    is_suppressed: bool = False
    outcome: str = ""
    contacted_at: datetime | None = None
    words: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Past:
    """The last counted call of a person, and when somebody was last spoken with."""

    outcome: str
    place: int  # among the calls that were asked for, the latest last
    contacted_at: datetime | None


def facts_of(*, contacts: Sequence[Contact], account: Account) -> dict[int, Facts]:
    """Return what is known of contacts, by their ids. Eleven queries; e-mails are read with the contacts."""
    own = {one.pk: _phone(one.phone, account.country) for one in contacts}
    emails = {mail.address for one in contacts for mail in one.emails.all()}
    ties = tied(emails=emails, phones=set(filter(None, own.values())))
    found = {one.pk: _tied_facts(one, own[one.pk], ties, account.country) for one in contacts}
    words = {word for facts in found.values() for word in facts.words}
    barred, past = _barred(words, account), _past(words)
    bad = bad_among(numbers={facts.phone for facts in found.values()})
    for facts in found.values():
        facts.is_bad = facts.phone in bad
        facts.is_suppressed = not facts.words.isdisjoint(barred)
        # They may have been called by number once, and by document later.
        told = sorted((past[word] for word in facts.words if word in past), key=lambda one: one.place)
        facts.outcome = told[-1].outcome if told else ""
        facts.contacted_at = max((one.contacted_at for one in told if one.contacted_at), default=None)
    return found


def _tied_facts(one: Contact, phone: str, ties: Tied, country: str) -> Facts:
    keys = [(str(IdentifierKind.EMAIL), mail.address) for mail in one.emails.all()]
    keys += [(str(IdentifierKind.PHONE), phone)] if phone else []
    person, is_several = _whose([ties.persons.get(key, ()) for key in keys])
    known: Mapping[str, Collection[str]] = ties.known.get(person, {}) if person else {}
    numbers = [_phone(value, country) for value in known.get(IdentifierKind.PHONE, ())]
    facts = Facts(
        phone=phone or next(filter(None, numbers), ""),
        document=_document(known.get(IdentifierKind.DOCUMENT, ()), country),
        person=person,
        is_several=is_several,
        is_red=any(key in ties.red for key in keys),
    )
    facts.words = _words(facts, country)
    return facts


def _whose(holders: Sequence[Collection[UUID]]) -> tuple[UUID | None, bool]:
    """Return the one person whom keys lead to, and whether they lead to several instead.

    A key that several hold says nothing about any of them, nor against the one who alone holds another.
    """
    sure = {person for some in holders if len(some) == 1 for person in some}
    person = sure.pop() if len(sure) == 1 else None
    return person, person is None and any(holders)


def _words(facts: Facts, country: str) -> set[str]:
    """Return what wishes and calls name the person by: the number, and the person's key in entries."""
    words = {facts.phone, f"N:{facts.phone}"} if facts.phone else set()
    return words | {f"D:{country}:{facts.document}"} if facts.document else words


def _phone(text: str, country: str) -> str:
    """Return a number as a file's cell would give it, "" for none that could be called (C5)."""
    readings = read_phones(text, country=country) if text else []
    return next((one.e164 for one in readings if one.e164), "")


def _document(values: Collection[str], country: str) -> str:
    """Return the only document of a person, "" for none, several, or none of the account's country."""
    if len(values) != 1:
        return ""
    try:
        return read_document(next(iter(values)), country=country).canonical
    except Unacceptable:
        return ""


def _barred(words: Collection[str], account: Account) -> set[str]:
    """Return which of some words a wish in force is about, an erased person's too (S19). One query."""
    forms = as_wished(words)
    wishes = Suppression.objects.in_force().for_account(account.pk).filter(value__in=list(forms))
    return {forms[value] for value in wishes.order_by().values_list("value", flat=True)}


def _past(words: Collection[str]) -> dict[str, Past]:
    """Return the last call and the last conversation of each person. One query, oldest call first."""
    calls = CallAttempt.objects.filter(person_key__in=words, is_counted=True).order_by("ended_at")
    found: dict[str, Past] = {}
    told = calls.values_list("person_key", "outcome", "is_contact", "ended_at")
    for place, (key, outcome, is_contact, ended_at) in enumerate(told):
        before = found.get(key)
        spoken = ended_at if is_contact else before.contacted_at if before else None
        found[key] = Past(outcome, place, spoken)
    return found
