"""Whom would a list keep from being called who waits for a call now?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from campaigns.actions.suppressing.ending import AT_ONCE, SUPPRESSIBLE
from campaigns.dispatch.wishes import Wish
from campaigns.models import Entry
from campaigns.models.entries import first_number
from campaigns.rules import SuppressionKind

CAMPAIGNS_SHOWN = 10


@dataclass(slots=True)
class Touched:
    """Who waits and would be barred or lose the number that is called first; `people` in all campaigns once.

    `campaigns` are the ones with most of them: code, name, how many wait.
    """

    waiting: int = 0
    people: int = 0
    campaign_count: int = 0
    campaigns: list[tuple[str, str, int]] = field(default_factory=list)


def touched_by(wishes: Sequence[Wish], *, account: int | None) -> Touched:
    """Return whom wishes would touch. One query a thousand wishes."""
    entries, people, campaigns = set[int](), set[str](), Counter[tuple[str, str]]()
    for number, person, *campaign in _waiting(wishes, account):
        # Somebody may be found by a document and a number of different parts.
        if number not in entries:
            entries.add(number)
            people.add(person)
            campaigns[(campaign[0], campaign[1])] += 1
    named = [(*campaign, count) for campaign, count in campaigns.most_common(CAMPAIGNS_SHOWN)]
    return Touched(len(entries), len(people), len(campaigns), named)


def _waiting(wishes: Sequence[Wish], account: int | None) -> Iterator[tuple[int, str, str, str]]:
    waiting = Entry.objects.filter(state__in=SUPPRESSIBLE).alias(first=first_number()).order_by()
    found = waiting if account is None else waiting.filter(campaign__account=account)
    for some in (wishes[at : at + AT_ONCE] for at in range(0, len(wishes), AT_ONCE)):
        numbers = [wish.value for wish in some if wish.kind == SuppressionKind.NUMBER]
        keys = [wish.value for wish in some if wish.kind == SuppressionKind.DOCUMENT]
        either = Q(first__in=numbers) | Q(person_key__in=[*keys, *(f"N:{one}" for one in numbers)])
        yield from found.filter(either).values_list("pk", "person_key", "campaign__code", "campaign__name")
