"""Lists of who must not be called, at the programs' door: looked at, applied, found, undone (W4)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import Suppression
from tests.campaigns.money import an_account
from tests.personas.writing import UNFIT, answer, problem

pytestmark = pytest.mark.usefixtures("unused_counters")
HERE = "/api/v1/suppression-lists"
WISHES = "/api/v1/suppressions"
NUMBER, RUT = "+56987654320", "9876543-3"


def looked(client: Any, status: int = 201, **body: Any) -> Any:
    return answer(client.post(HERE, body), status)


def sent(client: Any, content: bytes, **fields: str) -> Any:
    """Upload a file as a form."""
    return client.client.post(f"{HERE}/upload", {"file": SimpleUploadedFile("list.csv", content), **fields})


def act(client: Any, found: Any, name: str) -> Any:
    return client.post(f"{HERE}/{found['suppression_list']['id']}/{name}")


def counts(found: Any) -> list[int]:
    return [found[name] for name in ("total", "created", "already", "refused")]


def test_it_looks_then_applies_then_undoes(api, alice, inside):
    """W4: nothing is written by a look; the history says who and how many."""
    client = api(alice)
    body: dict[str, Any] = {
        "numbers": ["987654320", "letters"],
        "documents": [RUT, RUT],
        "reason": "por carta",
    }
    found = looked(client, **body)
    seen = found["suppression_list"]
    assert (seen["state"], counts(seen), seen["created_by"]) == ("previewed", [4, 2, 1, 1], str(alice.pk))
    assert [(one["row"], one["code"]) for one in found["refusals"]] == [(2, "phone_unreadable")]
    examples = [{"kind": "number", "value": NUMBER}, {"kind": "document", "value": RUT}]
    assert found["examples"] == examples
    assert found["touched"] == {"waiting": 0, "people": 0, "campaigns": 0, "most": []}
    assert answer(client.get(WISHES))["results"] == []
    applied = answer(act(client, found, "apply"))
    assert (applied["state"], applied["applied_by"], applied["ended"]) == ("applied", str(alice.pk), 0)
    rows = answer(client.get(WISHES))["results"]
    assert {(row["list_id"], row["reason"], row["source"]) for row in rows} == {
        (seen["id"], "por carta", "api")
    }
    undone = answer(act(client, found, "undo"))
    assert (undone["state"], undone["lifted"], undone["stayed"]) == ("undone", 2, 0)
    assert answer(client.get(f"{HERE}/{seen['id']}")) == undone
    with inside():
        assert not Suppression.objects.in_force().exists()


def test_it_says_when_a_look_no_longer_holds(api, alice):
    """W4, W11: 409 with its code; looked at again it may be applied."""
    client = api(alice)
    found = looked(client, numbers=["987654320", "22 555 0101"])
    answer(client.post(WISHES, {"number": NUMBER}), 201)
    problem(act(client, found, "apply"), 409, "suppression_list_outdated")
    problem(act(client, found, "undo"), 409, "suppression_list_not_undoable")
    again = answer(act(client, found, "look-again"))
    assert counts(again["suppression_list"]) == [2, 1, 1, 0]
    answer(act(client, found, "apply"))
    problem(act(client, found, "apply"), 409, "suppression_list_applied")
    problem(act(client, found, "look-again"), 409, "suppression_list_applied")


def test_it_looks_at_a_file(api, alice, inside):
    with inside():
        an_account()
    content = f"celular;rut\n987654320;{RUT}\nx;\n".encode()
    seen = answer(sent(api(alice), content, account_id="acc-one"), 201)["suppression_list"]
    assert (seen["name"], seen["source"], seen["account_id"]) == ("list.csv", "file", "acc-one")
    assert counts(seen) == [2, 1, 0, 1]


def test_what_is_sent_without_a_look_is_undone_too(api, alice):
    """`bulk` names its list; one that said nothing new has none."""
    client = api(alice)
    done = answer(client.post(f"{WISHES}/bulk", {"numbers": [NUMBER]}))
    assert answer(client.post(f"{WISHES}/bulk", {"numbers": [NUMBER]}))["list_id"] is None
    undone = answer(client.post(f"{HERE}/{done['list_id']}/undo"))
    assert (undone["lifted"], undone["stayed"]) == (0, 1), "said again by the second"


@pytest.mark.parametrize(
    ("query", "found"), [({}, 2), ({"applied": "true"}, 1), ({"undone": "true"}, 0), ({"source": "api"}, 2)]
)
def test_it_lists_what_came(api, alice, query, found):
    client = api(alice)
    answer(act(client, looked(client, numbers=[NUMBER]), "apply"))
    looked(client, numbers=["22 555 0101"])
    assert len(answer(client.get(HERE, query))["results"]) == found


@pytest.mark.parametrize(
    ("query", "status"), [({"source": "x"}, 422), ({"applied": "maybe"}, 422), ({"x": "1"}, 400)]
)
def test_it_refuses_what_the_history_does_not_know(api, bob, query, status):
    problem(api(bob).get(HERE, query), status)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"numbers": "987654320"}, "not_a_list"),
        ({"numbers": [7]}, "invalid"),
        ({"numbers": [NUMBER] * 20_000, "documents": [RUT]}, "too_many"),
        ({"nubmers": []}, "unknown_field"),
    ],
)
def test_it_refuses_what_is_no_list(api, alice, body, code):
    """422 with the stable code."""
    found = problem(api(alice).post(HERE, body), 422)
    assert code in {one["code"] for one in found["errors"]}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "file_unreadable"),
        (b"name\nAna\n", 422, "columns_missing"),
        (b"number\n" + b"9" * (5 * 1024 * 1024 + 1), 413, "file_too_large"),
        (b"number\n" + b"987654320\n" * 20_001, 422, "file_unreadable"),
    ],
    ids=["empty", "columns", "large", "long"],
)
def test_it_refuses_a_file_it_cannot_read(api, alice, content, status, code):
    """C11: nothing is kept of it."""
    client = api(alice)
    problem(sent(client, content), status, code)
    assert answer(client.get(HERE))["results"] == []


@pytest.mark.parametrize("raw", UNFIT.values(), ids=UNFIT)
def test_it_refuses_what_no_text_may_hold(api, alice, raw):
    """S13"""
    body = b'{"numbers": [' + raw + b"]}"
    assert api(alice).send("post", HERE, body).status_code in (400, 422)


def test_it_keeps_tenants_and_roles_apart(api, alice, bob, carol):
    """S1, S2: viewers read, others' are not there."""
    found = looked(api(alice), numbers=[NUMBER])
    number = found["suppression_list"]["id"]
    assert answer(api(bob).get(f"{HERE}/{number}")) == found["suppression_list"]
    problem(api(bob).post(HERE, {"numbers": [NUMBER]}), 403, "forbidden")
    problem(api(carol).get(f"{HERE}/{number}"), 404)
    for name in ("apply", "look-again", "undo"):
        problem(act(api(bob), found, name), 403, "forbidden")
        problem(act(api(carol), found, name), 404, "suppression_list_unknown")
        problem(api(alice).post(f"{HERE}/{10**15}/{name}"), 404, "suppression_list_unknown")


def test_it_lists_in_one_query(api, bob, alice, django_assert_num_queries):
    """However many; beside it one says who asks, and three are the request's transaction."""
    for last in range(5):
        looked(api(alice), numbers=[f"98765430{last}"])
    client = api(bob)
    with django_assert_num_queries(5):
        assert len(answer(client.get(HERE))["results"]) == 5
