"""Contacts that fit a choice, and why each other is left out: one reason each, so that counts add up."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Self

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.actions.audiences.facts import Facts, facts_of
from campaigns.models import Account
from campaigns.rules import Outcome
from personas.models import Contact
from tenants.rules import RefusalKind, Refused

AT_ONCE = 2_000


class Tie(StrEnum):
    """How identity knows a contact, by e-mail or phone."""

    PERSON = "person"
    RED = "red"
    NONE = "none"


class LeftOut(StrEnum):
    """Why a contact is left out, the first of this order that is true."""

    TIE = "tie"
    NO_PHONE = "no_phone"
    BAD_NUMBER = "bad_number"
    SUPPRESSED = "suppressed"
    OUTCOME = "outcome"
    CONTACTED = "contacted"
    SAME_PERSON = "same_person"


LEFT_OUT_LABELS = {
    LeftOut.TIE: _("Identity knows them in another way"),
    LeftOut.NO_PHONE: _("No phone, neither of their own nor of the person they are tied to"),
    LeftOut.BAD_NUMBER: _("Earlier calls found that the number does not exist"),
    LeftOut.SUPPRESSED: _("Must not be called"),
    LeftOut.OUTCOME: _("The last call ended in another way than wanted"),
    LeftOut.CONTACTED: _("Spoken with too lately"),
    LeftOut.SAME_PERSON: _("The same person or number as another contact"),
}


class NobodyChosen(Refused):
    """The choice leaves nobody to call."""

    code = "audience_empty"
    kind = RefusalKind.UNPROCESSABLE
    message = _("The choice leaves nobody to call.")


@dataclass(frozen=True, slots=True)
class AudienceChoice:
    """Whom to call; what is empty narrows nothing. Personas are codes; no call yet is the outcome ""."""

    personas: Collection[str] = ()
    not_personas: Collection[str] = ()
    tie: Tie | None = None
    outcomes: Collection[Outcome | str] = ()
    not_outcomes: Collection[Outcome | str] = ()
    quiet_days: int | None = None

    @classmethod
    def stored(cls, told: Mapping[str, Any]) -> Self:
        """Return the choice that `as_params` once gave."""
        return cls(**{**told, "tie": Tie(told["tie"]) if told["tie"] else None})

    def as_params(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            name: sorted(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class Chosen:
    """A contact who fits, and by what it would be called."""

    contact: Contact
    facts: Facts


class Sifted(NamedTuple):
    """Who of some contacts fits, and how many of the others were left out for which reason.

    `is_full` says that somebody who fits found no room; those from there on were not looked at.
    """

    people: Sequence[Chosen]
    left_out: Counter[LeftOut]
    is_full: bool = False


@dataclass(frozen=True, slots=True)
class Sieve:
    """By what contacts are chosen, for whom, and at which moment they must have rested."""

    chosen: AudienceChoice
    account: Account
    now: datetime

    def sift(
        self,
        some: Sequence[Contact],
        facts: Mapping[int, Facts],
        taken: set[str],
        *,
        room: int | None = None,
    ) -> Sifted:
        """Say who of some contacts fits; `taken` are the words of those before them, and grows. No query.

        At most `room` of them; None for all.
        """
        people: list[Chosen] = []
        left: Counter[LeftOut] = Counter()
        for contact in some:
            known = facts[contact.pk]
            why = self._why_not(known) or (LeftOut.SAME_PERSON if known.words & taken else None)
            if why:
                left[why] += 1
            elif len(people) == room:
                return Sifted(people, left, is_full=True)
            else:
                taken |= known.words
                people.append(Chosen(contact, known))
        return Sifted(people, left)

    def facts(self, some: Sequence[Contact]) -> Mapping[int, Facts]:
        """Return what is known of some contacts. Eleven queries."""
        return facts_of(contacts=some, account=self.account)

    def _why_not(self, facts: Facts) -> LeftOut | None:
        chosen = self.chosen
        since = self.now - timedelta(days=chosen.quiet_days) if chosen.quiet_days else None
        contacted = bool(since and facts.contacted_at and facts.contacted_at > since)
        reasons = (
            (LeftOut.TIE, chosen.tie is not None and chosen.tie != _tie(facts)),
            (LeftOut.NO_PHONE, not facts.phone),
            (LeftOut.BAD_NUMBER, facts.is_bad),
            (LeftOut.SUPPRESSED, facts.is_suppressed),
            (LeftOut.OUTCOME, not _fits(facts.outcome, chosen)),
            (LeftOut.CONTACTED, contacted),
        )
        return next((why for why, is_true in reasons if is_true), None)


def contacts_of(chosen: AudienceChoice) -> QuerySet[Contact]:
    """Return the contacts of the personas of a choice, in the order of their ids."""
    found = Contact.objects.order_by("pk")
    if chosen.personas:
        found = found.filter(classification__persona__code__in=chosen.personas)
    if chosen.not_personas:
        found = found.exclude(classification__persona__code__in=chosen.not_personas)
    return found


def with_all(found: QuerySet[Contact]) -> QuerySet[Contact]:
    """Return the same contacts with what a file says of them. Three queries."""
    return found.select_related("classification__persona").prefetch_related("emails", "companies")


def chunks(found: QuerySet[Contact], *, after: int = 0) -> Iterator[list[Contact]]:
    """Yield contacts with all that is said of them, some at a time, from behind an id on."""
    while some := list(with_all(found).filter(pk__gt=after)[:AT_ONCE]):
        yield some
        after = some[-1].pk


def _tie(facts: Facts) -> Tie | None:
    """Return how identity knows a contact, None for one of several of whom nobody knows which."""
    if facts.person:
        return Tie.PERSON
    return Tie.RED if facts.is_red else None if facts.is_several else Tie.NONE


def _fits(outcome: str, chosen: AudienceChoice) -> bool:
    return (not chosen.outcomes or outcome in chosen.outcomes) and outcome not in chosen.not_outcomes
