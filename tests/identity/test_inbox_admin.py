"""The inbox of cases: what it lists, what it says of a lead and candidates, what its forms do (I9, I10)."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from identity import actions
from identity.models import BacklogEvent, Case, Lead, Link, Person, Verdict
from identity.rules import Via
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.scope import tenant_scope
from tests.identity.fleet import a_driver, a_lead, a_person, linked

Pages = Callable[[User], Client]
INBOX = "/admin/identity/inbox/"
PHONE = "999888777"


@pytest.fixture
def client(page: Pages, alice: User) -> Client:
    return page(alice)


@pytest.fixture
def cases(acme: Tenant) -> dict[str, int]:
    """Ana, whose phone two people have; Eva, whose phone has another name; Leo, whom nobody knows."""
    with tenant_scope(acme.schema_name):
        a_driver("d-one", name="Ana Ruiz", phone=PHONE, document="12345678")
        a_driver("d-two", name="Ana Rojas", phone=PHONE, document="87654321")
        a_driver("d-other", name="Walter Quispe", phone="911222333", document="11112222")
        leads = {
            "ana": a_lead("L-ana", phone=PHONE, email="ana@x.example"),
            "eva": a_lead("L-eva", name="Eva Torres", phone="911222333"),
            "leo": a_lead("L-leo", name="Leo Paz", document="55556666", on=None),
        }
        actions.link_leads(leads=[lead.pk for lead in leads.values()], via=Via.RECOVER, now=timezone.now())
        return {name: lead.pk for name, lead in leads.items()}


def shown(client: Client, query: str = "", **headers: Any) -> str:
    response = client.get(INBOX + query, headers=headers)
    assert response.status_code == 200, (query, response.status_code, response.content[:300])
    return unescape(response.content.decode())


def sent(client: Client, do: str, case: int, **form: Any) -> Any:
    return client.post(INBOX, {"do": do, "case": case} | form)


def state_of(acme: Tenant, lead: int) -> str:
    with tenant_scope(acme.schema_name):
        return Case.objects.get(pk=lead).state


def listed(text: str) -> list[str]:
    """Return the leads on the left, in order."""
    names = text.partition('<nav class="card cases"')[2].partition("</nav>")[0]
    return [part.partition("</span>")[0] for part in names.split('<span class="name">')[1:]]


def test_who_was_set_aside_is_marked(client: Client, acme: Tenant) -> None:
    """I10: a case whose lead would be linked now, and somebody of the same number in another park."""
    with tenant_scope(acme.schema_name):
        lead = a_lead("L-ana", name="Ana Ruiz", phone=PHONE)
        actions.link_leads(leads=[lead.pk], via=Via.RECOVER, now=timezone.now())
        for park, document in (("lima", "12345678"), ("cusco", "87654321")):
            a_driver(name="Ana Ruiz", phone=PHONE, park=park, document=document)
    page = shown(client, f"?case={lead.pk}")
    assert (page.count("the rules' choice"), page.count("set aside by a rule")) == (1, 1)
    assert page.index("the rules' choice") < page.index("set aside by a rule")


def test_review_comes_first_and_then_the_reasons(client: Client, cases: dict[str, int]) -> None:
    """I6: what a person can settle, then the rest; counts by reason beside it."""
    page = shown(client)
    assert listed(page) == ["L-ana", "Eva Torres", "Leo Paz"]
    assert "Several persons fit · 1" in page
    assert "Nobody found · 1" in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?outcome=unmatched", ["Leo Paz"]),
        ("?reason=NAME_MISMATCH", ["Eva Torres"]),
        ("?week=2026-03-13", ["L-ana", "Eva Torres"]),
        ("?week=2026-03-16", []),
        ("?q=torres", ["Eva Torres"]),
        ("?q=%2B51+911+222+333", ["Eva Torres"]),
        ("?q=911222333", []),
        ("?q=5555.6666", ["Leo Paz"]),
        ("?q=ana@x.example", ["L-ana"]),
        ("?q=L-leo", ["Leo Paz"]),
        ("?q=nobody", []),
        ("?reason=nonsense&week=yesterday&outcome=x&case=abc&q=a%00b", ["L-ana", "Eva Torres", "Leo Paz"]),
    ],
)
def test_cases_are_filtered_and_searched(
    client: Client, cases: dict[str, int], query: str, names: list[str]
) -> None:
    """W6: by what stands in the address; what makes no sense narrows nothing."""
    assert listed(shown(client, query)) == names


def test_it_says_what_agrees_and_what_differs_in_words(client: Client, cases: dict[str, int]) -> None:
    """I10, W8: the lead beside its candidate, the rules' words, a waterfall that sums up."""
    page = shown(client, f"?case={cases['eva']}")
    assert "Walter Quispe" in page
    assert "the same" in page.partition("Phone</th>")[2].partition("</tr>")[0]
    assert "different" in page.partition("Name</th>")[2].partition("</tr>")[0]
    assert "names one person, under a clearly different name" in page
    assert page.count('class="chart-waterfall"') == 1
    assert "The name is another" in page
    assert "Recovery" in page.partition('id="attempts"')[2]


