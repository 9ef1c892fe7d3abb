"""Keywords written by programs, one or thousands at a time (P6, P9)."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from personas import actions, queries
from personas.models import ContactPersona, Keyword, Persona
from personas.rules import Effect, Match
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.at_once import at_once
from tests.databases import ROOT
from tests.doors import ApiClient
from tests.personas.importing import import_rows
from tests.personas.writing import CLASSIFIER, ODD, UNFIT, V1, answer, keywords_of, number, problem

Api = Callable[[User], ApiClient]
KEYWORDS, BULK = f"{V1}/keywords/", f"{V1}/keywords/bulk/"


def wanted(text: str = "Zootecnista", persona: str = "dc_medicas", **more: Any) -> dict[str, Any]:
    return {"buyer_persona_id": persona, "text": text} | more


@pytest.fixture
def client(api: Api, alice: User) -> ApiClient:
    return api(alice)


def test_a_new_keyword_is_created(client: ApiClient, acme: Tenant) -> None:
    """P9: 201, `created`, exact and including unless said otherwise; one revision; the whole answer."""
    before = number(acme)
    made = answer(client.post(KEYWORDS, wanted("  Zootecnista Líder ")), 201)
    assert made.pop("id").isdigit()
    assert made == {
        "text": "Zootecnista Líder",
        "normalized": "zootecnista lider",
        "match": "exact",
        "effect": "include",
        "buyer_persona_id": "dc_medicas",
        "action": "created",
        "affected": ["Zootecnista Líder"],
    }
    assert number(acme) == before + 1


def test_a_keyword_moves_from_a_lower_persona(client: ApiClient, acme: Tenant) -> None:
    """P9: 200, `replaced`; the same keyword, with its new text and match."""
    made = answer(client.post(KEYWORDS, wanted("Zootecnista")), 201)
    moved = answer(client.post(KEYWORDS, wanted("ZOOTECNISTA", "dc_generales", match="phrase")), 200)
    assert moved == made | {
        "text": "ZOOTECNISTA",
        "match": "phrase",
        "buyer_persona_id": "dc_generales",
        "action": "replaced",
        "affected": ["ZOOTECNISTA"],
    }
    assert keywords_of(acme, "dc_medicas", "Zootecnista", "ZOOTECNISTA") == set()


@pytest.mark.parametrize("persona", ["dc_medicas", "dc_generales"])
def test_a_keyword_of_an_equal_or_better_persona_stays(client: ApiClient, acme: Tenant, persona: str) -> None:
    """P9: 409 names where it stands, and nothing is written."""
    answer(client.post(KEYWORDS, wanted("zootecnista", persona)), 201)
    before = number(acme)
    body = problem(client.post(KEYWORDS, wanted("Zootecnista", match="phrase")), 409, "keyword_exists")
    assert (body["persona"], body["keyword"]) == (persona, "zootecnista")
    assert "zootecnista" in body["detail"]
    assert number(acme) == before


def test_an_exclude_stands_once_per_persona(client: ApiClient) -> None:
    """P9: beside an include of the same text, and beside other personas' excludes."""
    exclude = {"effect": "exclude", "match": "phrase"}
    answer(client.post(KEYWORDS, wanted("zootecnista")), 201)
    answer(client.post(KEYWORDS, wanted("zootecnista", **exclude)), 201)
    answer(client.post(KEYWORDS, wanted("zootecnista", "dc_generales", **exclude)), 201)
    problem(client.post(KEYWORDS, wanted("Zootecnista", **exclude)), 409, "keyword_exists")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (wanted("…¡!"), 400, "keyword_empty"),
        (wanted("😀"), 400, "keyword_empty"),
        (wanted("مدير التسويق"), 400, "keyword_empty"),
        (wanted(""), 400, "keyword_empty"),
        (wanted(persona="mateo"), 400, "persona_is_default"),
        ({"buyer_persona_id": "dc_medicas"}, 400, "missing_value"),
        ({"text": "x"}, 400, "missing_value"),
        ({}, 400, "missing_value"),
        (wanted(persona="nobody"), 404, "persona_unknown"),
        (wanted(persona="DROP TABLE"), 404, "persona_unknown"),
        (wanted("x" * 201), 422, "invalid"),
        (wanted(match="regex"), 422, "invalid"),
        (wanted(effect=None), 422, "invalid"),
        (wanted(colour="red"), 422, "invalid"),
        (wanted() | {"text": 5}, 422, "invalid"),
        (wanted() | {"buyer_persona_id": 5}, 422, "invalid"),
        ([wanted()], 422, "invalid"),
    ],
)
def test_it_refuses_what_is_no_keyword(
    client: ApiClient, acme: Tenant, body: Any, status: int, code: str
) -> None:
    """P9: nothing left by P1 and the default persona are 400, unknown codes 404, senseless values 422."""
    before = number(acme)
    problem(client.post(KEYWORDS, body), status, code)
    assert number(acme) == before


