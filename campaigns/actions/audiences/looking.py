"""Whom does a choice find? All of few contacts; of many some, spread evenly, and an honest range (W4)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet, Window
from django.db.models.functions import Mod, RowNumber

from campaigns.actions.audiences.choosing import (
    AudienceChoice,
    Chosen,
    LeftOut,
    Sieve,
    chunks,
    contacts_of,
)
from campaigns.models import Account
from campaigns.scripting.comparing import wilson
from personas.models import Contact

# So many contacts are looked at while somebody waits; of more, about so many tell the share (W2).
CONTACTS_AT_ONCE = 5_000
CONTACTS_IN_SAMPLE = 2_000
# The rows that one file may have (S14).
MOST_PEOPLE = 200_000


@dataclass(frozen=True, slots=True)
class Audience:
    """Who fits, and how many were left out for which reason; together they are all that were considered.

    `contacts` are all of the personas. Where only some were considered, between `low` and `high` of all are
    expected to fit; `is_cut` says that they are more than one campaign takes.
    """

    people: Sequence[Chosen]
    considered: int
    left_out: Mapping[LeftOut, int]
    contacts: int
    low: int
    high: int

    @property
    def is_estimate(self) -> bool:
        """Say whether only some were looked at."""
        return self.considered < self.contacts

    @property
    def is_cut(self) -> bool:
        """Say whether more are expected to fit than one campaign takes."""
        return self.high > MOST_PEOPLE


def audience(*, chosen: AudienceChoice, account: Account, now: datetime) -> Audience:
    """Return who fits a choice, estimated if the contacts are many. Ten queries for each 2,000 contacts.

    Nothing is stored.
    """
    found, sieve = contacts_of(chosen), Sieve(chosen, account, now)
    contacts = found.count()
    if contacts > CONTACTS_AT_ONCE:
        return _looked_at(sieve, chunks(_spread(found, contacts)), contacts)
    return _looked_at(sieve, chunks(found), contacts)


def _looked_at(sieve: Sieve, some: Iterable[list[Contact]], contacts: int) -> Audience:
    people: list[Chosen] = []
    left: Counter[LeftOut] = Counter()
    taken: set[str] = set()
    for chunk in some:
        sifted = sieve.sift(chunk, sieve.facts(chunk), taken)
        people += sifted.people
        left += sifted.left_out
    considered = len(people) + left.total()
    if considered >= contacts:
        return Audience(people, considered, left, considered, len(people), len(people))
    share = wilson(len(people), considered)
    return Audience(
        people, considered, left, contacts, int(share.low * contacts), round(share.high * contacts)
    )


def _spread(found: QuerySet[Contact], contacts: int) -> QuerySet[Contact]:
    """Return every so-manyth contact: imports lie in a row, and the first ones are like each other."""
    step = contacts // CONTACTS_IN_SAMPLE
    places = found.annotate(place=Window(RowNumber(), order_by=F("pk").asc()))
    every = places.annotate(rest=Mod(F("place"), step)).filter(rest=0)
    return Contact.objects.filter(pk__in=list(every.values_list("pk", flat=True))).order_by("pk")
