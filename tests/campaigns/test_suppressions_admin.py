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
LISTS = "/admin/campaigns/suppressionlist"
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


def look(client: Client, **said: Any) -> str:
    """Send a list and return the page of what it would do."""
    body = {"kind": "number", "texts": "", "account": "", "reason": "", **said}
    return text_of(client.post(f"{ADMIN}/say/", body, follow=True))


def press(client: Client, page: str, name: str) -> str:
    """Press a button of a list's page."""
    found = re.search(rf'action="({LISTS}/\d+/press/{name}/)"', page)
    assert found, (name, page)
    return text_of(client.post(found[1], follow=True))


def say(client: Client, **said: Any) -> str:
    """Send a list and apply it."""
    return press(client, look(client, **said), "apply")


def counted(page: str) -> list[int]:
    """Return rows, new ones, those there already and those not taken, as the page says."""
    return [int(number) for number in re.findall(r"<dd>(\d+)</dd>", page)[:4]]


def refused_address(page: str) -> str:
    found = re.search(rf'href="({LISTS}/\d+/refused.xlsx)"', page)
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


def test_a_list_is_looked_at_before_anything_is_written(client: Client, inside: Inside) -> None:
    """W4, W3: the counts, the reasons of what is not taken with its row, examples; then it is applied."""
    page = look(client, kind="document", texts=f"{RUT}\n{RUT}\n9876543-4\nx")
    assert counted(page) == [4, 1, 1, 2]
    told = dict(re.findall(r'<th scope="row" class="number">(\d+)</th><td>([^<]+)</td>', page))
    assert told == {
        "3": "The check digit of the document is wrong.",
        "4": "The document does not have the form of a document.",
    }
    assert "<li>9876543-3 (CL)</li>" in page
    assert kept(inside) == set()
    done = press(client, page, "apply")
    assert "1 added, 1 there already, 2 not taken." in done
    assert kept(inside) == {(f"D:CL:{RUT}", "person", None, "")}
    assert "press/apply/" not in done


def test_a_list_with_nothing_new_is_said_again(client: Client, inside: Inside) -> None:
    """W4: applied, it keeps its numbers though the list that said them first is undone."""
    page = say(client, texts=NUMBER)
    assert "0 added, 1 there already, 0 not taken." in say(client, texts=NUMBER)
    assert "0 lifted, 1 stay." in press(client, page, "undo")


def test_a_list_of_which_nothing_is_taken_has_nothing_to_apply(client: Client) -> None:
    assert "press/apply/" not in look(client, texts="letters")


def test_a_look_that_no_longer_holds_is_looked_at_again(client: Client, inside: Inside) -> None:
    """W4: what changed meanwhile is said, before the button and after it."""
    page = look(client, texts=f"{NUMBER}\n22 555 0101")
    say(client, texts=NUMBER)
    refused = press(client, page, "apply")
    assert "Nothing was written: look at the list again." in refused
    assert "it cannot be applied as it was shown" in refused
    assert "press/apply/" not in refused
    assert len(kept(inside)) == 1
    again = press(client, refused, "again")
    assert "Counted again." in again
    assert "it cannot be applied as it was shown" not in again
    assert "1 added, 1 there already" in press(client, again, "apply")


def test_a_list_is_undone_from_its_history(client: Client, inside: Inside) -> None:
    """W4: found again by who and when; what was said again since stays, and how many is told."""
    say(client, texts=f"{NUMBER}\n22 555 0101")
    say(client, texts=f"{NUMBER}\n22 555 0102")
    rows = re.findall(rf'href="({LISTS}/\d+/change/)', text_of(client.get(f"{LISTS}/")))
    page = text_of(client.get(rows[-1]))
    assert "Undoing the list would lift 1 suppression. 1 would stay" in page
    assert "Alice" in page
    assert "1 lifted, 1 stay." in press(client, page, "undo")
    with inside():
        live = set(Suppression.objects.in_force().values_list("value", flat=True))
    assert live == {NUMBER, "+56225550102"}
    assert "press/undo/" not in text_of(client.get(rows[-1]))
    client.cookies["django_language"] = "es"
    assert re.search(r"Lista del? [^<]+ \(Una persona\)", text_of(client.get(f"{LISTS}/")))


