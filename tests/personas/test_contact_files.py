"""Contacts are taken away as they are listed: narrowed alike, in the reader's words, also by a job (W6)."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from personas import actions, queries
from personas.models import Contact
from tenants.display import exports
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.doors import ApiClient
from tests.personas.importing import ANA, import_rows

Pages = Callable[[User], Client]
Apis = Callable[[User], ApiClient]
FILE, API = "/personas/contacts/file/", "/api/v1/contacts/export/"
EVA = "Eva,Ruiz,,eva@x.example,Birch,Jefa de nada,03 Feb 2024"
ODD = "=Odo,Sol,https://linkedin.com/in/odo,,Acme,Gerente de Marketing,"


@pytest.fixture
def three(acme: Tenant, alice: User) -> Tenant:
    """Ana and Odo by their titles; Eva, whom no keyword finds, by Alice's hand."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, ANA, EVA, ODD)
        eva = Contact.objects.get(first_name="Eva")
        actions.qualify(contact_id=eva.pk, persona="dc_medicas", by=alice.id)
    return acme


def told(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def names(rows: list[dict[str, str]]) -> list[str]:
    return [row["First name"] for row in rows]


def test_a_row_says_who_why_by_whom_and_when(page: Pages, bob: User, three: Tenant) -> None:
    """W1, P7: persona, what won it and how, by hand or by the rules, since when; newest first."""
    odo, eva, ana = told(page(bob).get(FILE).getvalue())
    assert ana.pop("Decided at")[:4] == eva["Decided at"][:4]
    with tenant_scope(three.schema_name):
        known = queries.contact(contact_id=Contact.objects.get(first_name="Ana").pk)
    assert ana == {
        "First name": "Ana",
        "Last name": "Pérez",
        "E-mail": "ana@acme.example",
        "Company": "Acme",
        "Job title": known.job_title,
        "LinkedIn profile": known.linkedin_url,
        "Phone": "",
        "Connected": "2024-01-05",
        "Persona": "Marketing",
        "Code": "dc_marketing",
        "Keyword": known.classification.keyword_text,
        "Match": "phrase",
        "Decided": "By rules",
        "Source": "linkedin_connections_ana",
    }
    assert (eva["Code"], eva["Decided"], eva["Match"]) == ("dc_medicas", "By hand", "")
    # S15: never a live formula.
    assert odo["First name"] == "'=Odo"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=eva@", ["Eva"]),
        ("held=1", ["Eva"]),
        ("persona=dc_marketing", ["'=Odo", "Ana"]),
        ("company=ACME&q=ana", ["Ana"]),
        ("title=jefa de nada", ["Eva"]),
        ("q=nobody", []),
    ],
)
def test_it_is_narrowed_as_the_list_is(
    page: Pages, bob: User, three: Tenant, query: str, found: list[str]
) -> None:
    """W6: the page's own address leads to the file of its rows."""
    client = page(bob)
    assert names(told(client.get(f"{FILE}?{query}").getvalue())) == found
    shown = client.get(f"/personas/contacts/?{query}").content.decode()
    assert ("/personas/contacts/file/?" in shown) is bool(found)


def test_its_words_are_the_readers(page: Pages, alice: User, three: Tenant) -> None:
    """W7: whoever reads Spanish takes Spanish headings and words away."""
    client = page(alice)
    client.cookies["django_language"] = "es"
    content = client.get(FILE).getvalue().decode("utf-8-sig")
    first, *rows = csv.reader(io.StringIO(content))
    assert first[0] == "Nombre"
    assert {row[first.index("Decidido")] for row in rows} == {"A mano", "Por reglas"}