def test_renaming_and_moving_make_the_same_checks(client: ApiClient, acme: Tenant) -> None:
    """P9: `affected` holds the old and the new text; a keyword of a lower persona gives way."""
    here = f"{KEYWORDS}{answer(client.post(KEYWORDS, wanted('zootecnista')), 201)['id']}/"
    answer(client.post(KEYWORDS, wanted("herborista", "dc_generales")), 201)
    renamed = answer(client.send("patch", here, {"text": "Zootecnia"}))
    assert (renamed["action"], renamed["affected"]) == ("updated", ["zootecnista", "Zootecnia"])
    problem(client.send("patch", here, {"text": "Herborista"}), 409, "keyword_exists")
    problem(client.send("patch", here, {"text": "--"}), 400, "keyword_empty")
    problem(client.send("patch", here, {"buyer_persona_id": "mateo"}), 400, "persona_is_default")
    problem(client.send("patch", here, {"buyer_persona_id": "nobody"}), 404, "persona_unknown")
    problem(client.send("patch", here, {"text": None}), 422, "invalid")
    moved = answer(client.send("patch", here, {"buyer_persona_id": "dc_generales", "match": "phrase"}))
    assert (moved["buyer_persona_id"], moved["text"], moved["match"]) == (
        "dc_generales",
        "Zootecnia",
        "phrase",
    )
    low = answer(client.post(KEYWORDS, wanted("bromatologa", "dc_medicas")), 201)
    taken = answer(client.send("patch", here, {"text": "Bromatóloga"}))
    assert (taken["action"], taken["affected"]) == ("replaced", ["Zootecnia", "Bromatóloga"])
    assert taken["id"] != low["id"]
    answer(client.get(f"{KEYWORDS}{low['id']}/"), 404)


def test_what_changes_nothing_grows_no_revision(client: ApiClient, acme: Tenant) -> None:
    """R2 stays usable: a preview is not spoiled by a save without a change."""
    made = answer(client.post(KEYWORDS, wanted()), 201)
    before = number(acme)
    for body in ({}, {"text": "Zootecnista"}, {"match": "exact", "buyer_persona_id": "dc_medicas"}):
        assert answer(client.send("patch", f"{KEYWORDS}{made['id']}/", body))["action"] == "updated"
    assert number(acme) == before


def test_rules_alone_move_no_contact(client: ApiClient, acme: Tenant) -> None:
    """P9: creating, renaming, moving and deleting keywords change no contact."""
    with tenant_scope(acme.schema_name):
        import_rows(acme, "Ana,Z,https://linkedin.com/in/a,,Acme,Zootecnista,")
    made = answer(client.post(KEYWORDS, wanted()), 201)
    answer(client.send("patch", f"{KEYWORDS}{made['id']}/", {"buyer_persona_id": "dc_generales"}))
    gone = answer(client.send("delete", f"{KEYWORDS}{made['id']}/"))
    assert gone == {"affected": ["Zootecnista"]}
    answer(client.send("delete", f"{KEYWORDS}{made['id']}/"), 404)
    with tenant_scope(acme.schema_name):
        assert ContactPersona.objects.get().persona.code == "mateo"