def test_two_candidates_have_a_waterfall_each(client: Client, cases: dict[str, int]) -> None:
    page = shown(client, f"?case={cases['ana']}")
    assert page.count('class="chart-waterfall"') == 2
    assert "several persons, none clearly ahead" in page
    assert "The likeliest is 0.0 bits ahead of the next." in page


def test_a_link_by_hand_leads_to_the_next_case(client: Client, acme: Tenant, cases: dict[str, int]) -> None:
    """I9: resolved by hand, told with a way to see it; the next case is in view."""
    response = sent(client, "link", cases["ana"], driver="d-one", note="by phone")
    assert response.status_code == 302
    assert response["Location"] == f"{INBOX}?case={cases['eva']}&done={cases['ana']}"
    page = shown(client, response["Location"].removeprefix(INBOX))
    assert "L-ana is linked to" in page
    assert listed(page) == ["Eva Torres", "Leo Paz"]
    with tenant_scope(acme.schema_name):
        link = Link.objects.get(source="cabinet_lead", source_pk="L-ana")
        assert (link.rule, link.via) == ("MANUAL_RESOLUTION", "manual")
        assert Link.objects.get(source="driver", source_pk="d-one").person_id == link.person_id


def test_the_filter_stays_from_case_to_case(client: Client, cases: dict[str, int]) -> None:
    """W6: the next case is the next one of the same list."""
    response = sent(client, "ignore", cases["ana"], outcome="review")
    assert response["Location"] == f"{INBOX}?outcome=review&case={cases['eva']}&done={cases['ana']}"
    last = sent(client, "ignore", cases["eva"], outcome="review")
    assert last["Location"] == f"{INBOX}?outcome=review&done={cases['eva']}"


def test_a_link_is_taken_back_as_if_it_had_not_been(
    client: Client, acme: Tenant, cases: dict[str, int]
) -> None:
    """I9, W4: red and open again, no verdict, no person left over; the book of the backlog agrees (I15)."""
    sent(client, "new", cases["leo"])
    with tenant_scope(acme.schema_name):
        assert Person.objects.filter(name="Leo Paz").exists()
    response = sent(client, "take-back", cases["leo"])
    assert response["Location"] == f"{INBOX}?case={cases['leo']}"
    with tenant_scope(acme.schema_name):
        assert not Person.objects.filter(name="Leo Paz").exists()
        assert not Verdict.objects.exists()
        assert not Link.objects.filter(source_pk="L-leo").exists()
        kinds = BacklogEvent.objects.filter(source_pk="L-leo").order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["entered", "resolved_manually", "re_entered"]
    assert state_of(acme, cases["leo"]) == "open"
    assert sent(client, "take-back", cases["leo"]).status_code == 409


