"""Messages go out, one after the other for each endpoint, at least once (W16, S16)."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from tenants.jobs.runner import Run
from tenants.jobs.runner.crash import crash_point
from tenants.outgoing import BadTarget, NotSent, send
from tenants.records.actions import webhooks
from tenants.records.actions.webhooks import Message
from tenants.records.signing import headers_of

log = logging.getLogger(__name__)
SECONDS = 15.0
# The status decides; the answer's words are not kept.
ANSWER_LIMIT = 16 * 1024


def deliver(run: Run, *, clock: Callable[[], datetime]) -> dict[str, int]:
    """Send an endpoint what is due, until nothing is or it rests. A try whose end was lost is made again."""
    while message := _claimed(run, clock()):
        # What has gone out is written down before anything else ends this job.
        with run.undivided():
            begun = time.monotonic()
            status, fault = _sent(message, clock())
            crash_point("after_send")
            took_ms = int(1000 * (time.monotonic() - begun))
            with run.chunk() as chunk:
                is_taken = webhooks.settle(
                    message=message, status=status, fault=fault, took_ms=took_ms, now=clock()
                )
                chunk.advance(1, delivered=int(is_taken), failed=int(not is_taken))
    return dict(run.counters)


def _claimed(run: Run, now: datetime) -> Message | None:
    with run.chunk():
        return webhooks.claim(endpoint=UUID(run.params["endpoint"]), now=now)


def _sent(message: Message, now: datetime) -> tuple[int | None, str]:
    """Send one message; return the status that came back, or why none did."""
    signed = headers_of(
        message=str(message.id), moment=int(now.timestamp()), body=message.body, seeds=message.seeds
    )
    try:
        answer = send(
            method="POST",
            url=message.url,
            headers={"Content-Type": "application/json", **signed},
            content=message.body.encode(),
            seconds=SECONDS,
            limit=ANSWER_LIMIT,
        )
    except BadTarget:
        return None, "address"
    except NotSent as failed:
        log.info("webhook %s not delivered: %s", message.id, failed.code)
        return None, failed.code
    return answer.status, ""