def test_a_file_is_added(client: Client, inside: Inside) -> None:
    file = SimpleUploadedFile("list.csv", f"celular;rut\n987654320;\n;{RUT}\n".encode())
    assert "2 added" in say(client, file=file)
    assert {value for value, *_rest in kept(inside)} == {NUMBER, f"D:CL:{RUT}"}


def test_what_was_added_is_told_in_the_reader_s_figures(client: Client, inside: Inside) -> None:
    """W7: a list may have twenty thousand lines."""
    file = SimpleUploadedFile("lista.csv", ("celular\n987654320\n" + "x\n" * 1_001).encode())
    assert "1 added, 0 there already, 1,001 not taken." in say(client, file=file)


def test_refused_rows_come_back_as_a_workbook(client: Client, inside: Inside) -> None:
    """W3: the file's own columns and the reason; mended and sent again, they are taken."""
    rows = "".join(f"x{number};Ana {number}\n" for number in range(130))
    file = SimpleUploadedFile("lista.csv", f"celular;nombre\n987654320;Eva\n{rows}".encode())
    page = look(client, file=file)
    assert counted(page) == [131, 1, 0, 130]
    assert "Only the first 100 are shown." in page
    answer = client.get(refused_address(page))
    assert 'filename="lista-refused.xlsx"' in answer["Content-Disposition"]
    headings, first, *rest = sheet(answer)
    assert headings == ["celular", "nombre", "Row", "Code", "Reason"]
    assert first == ["x0", "Ana 0", 3.0, "phone_unreadable", "The phone number is not a number."]
    assert len(rest) == 129
    assert refused_address(press(client, page, "apply")), "until the day is over"


def sheet(answer: Any) -> list[Any]:
    return CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_typed_rows_come_back_in_columns_that_can_be_sent(client: Client) -> None:
    """W3"""
    headings, row = sheet(client.get(refused_address(look(client, texts="x", reason="por carta"))))
    assert headings == ["number", "document", "reason", "Row", "Code", "Reason"]
    assert row[:4] == ["x", "", "por carta", 1.0]


@pytest.mark.parametrize("gone", [{"created_by": uuid4()}, {"expires_at": Now()}])
def test_refused_rows_are_for_who_sent_them(client: Client, inside: Inside, gone: dict[str, Any]) -> None:
    """S5: 404 for everybody else, and for all after a day."""
    address = refused_address(look(client, file=SimpleUploadedFile("list.csv", b"number\nx\n")))
    assert client.get(address).status_code == 200
    with inside():
        StoredFile.objects.update(**gone)
    assert client.get(address).status_code == 404


def test_a_list_whose_file_is_gone_says_so(client: Client, inside: Inside) -> None:
    """A day later it can only be sent again."""
    page = look(client, texts=NUMBER)
    with inside():
        StoredFile.objects.all().delete()
    address = re.search(rf"{LISTS}/\d+/press/apply/", page)
    assert address
    change = address[0].replace("press/apply/", "change/")
    assert "is kept for a day. Send it again." in text_of(client.get(change))
    assert client.post(address[0]).status_code == 404


@pytest.mark.parametrize("number", ["7", "letters", f"{10**30}", "%00"])
def test_a_list_that_is_not_there_is_404(client: Client, number: str) -> None:
    """S13"""
    for path in ("change/", "press/apply/", "press/undo/"):
        assert client.post(f"{LISTS}/{number}/{path}").status_code == 404
    assert client.get(f"{LISTS}/{number}/refused.xlsx", follow=True).status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Type some, or choose a file."),
        ({"texts": "987654320", "file": b"number\n1\n"}, "Type some, or choose a file."),
        ({"file": b"name\nAna\n"}, "needs a column of numbers"),
        ({"file": b""}, "The file has no rows."),
        ({"texts": "1\n" * 20_001}, "At most 20,000 at once."),
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
    assert words in look(client, **said)
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


