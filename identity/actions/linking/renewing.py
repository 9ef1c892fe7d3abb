"""An account's papers change: its person is known by those it says now, no longer by those it said (I3)."""

from collections.abc import Collection

from identity.actions.linking import statements, writes
from identity.actions.linking.applying import own_identifiers
from identity.actions.linking.records import account
from identity.actions.linking.sql import rows, run


def renew_papers(*, drivers: Collection[str]) -> None:
    """Give the persons of accounts, by driver id, the documents and licences that the accounts say now.

    A slip that a file corrects would else tie whoever really has that number to the wrong person. What people
    confirmed stays, and what somebody else holds stays theirs. In the caller's transaction, which holds the
    evidence; two statements at least.
    """
    if not drivers:
        return
    named = list(drivers)
    run(writes.FORGET_PAPERS, drivers=named)
    linked = map(account, rows(statements.LINKED_ACCOUNTS, drivers=named))
    own_identifiers([(one.person, one) for one in linked if one.person], must_win=False)
