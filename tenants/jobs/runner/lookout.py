"""The beat looks for silent workers by itself: a job is offered anew as soon as its lease is over (S11).

A look of the sweeper each second would fill the queues of workers that are busy; this one is a query of the
beat's own process, and a message only where somebody fell silent.
"""

import logging
import threading
from time import sleep

from django.db import Error, connection

from tenants.jobs import queries
from tenants.jobs.actions import send
from tenants.jobs.queries import SilentTicket
from tenants.scope import public_scope

log = logging.getLogger(__name__)
TICK_SECONDS = 0.5
# A database that is away is asked again by everybody else too.
PAUSE_SECONDS = 5
Seen = frozenset[SilentTicket]


def begin(**_signal: object) -> None:
    """Look out until this process ends."""
    threading.Thread(target=_look_for_ever, daemon=True, name="lookout").start()


def look(seen: Seen = frozenset()) -> Seen:
    """Tell workers of each job that fell silent, but for those `seen` before; return all that are silent.

    Once for each lease: while all workers are busy, the sweeper tells them again.
    """
    with public_scope():
        silent = queries.silent_tickets()
    for ticket in silent - seen:
        send(ticket.job, ticket.schema)
    return silent


def _look_for_ever() -> None:
    seen: Seen = frozenset()
    while True:
        try:
            seen = look(seen)
        except Error as error:
            log.warning("silent workers cannot be looked for: %s", type(error).__name__)
            _pause()
        except Exception:
            # Nobody would miss a thread that died: jobs of killed workers would only wait for the sweeper.
            log.exception("silent workers cannot be looked for")
            _pause()
        sleep(TICK_SECONDS)


def _pause() -> None:
    connection.close()
    sleep(PAUSE_SECONDS)
