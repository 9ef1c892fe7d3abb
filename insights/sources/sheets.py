"""Google Sheets by gspread: one read for both tabs, a time limit, our own back-off (N1).

gspread's own back-off never ends, its `get_all_records` takes five reads and turns numbers into texts of the
sheet's locale, and a 403 comes out of it without a word; so only its lowest layer is used.
"""

import logging
import re
import time
from collections.abc import Callable, MutableMapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials
from gspread.http_client import HTTPClient
from requests import RequestException, Response, Session

from insights.sources.answers import Answer, lines_of
from insights.sources.backing_off import TryAgain, insistently
from insights.sources.refusals import (
    MissingTab,
    NoCredentials,
    NoSuchSheet,
    NotShared,
    SheetTooLarge,
    SheetUnavailable,
)
from tenants.intake.tables import MAX_ROWS

log = logging.getLogger(__name__)
SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
TIME_LIMIT = (5.0, 60.0)  # seconds to connect, and between two bytes
# Five times what 200,000 comments take; whatever unpacks to more is not read to its end (S14).
MOST_BYTES = 200_000_000
_PIECE = 1 << 20
# A sheet's id and nothing else: it becomes part of an address (S16).
SHEET_ID = re.compile(r"[A-Za-z0-9_-]{20,100}")
_RENDERED: MutableMapping[str, Any] = {
    "valueRenderOption": "UNFORMATTED_VALUE",
    "dateTimeRenderOption": "FORMATTED_STRING",
}
_ABOUT = "properties(title,locale,timeZone),sheets.properties.title"


class SheetsClient(HTTPClient):
    """gspread's lowest layer, led to another address where one is set, and insistent."""

    def __init__(self, *, pause: Callable[[float], None] = time.sleep) -> None:
        self.credentials = _credentials()
        # Refreshes have their own time limit there, of two minutes.
        session: Session = AuthorizedSession(  # type: ignore[no-untyped-call] # google-auth has no types
            self.credentials, refresh_timeout=int(TIME_LIMIT[1])
        )
        super().__init__(self.credentials, session)
        self.timeout = TIME_LIMIT
        self._pause = pause

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Response:
        """Send one request, again after 429, 5xx, cut answers and lost connections; raises a refusal."""
        try:
            return insistently(lambda: self._once(method, _led(endpoint), **kwargs), pause=self._pause)
        except TryAgain as given_up:
            log.warning("sheets: given up after %s", given_up)
            raise SheetUnavailable from given_up

    def _once(self, method: str, address: str, **kwargs: Any) -> Response:
        try:
            answer = self.session.request(method, address, timeout=self.timeout, stream=True, **kwargs)
            _take_body(answer)
            # A body cut in the middle is found here, where it can be asked for again; and parsed once.
            if answer.ok:
                answer.json = partial(_same, answer.json())  # type: ignore[method-assign]  # of this one answer
        except RefreshError as refused:
            raise _refresh_fault(refused) from refused
        except (RequestException, TransportError) as lost:
            raise TryAgain(type(lost).__name__) from lost
        except GoogleAuthError as refused:
            raise NoCredentials from refused
        return self._judged(answer)

    def _judged(self, answer: Response) -> Response:
        status = answer.status_code
        if status == 429 or status >= 500:
            raise TryAgain(f"status {status}", _asked_wait(answer))
        if status == 401:
            raise NoCredentials
        if status == 403:
            raise NotShared(self.address)
        if status == 404:
            raise NoSuchSheet
        if status == 400:
            raise _BadRequest
        if not answer.ok:
            raise SheetUnavailable
        return answer

    @property
    def address(self) -> str:
        """Return the service account's address, with which a sheet is shared."""
        return str(self.credentials.service_account_email)


class _BadRequest(Exception):
    """The ranges are not understood: a tab is missing."""


def read_sheet(
    spreadsheet_id: str,
    *,
    posts_tab: str,
    comments_tab: str,
    is_asked_about: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> Answer:
    """Return both tabs in one read, two more where one is missing; raises a SourceRefused (N1, N2).

    `is_asked_about` takes one more read, for the sheet's title, locale and zone.
    """
    if not SHEET_ID.fullmatch(spreadsheet_id):
        raise NoSuchSheet
    client = SheetsClient(pause=pause)
    about = _about(client, spreadsheet_id) if is_asked_about else {}
    try:
        posts, comments = _values(client, spreadsheet_id, [posts_tab, comments_tab])
    except _BadRequest:
        about = about or _about(client, spreadsheet_id)
        _check_tab(posts_tab, about)
        posts, comments = _values(client, spreadsheet_id, [posts_tab])[0], None
    told = about.get("properties", {})
    return Answer(
        lines_of(posts),
        None if comments is None else lines_of(comments),
        title=str(told.get("title", "")),
        locale=str(told.get("locale", "")),
        zone=str(told.get("timeZone", "")),
    )


def _values(client: SheetsClient, spreadsheet_id: str, tabs: Sequence[str]) -> list[list[list[Any]]]:
    told = client.values_batch_get(spreadsheet_id, [_range(tab) for tab in tabs], dict(_RENDERED))
    ranges = told.get("valueRanges", [])
    if len(ranges) != len(tabs):
        raise SheetUnavailable
    # An empty tab has no values at all.
    values = [found.get("values", []) for found in ranges]
    if max(map(len, values)) - 1 > MAX_ROWS:
        raise SheetTooLarge(MAX_ROWS)
    return values


def _take_body(answer: Response) -> None:
    """Take what the server sends, up to a limit. Raises SheetTooLarge."""
    body = bytearray()
    for piece in answer.iter_content(_PIECE):
        body += piece
        if len(body) > MOST_BYTES:
            answer.close()
            raise SheetTooLarge(MAX_ROWS)
    # As requests does it by itself, without a limit.
    answer._content = bytes(body)


def _same(parsed: Any, **_: Any) -> Any:
    return parsed


def _range(tab: str) -> str:
    return "'" + tab.replace("'", "''") + "'"


def _about(client: SheetsClient, spreadsheet_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.spreadsheets_get(spreadsheet_id, {"fields": _ABOUT})
    return found


def _check_tab(tab: str, about: dict[str, Any]) -> None:
    titles = [sheet.get("properties", {}).get("title") for sheet in about.get("sheets", [])]
    if tab not in titles:
        raise MissingTab(tab)


def _credentials() -> Credentials:
    try:
        # google-auth has no types
        found: Credentials = Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
            settings.GOOGLE_CREDENTIALS, scopes=[SCOPE]
        )
    except (OSError, ValueError, TypeError) as broken:
        raise NoCredentials from broken
    return found


def _refresh_fault(refused: RefreshError) -> Exception:
    return TryAgain("token endpoint") if refused.retryable else NoCredentials()


def _asked_wait(answer: Response) -> float:
    asked = answer.headers.get("Retry-After", "")
    return float(asked) if asked.isdecimal() and len(asked) < 5 else 0.0


def _led(endpoint: str) -> str:
    """Return the same address at the server that settings name, for tests and proxies."""
    if not settings.SHEETS_API_BASE:
        return endpoint
    parts, own = urlsplit(endpoint), urlsplit(settings.SHEETS_API_BASE)
    return urlunsplit((own.scheme, own.netloc, own.path.rstrip("/") + parts.path, parts.query, ""))