def test_bulk_counts_every_text(client: ApiClient, acme: Tenant) -> None:
    """P9: comma, semicolon, newline; blanks dropped; the four counts are the whole."""
    answer(client.post(KEYWORDS, wanted("Bromatóloga", "dc_medicas")), 201)
    answer(client.post(KEYWORDS, wanted("herborista", "dc_generales")), 201)
    before = number(acme)
    text = f"Zootecnista; zootecnista,, ,\r\nBROMATOLOGA\nHerborista,%%%,{'x' * 201};\n  Zootecnia  ,😀"
    written = answer(client.post(BULK, wanted(text, "dc_comerciales", match="phrase")))
    counts = {name: written[name] for name in ("created", "skipped", "replaced", "invalid", "total_input")}
    assert counts == {"created": 2, "skipped": 2, "replaced": 1, "invalid": 3, "total_input": 8}
    assert written["affected"] == ["Zootecnista", "BROMATOLOGA", "Zootecnia"]
    assert [(one["code"], one["buyer_persona_id"]) for one in written["refused"]] == [
        ("repeated", ""),
        ("keyword_empty", ""),
        ("keyword_too_long", ""),
        ("keyword_empty", ""),
        ("keyword_exists", "dc_generales"),
    ]
    assert number(acme) == before + 1
    with tenant_scope(acme.schema_name):
        mine = Keyword.objects.filter(persona__code="dc_comerciales", text__in=written["affected"])
        assert set(mine.values_list("match", "effect")) == {("phrase", "include")}
        assert mine.count() == 3


def test_bulk_writes_excludes(client: ApiClient) -> None:
    """P9: once per persona."""
    first = answer(client.post(BULK, wanted("asistente, practicante", effect="exclude", match="phrase")))
    again = answer(client.post(BULK, wanted("asistente, becario", effect="exclude", match="phrase")))
    assert (first["created"], again["created"], again["skipped"]) == (2, 1, 1)


def test_a_bulk_of_known_keywords_changes_nothing(client: ApiClient, acme: Tenant) -> None:
    """P9: all skipped is an answer, not a change of rules."""
    answer(client.post(BULK, wanted("zootecnista, herborista")))
    before = number(acme)
    again = answer(client.post(BULK, wanted("Zootecnista;Herborista")))
    assert (again["skipped"], again["created"], again["affected"]) == (2, 0, [])
    assert number(acme) == before


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (wanted(""), 400, "keywords_nothing_usable"),
        (wanted(" , ;\n\r\n; "), 400, "keywords_nothing_usable"),
        (wanted("%%%, 😀; ¡!"), 400, "keywords_nothing_usable"),
        (wanted("x", "mateo"), 400, "persona_is_default"),
        ({"buyer_persona_id": "dc_medicas"}, 400, "missing_value"),
        (wanted("x", "nobody"), 404, "persona_unknown"),
        (wanted() | {"text": ["a", "b"]}, 422, "invalid"),
        (wanted(",".join(f"k{n}" for n in range(10_001))), 422, "keywords_too_many"),
        (wanted("x", match="fuzzy"), 422, "invalid"),
        (wanted("a," * 1_100_000), 413, "body_too_large"),
    ],
)
def test_bulk_refuses_what_it_cannot_use(client: ApiClient, body: Any, status: int, code: str) -> None:
    """P9: nothing usable → 400."""
    problem(client.post(BULK, body), status, code)


