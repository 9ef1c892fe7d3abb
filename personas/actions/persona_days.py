"""How many contacts each persona gains and loses a day, kept where personas change, so nobody recounts."""

from collections.abc import Iterable

from django.utils import timezone

from personas.actions import statements as sql

# Old persona, new persona, contacts.
Move = tuple[int | None, int | None, int]


def count_moves(moves: Iterable[Move]) -> None:
    """Add (old persona, new persona, contacts) to today's counts; None for a contact that came or went.

    In the caller's transaction, once and after every contact's lock: days are what all writers share, so one
    that holds some and asks for more may wait in a circle. One statement.
    """
    gained: dict[int, int] = {}
    lost: dict[int, int] = {}
    for old, new, contacts in moves:
        if old == new:
            continue
        if new is not None:
            gained[new] = gained.get(new, 0) + contacts
        if old is not None:
            lost[old] = lost.get(old, 0) + contacts
    personas = sorted(gained | lost)
    if personas:
        sql.rows(
            sql.COUNT_MOVES,
            personas=personas,
            days=[timezone.localdate()] * len(personas),
            gained=[gained.get(persona, 0) for persona in personas],
            lost=[lost.get(persona, 0) for persona in personas],
        )