def test_a_person_who_has_more_than_the_slip_stays(
    client: Client, acme: Tenant, cases: dict[str, int]
) -> None:
    """I9: only a person that nothing hangs on goes with the link."""
    with tenant_scope(acme.schema_name):
        person = a_person("Leo Paz", document="55556666")
        linked(a_lead("L-before", name="Leo Paz"), person)
    sent(client, "link", cases["leo"], person=str(person.pk))
    sent(client, "take-back", cases["leo"])
    with tenant_scope(acme.schema_name):
        assert list(Link.objects.filter(person=person).values_list("source_pk", flat=True)) == ["L-before"]


def test_a_case_is_ignored_with_a_note_and_opened_again(
    client: Client, acme: Tenant, cases: dict[str, int]
) -> None:
    """I9: a person's ignore stays, and is taken back by a button."""
    response = sent(client, "ignore", cases["leo"], note="  left the country ")
    page = shown(client, response["Location"].removeprefix(INBOX))
    assert "Leo Paz is ignored." in page
    assert 'value="reopen"' in page
    with tenant_scope(acme.schema_name):
        assert Case.objects.get(pk=cases["leo"]).note == "left the country"
    assert "no run tries it" in shown(client, f"?case={cases['leo']}")
    late = sent(client, "new", cases["leo"])
    assert (late.status_code, "Open it again first" in late.content.decode()) == (409, True)
    assert sent(client, "reopen", cases["leo"])["Location"] == f"{INBOX}?case={cases['leo']}"
    assert state_of(acme, cases["leo"]) == "open"


def test_who_it_cannot_be_is_no_candidate_any_more(
    client: Client, acme: Tenant, cases: dict[str, int]
) -> None:
    """I7c: a verdict binds every later run, and shows at once."""
    response = sent(client, "cannot", cases["ana"], driver="d-one")
    assert response["Location"] == f"{INBOX}?case={cases['ana']}"
    page = shown(client, f"?case={cases['ana']}")
    assert page.count('class="chart-waterfall"') == 1
    assert "cannot be" in page.partition('id="attempts"')[2]
    with tenant_scope(acme.schema_name):
        assert AuditEntry.objects.filter(verb="give_verdict").count() == 1


def test_another_try_is_asked_for(client: Client, acme: Tenant, cases: dict[str, int]) -> None:
    """I11: a person's ask is new evidence."""
    response = sent(client, "ask", cases["ana"])
    assert "is tried again by the next run" in shown(client, response["Location"].removeprefix(INBOX))
    with tenant_scope(acme.schema_name):
        assert Case.objects.get(pk=cases["ana"]).woken_at is not None


def test_somebody_else_is_found_and_linked(client: Client, acme: Tenant, cases: dict[str, int]) -> None:
    """A person or an account of nobody, by name, by a key, by a key of an account."""
    with tenant_scope(acme.schema_name):
        person = a_person("María Salas")
        linked(a_driver("d-mary", name="Maria Salas", phone="955111222"), person)
    for who in ("maria salas", "%2B51 955 111 222", "d-mary"):
        page = shown(client, f"?case={cases['leo']}&who={who}")
        assert f'name="person" value="{person.pk}"' in page, who
    assert 'name="driver" value="d-two"' in shown(client, f"?case={cases['leo']}&who=rojas")
    with tenant_scope(acme.schema_name):
        for at in range(11):
            a_person(f"Carla {at}")
    assert "More are like that." in shown(client, f"?case={cases['leo']}&who=carla")
    assert "More are like that." not in shown(client, f"?case={cases['leo']}&who=salas")
    assert "Nobody is like that." in shown(client, f"?case={cases['leo']}&who=zzz")
    sent(client, "link", cases["leo"], person=str(person.pk))
    with tenant_scope(acme.schema_name):
        assert Link.objects.get(source_pk="L-leo").person_id == person.pk