def test_five_thousand_keywords_come_in_one_call(
    client: ApiClient, acme: Tenant, django_assert_max_num_queries
) -> None:
    """P9: by sets, not one by one."""
    text = "\n".join(f"especialista {n} en zootecnia" for n in range(5_000))
    began = time.monotonic()
    with django_assert_max_num_queries(20):
        written = answer(client.post(BULK, wanted(text)))
    assert written["created"] == 5_000
    assert time.monotonic() - began < 5, "a set-based write takes a fraction of a second"
    moved = answer(client.post(BULK, wanted(text.upper(), "dc_generales")))
    assert (moved["replaced"], moved["created"]) == (5_000, 0)
    asked = {"job_title": "Especialista 77 en zootecnia"}
    found = answer(client.post(f"{CLASSIFIER}/classify/", asked))
    assert found["classification"]["buyer_persona_id"] == "dc_generales"


def test_keywords_are_filtered_by_persona_and_text(client: ApiClient) -> None:
    """P9: what was written is found again."""
    answer(client.post(BULK, wanted("zootecnista mayor, zootecnista menor")))
    for query, found in (
        ({"text": "zootec"}, 2),
        ({"text": "ZOOTECNISTA MAYOR"}, 1),
        ({"text": "zootec", "persona": "dc_medicas"}, 2),
        ({"text": "zootec", "persona": "dc_generales"}, 0),
        ({"text": "100%_"}, 0),
    ):
        assert len(answer(client.get(KEYWORDS, query))["results"]) == found
    problem(client.get(KEYWORDS, {"txt": "x"}), 400, "bad_parameters")
    problem(client.get(KEYWORDS, {"text": "\0"}), 400, "bad_parameters")


def test_a_viewer_changes_no_rule(api: Api, bob: User, alice: User, acme: Tenant) -> None:
    """Writes need the tenant-admin role; the same writes by an admin are the positive control."""
    made = answer(api(alice).post(KEYWORDS, wanted()), 201)
    before = number(acme)
    for method, path, body in (
        ("post", KEYWORDS, wanted("x")),
        ("post", BULK, wanted("x, y")),
        ("patch", f"{KEYWORDS}{made['id']}/", {"text": "x"}),
        ("delete", f"{KEYWORDS}{made['id']}/", None),
    ):
        problem(api(bob).send(method, path, body), 403, "forbidden")
    assert number(acme) == before


def test_another_tenants_keyword_is_not_there(api: Api, alice: User, carol: User) -> None:
    """S1"""
    made = answer(api(alice).post(KEYWORDS, wanted()), 201)
    here = f"{KEYWORDS}{made['id']}/"
    problem(api(carol).send("patch", here, {"text": "x"}), 404)
    problem(api(carol).send("delete", here), 404)
    assert answer(api(alice).get(here))["text"] == "Zootecnista"


def test_a_key_makes_a_write_happen_once(client: ApiClient, acme: Tenant) -> None:
    """W12: the second gets the first's answer."""
    made = answer(client.post(KEYWORDS, wanted(), Idempotency_Key="k"), 201)
    before = number(acme)
    assert answer(client.post(KEYWORDS, wanted(), Idempotency_Key="k"), 201) == made
    problem(client.post(KEYWORDS, wanted("other"), Idempotency_Key="k"), 422)
    assert number(acme) == before


@pytest.mark.parametrize("field", ["text", "buyer_persona_id", "match", "effect"])
@pytest.mark.parametrize("door", [KEYWORDS, BULK])
def test_no_value_is_a_crash(client: ApiClient, field: str, door: str) -> None:
    """S13: 4xx for nonsense, never 5xx; what is text is taken as text."""
    for name, value in ODD.items():
        response = client.post(door, wanted() | {field: value})
        assert response.status_code in {200, 201, 400, 404, 409, 422}, (name, response.status_code)
    for name, raw in UNFIT.items():
        body = b'{"buyer_persona_id": "dc_medicas", "text": "x", "' + field.encode() + b'x": ' + raw + b"}"
        response = client.post(door, body)
        assert response.status_code == 400, (name, response.status_code)


