"""Who must not be called, on the staff's pages: typed, uploaded, found, lifted (Suppression)."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test import Client
from python_calamine import CalamineWorkbook

from campaigns.models import Account, Suppression
from tenants.models import User
from tenants.records.models import StoredFile
from tests.campaigns.conftest import Inside
from tests.campaigns.money import an_account

Pages = Callable[[User], Client]
ADMIN = "/admin/campaigns/suppression"
NUMBER, RUT = "+56987654320", "9876543-3"


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def account(inside: Inside) -> Account:
    with inside():
        return an_account()


def text_of(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.content[:300])
    return unescape(response.content.decode())


def say(client: Client, **said: Any) -> str:
    body = {"kind": "number", "texts": "", "account": "", "reason": "", **said}
    return text_of(client.post(f"{ADMIN}/say/", body, follow=True))


def refused_address(page: str) -> str:
    found = re.search(rf'href="({ADMIN}/refused/[^"]+)"', page)
    assert found, page
    return found[1]


def kept(inside: Inside) -> set[tuple[Any, ...]]:
    with inside():
        return set(Suppression.objects.values_list("value", "source", "account__code", "reason"))


def test_typed_numbers_are_added(client: Client, inside: Inside, account: Account) -> None:
    """One a line, in any spelling; blank lines say nothing."""
    page = say(client, texts="9 8765 4320\n\n22 555 0101\r\n", account=str(account.pk), reason="por escrito")
    assert "2 added, 0 there already, 0 not taken." in page
    assert kept(inside) == {
        (NUMBER, "person", "acc-one", "por escrito"),
        ("+56225550101", "person", "acc-one", "por escrito"),
    }


def test_what_was_not_taken_is_told_with_its_row(client: Client, inside: Inside) -> None:
    """W3: the good rows are written, the others told in words; the form stays for a second try."""
    page = say(client, kind="document", texts=f"{RUT}\n{RUT}\n9876543-4\nx")
    assert "1 added, 1 there already, 2 not taken." in page
    told = dict(re.findall(r'<th scope="row" class="number">(\d+)</th><td>([^<]+)</td>', page))
    assert told == {
        "3": "The check digit of the document is wrong.",
        "4": "The document does not have the form of a document.",
    }
    assert kept(inside) == {(f"D:CL:{RUT}", "person", None, "")}


def test_a_file_is_added(client: Client, inside: Inside) -> None:
    file = SimpleUploadedFile("list.csv", f"celular;rut\n987654320;\n;{RUT}\n".encode())
    assert "2 added" in say(client, file=file)
    assert {value for value, *_rest in kept(inside)} == {NUMBER, f"D:CL:{RUT}"}


def test_refused_rows_come_back_as_a_workbook(client: Client, inside: Inside) -> None:
    """W3: the file's own columns and the reason; mended and sent again, they are taken."""
    rows = "".join(f"x{number};Ana {number}\n" for number in range(130))
    file = SimpleUploadedFile("lista.csv", f"celular;nombre\n987654320;Eva\n{rows}".encode())
    page = say(client, file=file)
    assert "1 added, 0 there already, 130 not taken." in page
    assert "Only the first 100 are shown." in page
    answer = client.get(refused_address(page))
    assert 'filename="lista-refused.xlsx"' in answer["Content-Disposition"]
    headings, first, *rest = (
        CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    )
    assert headings == ["celular", "nombre", "Row", "Code", "Reason"]
    assert first == ["x0", "Ana 0", 3.0, "phone_unreadable", "The phone number is not a number."]
    assert len(rest) == 129


@pytest.mark.parametrize("gone", [{"created_by": uuid4()}, {"expires_at": Now()}])
def test_refused_rows_are_for_who_sent_them(client: Client, inside: Inside, gone: dict[str, Any]) -> None:
    """S5: 404 for everybody else, and for all after a day."""
    address = refused_address(say(client, file=SimpleUploadedFile("list.csv", b"number\nx\n")))
    assert client.get(address).status_code == 200
    with inside():
        StoredFile.objects.update(**gone)
    assert client.get(address).status_code == 404


def test_typed_ones_leave_no_file(client: Client, inside: Inside) -> None:
    """They stand in the form still."""
    assert "/refused/" not in say(client, texts="x")
    with inside():
        assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Type some, or choose a file."),
        ({"texts": "987654320", "file": b"number\n1\n"}, "Type some, or choose a file."),
        ({"file": b"name\nAna\n"}, "needs a column of numbers"),
        ({"file": b""}, "The file has no rows."),
        ({"texts": "1\n" * 20_001}, "At most 20000 at once."),
        ({"texts": "987654320", "kind": "person"}, "Select a valid choice"),
        ({"texts": "987654320", "account": "7"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_read_is_told_beside_the_field(
    client: Client, inside: Inside, said: dict[str, Any], words: str
) -> None:
    """Nothing is written."""
    if "file" in said:
        said = said | {"file": SimpleUploadedFile("list.csv", said["file"])}
    assert words in say(client, **said)
    assert kept(inside) == set()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("q=9+8765+4320", 1),
        ("q=9.876.543-3", 1),
        ("q=letters", 0),
        ("active=1", 1),
        ("active=0", 1),
        ("kind=document", 1),
        ("source=person", 2),
        ("source=file", 0),
    ],
)
def test_suppressions_are_found(client: Client, inside: Inside, query: str, found: int) -> None:
    """By a number or document however it is typed; by kind, source and state."""
    say(client, texts=NUMBER)
    say(client, kind="document", texts=RUT)
    with inside():
        number = Suppression.objects.get(value=NUMBER)
    client.post(f"{ADMIN}/{number.pk}/press/lift/")
    page = text_of(client.get(f"{ADMIN}/?{query}"))
    assert len(re.findall(rf"{ADMIN}/\d+/change/", page)) == found


def test_one_is_lifted_once(client: Client, inside: Inside, alice: User) -> None:
    """The button goes with what it lifts."""
    say(client, texts=NUMBER)
    with inside():
        number = Suppression.objects.get()
    change = f"{ADMIN}/{number.pk}/change/"
    assert f"{ADMIN}/{number.pk}/press/lift/" in text_of(client.get(change))
    assert "Lifted: it may be called" in text_of(client.post(f"{ADMIN}/{number.pk}/press/lift/", follow=True))
    page = text_of(client.get(change))
    assert "press/lift" not in page
    assert "Alice → Alice" in page
    assert client.post(f"{ADMIN}/{number.pk}/press/lift/").status_code == 404


def test_viewers_and_others_stay_outside(
    page: Pages, client: Client, bob: User, carol: User, inside: Inside
) -> None:
    """S1, S2"""
    say(client, texts=NUMBER)
    with inside():
        number = Suppression.objects.get()
    for path in ("", "say/", f"{number.pk}/change/", f"{number.pk}/press/lift/"):
        assert page(bob).post(f"{ADMIN}/{path}", {"texts": NUMBER}).status_code in (403, 405)
    assert page(carol).get(f"{ADMIN}/{number.pk}/change/").status_code == 404


def test_the_list_costs_a_fixed_number_of_queries(
    client: Client, inside: Inside, account: Account, django_assert_max_num_queries: Any
) -> None:
    say(client, texts="\n".join(f"98765{number:04}" for number in range(60)), account=str(account.pk))
    text_of(client.get(f"{ADMIN}/"))
    with django_assert_max_num_queries(12):
        assert text_of(client.get(f"{ADMIN}/")).count("/change/") >= 50