def test_one_that_was_said_again_meanwhile_is_not_lifted(client: Client, inside: Inside) -> None:
    """W4: the page has to be read anew, which then shows it; whoever names nothing has seen nothing."""
    say(client, texts=NUMBER)
    with inside():
        number = Suppression.objects.get()
    change = f"{ADMIN}/{number.pk}/change/"
    before = press_address(client, change)
    say(client, texts=NUMBER)
    for address in (before, before.partition("?")[0]):
        assert "said again since this was shown" in text_of(client.post(address, follow=True))
    with inside():
        assert Suppression.objects.in_force().count() == 1
    assert "Lifted: it may be called" in text_of(client.post(press_address(client, change), follow=True))


def press_address(client: Client, change: str) -> str:
    found = re.search(r'action="([^"]+/press/lift/[^"]*)"', client.get(change).content.decode())
    assert found
    return unescape(found[1])


def chosen(client: Client, numbers: list[int]) -> str:
    body = {"action": "lift_chosen", "_selected_action": numbers}
    return text_of(client.post(f"{ADMIN}/", body))


def test_chosen_ones_are_lifted_together(client: Client, inside: Inside) -> None:
    """W4: counted first, then exactly those; a call's own wish stays."""
    say(client, texts="\n".join(f"98765432{last}" for last in range(3, 6)))
    with inside():
        rows = list(Suppression.objects.order_by("pk"))
        Suppression.objects.filter(pk=rows[0].pk).update(source="call")
    page = chosen(client, [row.pk for row in rows])
    assert "Lift 2 suppressions" in page
    assert "it is lifted one by one, by who has read it" in page
    numbers = re.search(r'name="numbers" value="([\d,]+)"', page)
    assert numbers
    assert numbers[1] == ",".join(str(row.pk) for row in rows[1:])
    with inside():
        assert Suppression.objects.in_force().count() == 3
    body = {"numbers": numbers[1], "back": "https://elsewhere.example/"}
    answer = client.post(f"{ADMIN}/lift/", body)
    assert (answer.status_code, answer["Location"]) == (302, f"{ADMIN}/")
    with inside():
        assert list(Suppression.objects.in_force()) == rows[:1]


@pytest.mark.parametrize("numbers", ["", "x", "1,", f"{10**30}", "1," * 5_001, "1;DROP"])
def test_what_names_no_rows_lifts_nothing(client: Client, numbers: str) -> None:
    """S13"""
    assert client.post(f"{ADMIN}/lift/", {"numbers": numbers}).status_code == 404


def test_viewers_and_others_stay_outside(
    page: Pages, client: Client, bob: User, carol: User, inside: Inside
) -> None:
    """S1, S2"""
    say(client, texts=NUMBER)
    with inside():
        number = Suppression.objects.get()
    for path in ("", "say/", "lift/", f"{number.pk}/change/", f"{number.pk}/press/lift/"):
        assert page(bob).post(f"{ADMIN}/{path}", {"texts": NUMBER}).status_code in (403, 405)
    made = number.in_list_id
    for path in ("change/", "press/undo/", "refused.xlsx"):
        assert page(bob).post(f"{LISTS}/{made}/{path}").status_code in (403, 405)
        assert page(carol).post(f"{LISTS}/{made}/{path}").status_code == 404
    assert page(carol).get(f"{ADMIN}/{number.pk}/change/").status_code == 404
    assert page(carol).post(f"{ADMIN}/lift/", {"numbers": str(number.pk)}).status_code == 302
    with inside():
        assert Suppression.objects.in_force().count() == 1


def test_the_list_costs_a_fixed_number_of_queries(
    client: Client, inside: Inside, account: Account, django_assert_max_num_queries: Any
) -> None:
    say(client, texts="\n".join(f"98765{number:04}" for number in range(60)), account=str(account.pk))
    text_of(client.get(f"{ADMIN}/"))
    with django_assert_max_num_queries(12):
        assert text_of(client.get(f"{ADMIN}/")).count("/change/") >= 50