def test_many_are_written_by_a_job_in_the_words_of_who_asked(
    page: Pages, bob: User, three: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W2, S2: offered to a viewer too; the job's cells are those of the page."""
    monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 1)
    client, here = page(bob), f"{FILE}?held=0&format=xlsx"
    offer = client.get(here)
    assert (offer.status_code, b'method="post"' in offer.content) == (200, True)
    job = client.post(here)["Location"]
    assert work_once(platform=False)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{job}file/").content))
    head, *rows = book.get_sheet_by_index(0).to_python()
    plain = told(client.get(f"{FILE}?held=0").getvalue())
    assert [str(word) for word in head] == list(plain[0])
    assert [str(row[1]) for row in rows] == [row["Last name"] for row in plain] == ["Sol", "Pérez"]


def test_a_program_takes_the_same_rows(api: Apis, page: Pages, bob: User, three: Tenant) -> None:
    """W6, W10: the list's filters and no other; a format that there is not is refused."""
    client = api(bob)
    taken: Any = client.get(API, {"persona": "dc_marketing", "held": "false"})
    assert taken.getvalue() == page(bob).get(f"{FILE}?persona=dc_marketing&held=0").getvalue()
    assert client.get(API, {"keyword": "nothing"}).getvalue().count(b"\n") == 1
    assert client.get(API, {"format": "pdf"}).status_code == 400
    assert client.get(API, {"held": "maybe"}).status_code == 400
    assert client.get(API, {"before": "1"}).status_code == 400


def test_a_program_gets_the_job_of_a_large_workbook(
    api: Apis, bob: User, three: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W13: 202 with the job and where its file will be; CSV is taken at once."""
    monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 1)
    client = api(bob)
    assert client.get(API, {"format": "csv"}).status_code == 200
    made: Any = client.get(API, {"format": "xlsx", "persona": "dc_marketing"})
    assert (made.status_code, made["Location"]) == (202, made.json()["links"]["self"])
    assert work_once(platform=False)
    assert client.get(made.json()["file"]).content[:2] == b"PK"


def test_staff_take_the_list_as_they_narrowed_it(page: Pages, alice: User, three: Tenant) -> None:
    """W6: the administration's filters are those of the file it leads to."""
    client = page(alice)
    shown = client.get("/admin/personas/contact/?held=1&q=eva&o=-2&all=").content.decode()
    assert f'href="{FILE}?held=1&amp;q=eva&amp;format=csv"' in shown
    assert names(told(client.get(f"{FILE}?held=1&q=eva&format=csv").getvalue())) == ["Eva"]


def test_another_tenants_contacts_are_in_no_file(page: Pages, carol: User, three: Tenant) -> None:
    """S1."""
    assert told(page(carol).get(FILE).getvalue()) == []


def test_its_queries_are_as_many_however_many_rows(
    page: Pages, bob: User, acme: Tenant, django_assert_max_num_queries: Any
) -> None:
    """Rows come by one statement."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, *(f"P{number},Sol,,p{number}@x.example,Acme,Jefe," for number in range(60)))
    client = page(bob)
    with django_assert_max_num_queries(14):
        assert len(told(client.get(FILE).getvalue())) == 60


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "a" * 201,
        "q=a%00b",
        "company=" + "a" * 201,
        "persona=nobody",
        "held=maybe",
        "compnay=Acme",
        "q=ana&q=eva",
        "before=1",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_filter_that_means_nothing_writes_no_file(
    page: Pages, bob: User, three: Tenant, query: str, method: str
) -> None:
    """W6, S13: not all contacts instead; the page says which filter it was."""
    refused = getattr(page(bob), method)(f"{FILE}?{query}")
    name = query.partition("=")[0]
    assert (refused.status_code, f"No filter “{name}”" in refused.content.decode()) == (400, True)


@pytest.mark.parametrize("query", ["", "q=", "q=+&company=", "format=csv", "q=+ana+&held="])
def test_what_asks_for_nothing_is_no_filter(page: Pages, bob: User, three: Tenant, query: str) -> None:
    """W6: empty fields of a form, and blanks around a word."""
    found = names(told(page(bob).get(f"{FILE}?{query}").getvalue()))
    assert found == (["Ana"] if "ana" in query else ["'=Odo", "Eva", "Ana"])
