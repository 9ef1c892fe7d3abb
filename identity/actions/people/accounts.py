"""Driver accounts come to a person by hand, with the identifiers that have one holder (I8, I9)."""

from uuid import UUID

from identity import queries
from identity.actions.people import writing
from identity.actions.people.refusals import IdentifierHeld, SeveralHolders, UnknownDriver
from identity.actions.people.repeating import Overtaken
from identity.models import Driver, Identifier
from identity.rules import IdentifierKind, MatchRule, Source

# Papers have one holder once their account is linked; phones, e-mails and plates pass from hand to hand.
SOLE = (IdentifierKind.DOCUMENT, IdentifierKind.LICENCE)


def account_of(driver_id: str) -> Driver:
    """Return an account by its driver id. Raises UnknownDriver."""
    found = Driver.objects.filter(driver_id=driver_id).first()
    if found is None:
        raise UnknownDriver(driver=driver_id)
    return found


def holder_of(account: Driver) -> UUID | None:
    """Return whose an account is: who is linked to it, else who holds its document or licence (I4).

    None for nobody. Raises SeveralHolders.
    """
    linked = queries.person_of(source=Source.DRIVER, source_pk=account.driver_id)
    if linked is not None:
        return linked
    keys = writing.keys_of(account, SOLE)
    held = [
        Identifier.objects.filter(kind=kind, value=value).values_list("person_id", "is_sole")
        for kind, value in keys.items()
    ]
    rows = [row for found in held for row in found]
    persons = {person for person, is_sole in rows if is_sole} or {person for person, _is_sole in rows}
    if len(persons) > 1:
        raise SeveralHolders(persons=sorted(map(str, persons)))
    return next(iter(persons), None)


def adopt_account(*, account: Driver, person: UUID, by: UUID) -> bool:
    """Link an account to a person, with its papers; False when it is theirs. Raises Overtaken.

    The account before its papers, as jobs do, so that both wait for each other in one order.
    """
    if not writing.write_link(
        source=Source.DRIVER, source_pk=account.driver_id, person=person, rule=MatchRule.DRIVER, by=by
    ):
        if queries.person_of(source=Source.DRIVER, source_pk=account.driver_id) != person:
            raise Overtaken
        return False
    try:
        writing.know(person=person, keys=writing.keys_of(account, SOLE), sole=SOLE, by=by)
    except IdentifierHeld as error:
        # Whoever came first was not there when we looked.
        raise Overtaken from error
    return True
