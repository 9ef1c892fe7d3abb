"""Files of people on their way in by the API, and the account that pays for them."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from campaigns.models import Account, Campaign, Entry, Tally
from campaigns.queries import campaign, status_of
from campaigns.rules import EntryState
from tests.campaigns.calling import a_provider, an_account
from tests.doors import ApiClient

BATCHES = "/api/v1/batches"
CREATE, PREVIEW = f"{BATCHES}/excel/create", f"{BATCHES}/excel/preview"
HEADINGS = "RUT;Nombre;Empresa;Saldo actualizado;FechaVencimiento;Días de atraso;Celular"


def a_payer(code: str = "acc-test-001", **facts: Any) -> Account:
    """Return an account that can call."""
    return an_account(a_provider(name=code), code=code, **facts)


def check_digit(body: int) -> str:
    """Return the check digit of a RUT, by the rule's own words: weights 2 to 7 from the right, modulo 11."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(str(body))))
    return "0K987654321"[total % 11]


def debtor(number: int, *, amount: str = "98.500", name: str = "", phone: str = "") -> str:
    """Return one line of a collection, of the person of that number."""
    body = 10_000_000 + number
    called = phone or f"9{60_000_000 + number:08d}"[:9]
    return f"{body}-{check_digit(body)};{name or f'Persona {number}'};;{amount};01/03/2026;5;{called}"


def a_file(*lines: str, headings: str = HEADINGS) -> bytes:
    """Return a CSV file of these lines."""
    return "\r\n".join([headings, *lines, ""]).encode()


def people(count: int, *, first: int = 0) -> bytes:
    """Return a file of so many persons."""
    return a_file(*(debtor(number) for number in range(first, first + count)))


def send(
    client: ApiClient, path: str, content: bytes, *, name: str = "lista.csv", query: str = "", **form: Any
) -> HttpResponse:
    """Upload a file; `form` holds the parameters."""
    headers = {"Idempotency-Key": form.pop("key")} if "key" in form else {}
    asked: dict[str, Any] = {"account_id": "acc-test-001", "batch_name": "Marzo", **form}
    sent = {key: value for key, value in asked.items() if value is not None}
    sent["file"] = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.client.post(f"{path}{query}", sent, headers=headers)  # type: ignore[return-value]


def drift(found: Campaign) -> dict[str, tuple[int, int]]:
    """Return by state what the counters say and what is there, where they differ: nothing, ever."""
    tally = Tally.objects.get(campaign=found)
    counted = {state: getattr(tally, state) for state in EntryState}
    there = {state: Entry.objects.filter(campaign=found, state=state).count() for state in EntryState}
    assert tally.entries == sum(there.values())
    return {state: (counted[state], there[state]) for state in EntryState if counted[state] != there[state]}


def standing(code: str) -> dict[str, int]:
    """Return how many entries of a campaign stand where."""
    found = campaign(code=code)
    assert drift(found) == {}
    return {str(state): count for state, count in status_of(found).states.items() if count}


def cells_of(download: Any) -> list[list[str]]:
    """Return the rows of a CSV download."""
    import csv

    body = b"".join(download.streaming_content) if download.streaming else download.content
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