def test_a_case_that_a_job_resolved_meanwhile_says_so(
    client: Client, acme: Tenant, cases: dict[str, int]
) -> None:
    """I9: 409, nothing is overwritten, and what was typed is still there."""
    with tenant_scope(acme.schema_name):
        person = a_person("Somebody Else")
        linked(Lead.objects.get(pk=cases["leo"]), person)
        Case.objects.filter(pk=cases["leo"]).update(state="resolved", closed_at=timezone.now())
    response = sent(client, "link", cases["leo"], driver="d-one", note="my note")
    page = unescape(response.content.decode())
    assert response.status_code == 409
    assert "The case is resolved." in page
    assert "The lead is linked to Somebody Else" in page
    assert 'data-key="1"' not in page
    with tenant_scope(acme.schema_name):
        assert Link.objects.get(source_pk="L-leo").person_id == person.pk
    assert sent(client, "ignore", cases["leo"]).status_code == 409


def test_a_refused_act_keeps_what_was_typed(client: Client, cases: dict[str, int]) -> None:
    response = sent(client, "link", cases["leo"], driver="no-such-account", note="my note")
    assert response.status_code == 404
    page = unescape(response.content.decode())
    assert "There is no such driver account." in page
    assert 'value="my note"' in page


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"do": "nothing"}, 404),
        ({"do": "link"}, 404),
        ({"do": "link", "person": "x"}, 404),
        ({"do": "link", "person": "00000000-0000-4000-8000-000000000000"}, 404),
        ({"do": "link", "driver": "a\0b"}, 404),
        ({"do": "ignore", "case": "999999"}, 404),
        ({"do": "ignore", "case": "-1"}, 404),
    ],
)
def test_no_form_breaks_it(client: Client, cases: dict[str, int], form: dict[str, str], status: int) -> None:
    """S13: whatever is sent, an answer."""
    assert client.post(INBOX, {"case": str(cases["leo"])} | form).status_code == status


def test_an_unknown_case_is_not_found(client: Client, cases: dict[str, int]) -> None:
    assert client.get(f"{INBOX}?case=999999").status_code == 404


def test_a_part_is_enough_for_the_script(client: Client, cases: dict[str, int]) -> None:
    """The script swaps the inbox alone and learns its address; a refusal is a part too."""
    response = client.get(f"{INBOX}?case={cases['eva']}", headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert response["HX-Replace-Url"] == f"{INBOX}?case={cases['eva']}"
    refused = client.post(INBOX, {"do": "take-back", "case": cases["eva"]}, headers={"HX-Request": "true"})
    assert refused.status_code == 409
    assert refused["HX-Replace-Url"] == f"{INBOX}?case={cases['eva']}"


def test_an_empty_inbox_says_so(client: Client) -> None:
    """W5: nothing empty looks broken."""
    assert "No case waits." in shown(client)


def test_a_long_inbox_costs_the_same(
    client: Client, acme: Tenant, cases: dict[str, int], django_assert_max_num_queries: Any
) -> None:
    """A page of fifty around the case in view, in a fixed number of queries."""
    with tenant_scope(acme.schema_name):
        leads = [a_lead(name=f"Nadie {at}").pk for at in range(100)]
        actions.link_leads(leads=leads, via=Via.RECOVER, now=timezone.now())
    shown(client)
    with django_assert_max_num_queries(40):
        page = shown(client, f"?case={leads[50]}")
    assert len(listed(page)) == 51
    assert listed(page)[10] == "Nadie 50"


def test_viewers_and_strangers_have_no_inbox(
    page: Pages, bob: User, carol: User, cases: dict[str, int]
) -> None:
    """S1, S2: no viewer, and nobody of another tenant."""
    assert page(bob).get(INBOX).status_code == 403
    assert page(bob).post(INBOX, {"do": "ignore", "case": cases["leo"]}).status_code == 403
    assert page(carol).get(f"{INBOX}?case={cases['leo']}").status_code == 404
