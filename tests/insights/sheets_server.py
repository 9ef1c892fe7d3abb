"""A Google Sheets v4 server on this machine: token, metadata, batchGet, and every fault they are known for.

Values are Python's: texts, numbers, booleans, datetimes. What goes out follows the rendering options, without
trailing empty cells and rows, as Google does it. `requests` says what was asked, in order.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from insights.sources.moments import DAY_ZERO

ADDRESS = "lector@minga-pruebas.iam.gserviceaccount.example"
TOKEN = "synthetic-token"
HTML_503 = b"<!DOCTYPE html><html><title>Error 503 (Service Unavailable)!!1</title></html>"


@dataclass
class Sheet:
    """One spreadsheet: its tabs as rows of values, and whether it is shared."""

    tabs: dict[str, list[list[Any]]]
    title: str = "Comentarios"
    locale: str = "es_PE"
    zone: str = "America/Lima"
    is_shared: bool = True


@dataclass
class SheetsServer:
    """What a test says to the server: its sheets, and what goes wrong next."""

    address: str = ""
    sheets: dict[str, Sheet] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    faults: deque[str] = field(default_factory=deque)
    token_faults: deque[str] = field(default_factory=deque)

    def fail(self, *faults: str) -> None:
        """Let the next reads fail so: 429, 500, html_503, cut_json, cut_connection, 401, slow."""
        self.faults.extend(faults)

    @property
    def reads(self) -> list[str]:
        """What was read, tokens left out."""
        return [path for path in self.requests if path != "/token"]

    def write_key(self, folder: Path) -> Path:
        """Write a service account's key file whose tokens come from here; return its path."""
        path = folder / "service-account.json"
        key = {
            "type": "service_account",
            "project_id": "minga-pruebas",
            "private_key_id": "1",
            "private_key": _private_key(),
            "client_email": ADDRESS,
            "client_id": "1",
            "token_uri": f"{self.address}/token",
        }
        path.write_text(json.dumps(key))
        return path


@cache
def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode()


@contextmanager
def sheets_server() -> Iterator[SheetsServer]:
    """Run the server on a free port until the block ends."""
    told = SheetsServer()

    class Door(_Door):
        server_state = told

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    told.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Door(BaseHTTPRequestHandler):
    """Answers one connection."""

    server_state: SheetsServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_words: Any) -> None:
        """Keep quiet."""

    def do_POST(self) -> None:
        """Give a token for an assertion."""
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server_state.requests.append(self.path)
        fault = self.server_state.token_faults.popleft() if self.server_state.token_faults else ""
        if fault == "500":
            self._json(500, {"error": "internal_failure"})
        elif fault or form.get("grant_type") != ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:
            self._json(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
        else:
            self._json(200, {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"})

    def do_GET(self) -> None:
        """Answer a read, or fail as asked."""
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        self.server_state.requests.append(unquote(path))
        fault = self.server_state.faults.popleft() if self.server_state.faults else ""
        if self.headers.get("Authorization") != f"Bearer {TOKEN}" or fault == "401":
            self._error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        elif fault:
            self._fail(fault)
        else:
            self._read(path.removeprefix("/v4/spreadsheets/"), query)

    def _fail(self, fault: str) -> None:
        if fault == "429":
            self._error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Read requests'.")
        elif fault == "html_503":
            self._send(503, HTML_503, "text/html; charset=UTF-8")
        elif fault == "cut_json":
            self._send(200, b'{"spreadsheetId": "x", "valueRanges": [{"range": "Po', "application/json")
        elif fault == "cut_connection":
            self.close_connection = True
            self.connection.close()
        elif fault == "slow":
            time.sleep(1.0)
            self._error(500, "INTERNAL", "too late")
        else:
            self._error(int(fault), "INTERNAL", "Internal error encountered.")

    def _read(self, path: str, query: dict[str, list[str]]) -> None:
        number, _, what = path.partition("/")
        sheet = self.server_state.sheets.get(unquote(number))
        if sheet is None:
            self._error(404, "NOT_FOUND", "Requested entity was not found.")
        elif not sheet.is_shared:
            self._error(403, "PERMISSION_DENIED", "The caller does not have permission")
        elif what == "values:batchGet":
            self._values(unquote(number), sheet, query)
        else:
            properties = {"title": sheet.title, "locale": sheet.locale, "timeZone": sheet.zone}
            tabs = [{"properties": {"title": name}} for name in sheet.tabs]
            self._json(200, {"properties": properties, "sheets": tabs})

    def _values(self, number: str, sheet: Sheet, query: dict[str, list[str]]) -> None:
        ranges = []
        for asked in query["ranges"]:
            tab = asked[1:-1].replace("''", "'") if asked.startswith("'") else asked
            if tab not in sheet.tabs:
                self._error(400, "INVALID_ARGUMENT", f"Unable to parse range: {asked}")
                return
            values = _rendered(sheet, sheet.tabs[tab], query)
            found: dict[str, Any] = {"range": f"{tab}!A1:Z1000", "majorDimension": "ROWS"}
            ranges.append(found | ({"values": values} if values else {}))
        self._json(200, {"spreadsheetId": number, "valueRanges": ranges})

    def _error(self, code: int, status: str, message: str) -> None:
        self._json(code, {"error": {"code": code, "message": message, "status": status}})

    def _json(self, code: int, body: dict[str, Any]) -> None:
        self._send(code, json.dumps(body).encode(), "application/json; charset=UTF-8")

    def _send(self, code: int, body: bytes, kind: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _rendered(sheet: Sheet, rows: list[list[Any]], query: dict[str, list[str]]) -> list[list[Any]]:
    raw = query.get("valueRenderOption") == ["UNFORMATTED_VALUE"]
    serial = query.get("dateTimeRenderOption") != ["FORMATTED_STRING"]
    lines = [_trimmed([_cell(sheet, cell, raw=raw, serial=serial) for cell in row]) for row in rows]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _trimmed(cells: list[Any]) -> list[Any]:
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _cell(sheet: Sheet, cell: Any, *, raw: bool, serial: bool) -> Any:
    if isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime.combine(cell, datetime.min.time())
        if raw and serial:
            return (moment - DAY_ZERO).total_seconds() / 86_400
        return f"{moment:%m/%d/%Y %H:%M:%S}" if sheet.locale == "en_US" else f"{moment:%d/%m/%Y %H:%M:%S}"
    if cell is None:
        return ""
    if raw or isinstance(cell, str):
        return cell
    return str(cell).upper() if isinstance(cell, bool) else f"{cell:,}"
