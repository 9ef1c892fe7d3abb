"""Give persons the accounts that came after them: driver links heal (I13)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from identity.actions.linking import statements
from identity.actions.linking.applying import link_accounts
from identity.actions.linking.batches import decide_all
from identity.actions.linking.candidates import known, unlinked_holders
from identity.actions.linking.records import Account, asked
from identity.actions.linking.ruleset import current_ruleset
from identity.actions.linking.sql import rows
from identity.actions.linking.stamping import Stamp
from identity.matching.keys import name_tokens
from identity.matching.names import similarity
from identity.rules import Outcome, Source, Via


@transaction.atomic
def adopt_accounts(*, persons: Collection[UUID], via: Via, now: datetime, job: UUID | None = None) -> int:
    """Link accounts of nobody that bear a document or licence which one of the persons alone holds (I4).

    Not under a clearly different name (I4). Returns how many were linked; a second call links none.
    """
    people = known(persons)
    rules = current_ruleset()
    taken: dict[str, tuple[UUID, Account]] = {}
    for person, account in unlinked_holders(people):
        name = name_tokens(people[person].name_key)
        apart = (
            name and account.facts.name and similarity(name, account.facts.name) < rules.thresholds.different
        )
        if not apart:
            taken.setdefault(account.driver_id, (person, account))
    return link_accounts(taken, Stamp(Source.DRIVER, via, now, rules, job), must_win=False)


@transaction.atomic
def map_drivers(*, leads: Sequence[int], via: Via, now: datetime, job: UUID | None = None) -> int:
    """Give the persons of linked leads the accounts that their leads' facts lead to now.

    For persons without an account: where the rules name one group of accounts that is nobody's, it is theirs.
    Returns how many accounts were linked.
    """
    rules = current_ruleset()
    owners = {row[0]: row[1] for row in rows(statements.WITHOUT_DRIVER, leads=list(leads))}
    again = [asked(row) for row in rows(statements.LINKED_LEADS, leads=list(owners))]
    taken: dict[str, tuple[UUID, Account]] = {}
    for one in decide_all(again, rules) if again else ():
        person = one.person
        if one.judged.decision.outcome is Outcome.MATCHED and isinstance(person, str):
            for account in one.accounts.get(person, ()):
                taken.setdefault(account.driver_id, (owners[one.lead.id], account))
    return link_accounts(taken, Stamp(Source.DRIVER, via, now, rules, job), must_win=False)
