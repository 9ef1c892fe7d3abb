"""The words that made a link go with it, and those come back that they had replaced (I7c, I9)."""

from datetime import datetime

from identity import queries
from identity.actions.linking.sql import rows
from identity.actions.people import writing
from identity.actions.people.verdicts import CONTRARY, WORDS, Word, in_order, said_at, say
from identity.models import Driver, Lead, Link
from identity.rules import VerdictKind, Via

WITHDRAW = f"""
    DELETE FROM identity_verdict v WHERE v.lead_id = %(lead)s AND v.kind = 'must_link' RETURNING {WORDS}
"""  # noqa: S608 - constants
LATER = f"""
    SELECT 1 FROM identity_verdict v WHERE {CONTRARY} AND v.created_at > %(created_at)s::timestamptz LIMIT 1
"""  # noqa: S608 - constants


def restore_words(*, lead: Lead, link: Link) -> None:
    """Leave a lead the words that it would have, had nobody made its link, which is gone.

    All that was replaced is said again in its order, so that the last word counts as it did.
    """
    words = in_order(rows(WITHDRAW, lead=lead.pk))
    since = _since(link, words)
    for word in words:
        if word["kind"] != VerdictKind.MUST_LINK or said_at(word) < since:
            _say_again(lead, word)


def _since(link: Link, words: list[Word]) -> datetime:
    """Return from when on a "must" belongs to a link; a job had linked by the last one before it."""
    musts = [said_at(word) for word in words if word["kind"] == VerdictKind.MUST_LINK]
    before = [moment for moment in musts if moment < link.linked_at]
    return max(before) if before and link.via != Via.MANUAL else link.linked_at


def _say_again(lead: Lead, word: Word) -> None:
    """Say a word in the name of whoever said it, unless it is about nobody now or was contradicted since."""
    account = word["driver"]
    if account is not None and not Driver.objects.filter(pk=account).exists():
        return
    try:
        person = writing.stay(word["person"]) if word["person"] else None
    except queries.UnknownPerson:
        return
    told = {**word, "person": person}
    if not rows(LATER, lead=lead.pk, **told):
        say(lead=lead, word=told)
