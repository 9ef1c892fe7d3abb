"""Defects told to Sentry, where the installation has one: where they rose, with ids, never with words (S19).

Nothing loads this without a DSN.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import PurePath
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.types import DataCollectionUserOptions
from sentry_sdk.utils import event_from_exception
from structlog.contextvars import get_contextvars

from config.logged import REFUSALS

Told = dict[str, Any]
# Django logs every answer from 500 on there as an error, also one without an exception.
REQUESTS = "django.request"
# Of the log's own context; who asked stays in the log.
TAGS = frozenset({"request", "tenant", "job", "kind"})
# Whose sentences are written in this repository; what other loggers say may hold anything.
OURS = frozenset({"config", "campaigns", "identity", "insights", "personas", "tenants"})
# All that may leave, by name: whatever the package collects one day stays here.
KEPT = ("event_id", "timestamp", "platform", "level", "logger", "environment", "sdk", "transaction")
# And what it may collect on the way there, in its own words.
NOTHING: DataCollectionUserOptions = {
    "user_info": False,
    "cookies": {"mode": "off"},
    "http_headers": {"request": {"mode": "off"}},
    "http_bodies": [],
    "url_query_params": {"mode": "off"},
    "graphql": {"document": False, "variables": False},
    "gen_ai": {"inputs": False, "outputs": False},
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
    "frame_context_lines": 0,
}
KEPT_OF_FRAME = ("function", "module", "lineno", "in_app")
# A process that ends waits so long for its last reports; an answer waits for none.
LAST_SECONDS = 2


class ErrorReports(logging.Handler):
    """Sends the errors of the log, where pages, jobs, beat and commands tell of them all."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record, unless it tells of an answer: strangers and outages cause those, one a request."""
        if not is_answer(record):
            # What cannot be sent breaks nothing; logging itself would print the record's words instead.
            with suppress(Exception):
                send: Any = sentry_sdk.capture_event
                send(event_of(record))


def report_errors(*, dsn: str, environment: str) -> logging.Handler:
    """Send the errors of this process from now on; return what listens to the log.

    Of the package's integrations only those for a process that ends: others take requests and queries along.
    """
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        integrations=[ExcepthookIntegration(), AtexitIntegration(callback=_say_nothing)],
        default_integrations=False,
        auto_enabling_integrations=False,
        data_collection=NOTHING,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        # Somebody pressed Ctrl+C.
        ignore_errors=[KeyboardInterrupt],
        propagate_traces=False,
        auto_session_tracking=False,
        send_client_reports=False,
        enable_metrics=False,
        spotlight=False,
        debug=False,
        # Else it asks git for the one, and the machine for the other.
        release="",
        server_name="",
        in_app_include=sorted(OURS),
        shutdown_timeout=LAST_SECONDS,
        before_send=without_words,
    )
    handler = ErrorReports()
    logging.getLogger().addHandler(handler)
    return handler


def is_answer(record: logging.LogRecord) -> bool:
    """Say whether Django tells what it refused, or of a 5xx that was meant."""
    if record.name != REQUESTS:
        return record.name.startswith(REFUSALS)
    # Where no database answers outer middleware, the error stands beside the answer that was made of it.
    return not record.exc_info or getattr(record, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE


def event_of(record: logging.LogRecord) -> Told:
    """Return what a record tells: its error, our sentence without what was put into it, a page's route."""
    error = record.exc_info[1] if record.exc_info else None
    event: Told = {}
    if error is not None:
        event |= event_from_exception(error, dict(sentry_sdk.get_client().options))[0]
    event["level"] = "fatal" if record.levelno >= logging.CRITICAL else "error"
    event["logger"], event["logentry"] = record.name, {"message": str(record.msg)}
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    # The names of its parts, not what stood there.
    return event | ({"transaction": match.route} if match else {})


def without_words(event: Any, _hint: object) -> Any:
    """Return what may leave: types, stacks and ids. Asked by the package for everything that it sends."""
    told = {name: event[name] for name in KEPT if event.get(name)}
    told["tags"] = {name: str(value) for name, value in get_contextvars().items() if name in TAGS}
    if str(event.get("logger", "")).split(".")[0] in OURS:
        told["logentry"] = {"message": event["logentry"]["message"]}
    errors = (event.get("exception") or {}).get("values", [])
    return told | ({"exception": {"values": [_error(one) for one in errors]}} if errors else {})


def _error(error: Mapping[str, Any]) -> Told:
    """Keep type and stack: what an error says may be anybody's words."""
    frames = (error.get("stacktrace") or {}).get("frames", [])
    kept = {"type": error.get("type"), "module": error.get("module")}
    return kept | ({"stacktrace": {"frames": [_frame(one) for one in frames]}} if frames else {})


def _frame(frame: Mapping[str, Any]) -> Told:
    kept = {name: frame[name] for name in KEPT_OF_FRAME if name in frame}
    path = PurePath(frame.get("filename") or "")
    # A whole path begins with the name of whose folder it is.
    return kept | {"filename": path.name if path.is_absolute() else str(path)}


def _say_nothing(_pending: int, _seconds: float) -> None:
    """End without a word: the package would write to the terminal."""
