"""Whom does the database exclude? Suppressed persons, and those that another campaign calls (C9)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from campaigns.imports import Person, RowCode, RowStatus
from campaigns.models import Entry, Suppression
from campaigns.queries import as_wished
from campaigns.queries.bad_numbers import bad_among
from campaigns.rules import Outcome

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Standards:
    """For whom a file is, which campaign it makes (None in a preview), whether others may call the same."""

    account: int
    campaign: int | None
    allow_duplicates: bool


def exclude(persons: Sequence[Person], standards: Standards) -> None:
    """Let the rows of excluded persons end so. Three queries a thousand persons or two.

    Numbers that led to nobody are retired; whoever has no other is refused (C21).
    """
    for some in chunks(persons):
        bad = _bad(some)
        barred = _barred(some, standards.account)
        live = {} if standards.allow_duplicates else _live(some, standards.campaign)
        for person in some:
            if person.key in barred or all(phone.e164 in barred for phone in person.phones):
                person.end(RowStatus.SUPPRESSED, RowCode.ON_SUPPRESSION_LIST)
            elif person.key in live:
                person.end(RowStatus.DUPLICATE, RowCode.LIVE_ELSEWHERE, campaign=live[person.key])
            else:
                _retire(person, bad)


def chunks(persons: Sequence[Person], size: int = AT_ONCE) -> Iterator[Sequence[Person]]:
    """Yield persons some at a time."""
    return (persons[start : start + size] for start in range(0, len(persons), size))


def _barred(persons: Sequence[Person], account: int) -> set[str]:
    """Return the keys and numbers among these that must not be called."""
    values = {person.key for person in persons}
    values.update(phone.e164 for person in persons for phone in person.phones)
    forms = as_wished(values)
    wishes = Suppression.objects.in_force().for_account(account).filter(value__in=list(forms))
    return {forms[value] for value in wishes.order_by().values_list("value", flat=True)}


def _bad(persons: Sequence[Person]) -> Collection[str]:
    """Return the numbers among these at which nobody can be called."""
    return bad_among(numbers={phone.e164 for person in persons for phone in person.phones})


def _retire(person: Person, bad: Collection[str]) -> None:
    """Retire a person's bad numbers; a person of bad ones alone is refused."""
    theirs = [phone.e164 for phone in person.phones if phone.e164 in bad]
    if theirs and len(theirs) == len(person.phones):
        person.end(RowStatus.REFUSED, RowCode.NUMBERS_BAD, numbers=", ".join(theirs))
    elif theirs:
        person.phones = tuple(
            phone._replace(retired=str(Outcome.BAD_NUMBER)) if phone.e164 in bad else phone
            for phone in person.phones
        )


def _live(persons: Sequence[Person], campaign: int | None) -> dict[str, str]:
    """Return who waits or is called in another campaign, and in which."""
    live = Entry.objects.live().filter(person_key__in=[person.key for person in persons])
    # The newest campaign is named.
    found = live.exclude(campaign=campaign).order_by("id").values_list("person_key", "campaign__code")
    return dict(found)
