"""What does the log say? One line of named fields each: by ids, never by who somebody is (S13, S19)."""

import logging
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog
from django.db import DatabaseError
from psycopg import Error as DriverError

from tenants.intake.scrubbing import HIDDEN, scrubbed

# Django logs what it refuses there (a wrong Host, a look-up that is not allowed), each with its traceback.
REFUSALS = "django.security"
# Ours, and machine-made.
IDS = frozenset({"timestamp", "level", "logger", "request", "tenant", "job", "kind", "user", "code"})
Event = MutableMapping[str, Any]


class RefusalsInOneLine(logging.Filter):
    """Lets every record pass; what Django refused loses its traceback. Belongs on a handler, not a logger."""

    def __init__(self) -> None:
        super().__init__(REFUSALS)

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True."""
        if super().filter(record):
            record.exc_info = record.exc_text = None
        return True


def line() -> logging.Formatter:
    """Return the formatter of every line, whichever library wrote it."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            exception_without_words,
            scrub,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "logger", "event"]),
        ],
    )


def exception_without_words(_logger: object, _method: str, event: Event) -> Event:
    """Say of an exception its type and where it rose; its words may be anybody's, but for the database's."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_chain(error))
        # Celery writes an exception into its message, too.
        words = str(event.get("event", ""))
        event["event"] = words.split(": ", 1)[0] if "raised" in words else words
    return event


def scrub(_logger: object, _method: str, event: Event) -> Event:
    """Take out whatever says who somebody is, wherever a library wrote it."""
    for name, value in event.items():
        if name not in IDS and not isinstance(value, int | float | None):
            event[name] = scrubbed(str(value))
    return event


def _chain(error: BaseException) -> Iterator[str]:
    """Yield what led to an error first, as Python does."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _chain(before)
        yield "then"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_words(error)}"


def _words(error: BaseException) -> str:
    """Return a database's first line, which names columns and constraints, without quoted values."""
    if not isinstance(error, DatabaseError | DriverError):
        return HIDDEN
    first = str(error).split("\n", 1)[0]
    return scrubbed("'".join(part if at % 2 == 0 else HIDDEN for at, part in enumerate(first.split("'"))))