@pytest.mark.parametrize("key", ["0", "01", "999999999999999999", "9" * 40, "-1", "x", "%00", "1.5"])
def test_no_id_is_a_crash(client: ApiClient, key: str) -> None:
    """S13: whatever names nothing is 404."""
    for method in ("patch", "delete"):
        assert client.send(method, f"{KEYWORDS}{key}/").status_code == 404


def test_a_keyword_that_went_meanwhile_is_not_written_again(in_acme: Tenant) -> None:
    """P9: the row is read anew under the lock; a stale one does not rise from the dead."""
    persona = Persona.objects.get(code="dc_medicas")
    stale = actions.save_keyword(persona=persona, text="zootecnista").keyword
    actions.delete_keyword(keyword=Keyword.objects.get(pk=stale.pk))
    with pytest.raises(queries.UnknownKeyword):
        actions.save_keyword(persona=persona, text="zootecnia", keyword=stale)
    with pytest.raises(queries.UnknownKeyword):
        actions.delete_keyword(keyword=stale)
    actions.delete_persona(persona=Persona.objects.get(code="dc_medicas"))
    with pytest.raises(queries.UnknownPersona):
        actions.save_keyword(persona=persona, text="zootecnia")
    with pytest.raises(queries.UnknownPersona):
        actions.save_keywords(persona=persona, text="zootecnia")


@pytest.mark.real_roles
def test_two_people_writing_one_keyword_at_once_write_it_once(acme: Tenant) -> None:
    """P9: one creates it, the other is told that it stands; both in one bulk too."""

    def write(person: int) -> str:
        with tenant_scope(acme.schema_name):
            persona = Persona.objects.get(code="dc_medicas")
            try:
                return str(actions.save_keyword(persona=persona, text="zootecnista").action)
            except actions.KeywordExists:
                return "refused"

    def write_many(person: int) -> int:
        with tenant_scope(acme.schema_name):
            persona = Persona.objects.get(code="dc_medicas")
            return actions.save_keywords(persona=persona, text="a1,a2,a3", match=Match.PHRASE).created

    assert sorted(at_once(4, write)) == ["created", "refused", "refused", "refused"]
    assert sorted(at_once(4, write_many)) == [0, 0, 0, 3]


OTHER_PROCESS = """
import django; django.setup()
from personas import actions
from personas.models import Persona
from tenants.scope import tenant_scope
with tenant_scope({schema!r}):
    assert actions.classify_job_title_simple("Zootecnista") == {before!r}
    actions.save_keyword(persona=Persona.objects.get(code={code!r}), text="zootecnista")
"""


@pytest.mark.real_roles
def test_a_change_by_another_process_is_seen_by_the_next_classification(acme: Tenant) -> None:
    """P6: both ways, with warm caches on both sides, nobody told anybody."""
    with tenant_scope(acme.schema_name):
        assert actions.classify_job_title_simple("Zootecnista") == "mateo"
    in_other_process(acme, before="mateo", code="dc_medicas")
    with tenant_scope(acme.schema_name):
        assert actions.classify_job_title_simple("Zootecnista") == "dc_medicas"
        keyword = Keyword.objects.get(normalized="zootecnista")
        sales = Persona.objects.get(code="dc_comerciales")
        actions.change_keyword(keyword_id=keyword.pk, changes={"persona": sales})
    in_other_process(acme, before="dc_comerciales", code="dc_generales")
    with tenant_scope(acme.schema_name):
        assert actions.classify_job_title_simple("Zootecnista") == "dc_generales"
        exclude = {"persona": Persona.objects.get(code="dc_generales"), "effect": Effect.EXCLUDE}
        actions.save_keyword(text="zootecnista", **exclude)  # type: ignore[arg-type]  # spread
        assert actions.classify_job_title_simple("Zootecnista") == "mateo"


def in_other_process(acme: Tenant, **values: str) -> None:
    code = OTHER_PROCESS.format(schema=acme.schema_name, **values)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
