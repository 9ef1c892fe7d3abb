"""V1-V8 by the API: written, tried, approved, retired; templates and use cases."""

import json

import pytest

from campaigns import actions
from campaigns.legality import frame_for
from campaigns.rules import UseCase
from campaigns.scripting import TEMPLATES
from tenants.records.models import AuditEntry
from tests.campaigns.wording import LAWFUL, NOW, UNLAWFUL, a_draft, an_approved
from tests.personas.writing import UNFIT, answer, problem

pytestmark = pytest.mark.usefixtures("unused_counters")
HERE = "/api/v1/scripts"
TEXT = f"{LAWFUL} Son {{{{deuda}}}}, plan {{{{plan}}}}, hasta el {{{{ vigencia }}}}."
VARIABLES = {"plan": {"type": "text", "default": "básico"}, "vigencia": {"type": "date"}}
NEW = {"name": "Cobranza amable", "use_case": "collection", "text": TEXT, "variables": VARIABLES}


@pytest.fixture
def script(inside) -> str:
    """A draft by its id."""
    with inside():
        return str(a_draft(text=TEXT, variables=VARIABLES).script_id)


def faults(document):
    return [(one["code"], one["pointer"]) for one in document["errors"]]


def test_it_makes_a_script(api, alice, inside):
    """V3, V7: a draft of version 1, for the tenant's country; what is stored is what is shown."""
    made = answer(api(alice).post(HERE, {**NEW, "agent_id": " agent_1 ", "agent_version": "7"}), 201)
    version = made["version"]
    assert made == {
        "id": made["id"],
        "name": "Cobranza amable",
        "country": "CL",
        "use_case": "collection",
        "latest_version": 1,
        "latest_state": "draft",
        "approved_version": None,
        "created_at": made["created_at"],
        "archived_at": None,
        "version": version,
        "versions": [
            {
                "id": version["id"],
                "number": 1,
                "state": "draft",
                "in_use": 0,
                "created_at": version["created_at"],
                "approved_at": None,
            }
        ],
    }
    assert version["text"] == TEXT
    assert version["variables"] == {
        "plan": {"type": "text", "required": False, "default": "básico"},
        "vigencia": {"type": "date", "required": True},
    }
    assert (version["agent_id"], version["agent_version"]) == ("agent_1", "7")
    assert (version["created_by"], version["approved_by"]) == (str(alice.pk), None)
    assert [one["code"] for one in version["findings"]] == ["prefix"]
    assert answer(api(alice).get(f"{HERE}/{made['id']}")) == made
    with inside():
        assert AuditEntry.objects.filter(object_type="script", verb="created").count() == 1


def test_it_names_every_undeclared_variable(api, alice):
    """V2: 422 on saving, all of them."""
    told = problem(api(alice).post(HERE, {**NEW, "variables": {}}), 422, "script_variables_undeclared")
    assert told["names"] == ["plan", "vigencia"]
    assert faults(told) == [("undeclared", "#/text"), ("undeclared", "#/text")]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"name": ""}, "#/name"),
        ({"name": "x" * 151}, "#/name"),
        ({"use_case": "sales"}, "#/use_case"),
        ({"country": "cl"}, "#/country"),
        ({"country": "ZZ"}, "#/country"),
        ({"colour": "red"}, "#/colour"),
        ({"text": 5}, "#/text"),
        ({"text": " "}, "#/text"),
        ({"text": "Hola {{nombre}"}, "#/text"),
        ({"text": "x" * 20_001}, "#/text"),
        ({"variables": []}, "#/variables"),
        ({"variables": {"plan": {"type": "colour"}}}, "#/variables/plan/type"),
        ({"variables": {"Plan": {"type": "text"}}}, "#/variables/Plan"),
        ({"agent_id": "x" * 81}, "#/agent_id"),
    ],
)
def test_it_says_what_is_wrong_and_where(api, alice, inside, said, pointer):
    """V1-V3: nothing is kept of what is refused."""
    told = api(alice).post(HERE, {**NEW, **said})
    assert told.status_code == 422, told.content
    assert pointer in [one["pointer"] for one in told.json()["errors"]]
    with inside():
        assert AuditEntry.objects.filter(object_type="script").count() == 0


@pytest.mark.parametrize("raw", UNFIT.values(), ids=UNFIT)
@pytest.mark.parametrize("field", ["name", "text", "variables"])
def test_it_refuses_what_no_text_may_hold(api, alice, inside, field, raw):
    """S13: refused before anything is read."""
    body = json.dumps({**NEW, field: "@"}).encode().replace(b'"@"', raw)
    assert api(alice).post(HERE, body).status_code in {400, 422}
    with inside():
        assert AuditEntry.objects.filter(object_type="script").count() == 0


def test_it_takes_a_megabyte_as_too_long(api, alice):
    """V1: refused by its length, in an instant."""
    told = api(alice).post(HERE, {**NEW, "text": "{{" * 500_000})
    assert told.status_code in {413, 422}


def test_a_put_makes_the_next_version(api, alice, script):
    """V7: the first stays as it is; the same again makes none; a name changes with it."""
    said = {"text": LAWFUL, "name": "Otro nombre"}
    changed = answer(api(alice).send("put", f"{HERE}/{script}", said))
    assert (changed["name"], changed["latest_version"], changed["version"]["text"]) == (
        "Otro nombre",
        2,
        LAWFUL,
    )
    again = answer(api(alice).send("put", f"{HERE}/{script}", {"text": f"{LAWFUL}\n"}))
    assert again == changed
    assert answer(api(alice).get(f"{HERE}/{script}/versions/1"))["text"] == TEXT
    problem(api(alice).send("put", f"{HERE}/{script}", {"text": "{{x}}"}), 422, "script_variables_undeclared")
    problem(api(alice).send("put", f"{HERE}/{script}", {"text": LAWFUL, "country": "PE"}), 422)


def test_a_name_is_given_once(api, alice, script):
    """409 for a name that another script has."""
    answer(api(alice).post(HERE, {**NEW, "name": "Otro"}), 201)
    problem(api(alice).post(HERE, NEW), 409, "script_exists")
    problem(
        api(alice).send("put", f"{HERE}/{script}", {"text": LAWFUL, "name": "Otro"}), 409, "script_exists"
    )


def test_it_approves_and_retires(api, alice, script):
    """V7: draft → approved → retired; twice is once; nothing goes back."""
    here = f"{HERE}/{script}/versions/1"
    approved = answer(api(alice).post(f"{here}/approve"))
    assert (approved["state"], approved["approved_by"]) == ("approved", str(alice.pk))
    assert answer(api(alice).post(f"{here}/approve", {})) == approved
    assert answer(api(alice).get(f"{HERE}/{script}"))["approved_version"] == 1
    retired = answer(api(alice).post(f"{here}/retire"))
    assert (retired["state"], retired["approved_at"]) == ("retired", approved["approved_at"])
    assert answer(api(alice).post(f"{here}/retire")) == retired
    problem(api(alice).post(f"{here}/approve"), 409, "script_version_state")
    assert answer(api(alice).get(f"{HERE}/{script}"))["approved_version"] is None


def test_errors_of_the_rules_must_be_accepted(api, alice, inside):
    """V8: 422 with each finding; accepted, it is approved."""
    with inside():
        made = a_draft(text=UNLAWFUL)
    here = f"{HERE}/{made.script_id}/versions/1/approve"
    told = problem(api(alice).post(here, {}), 422, "script_findings")
    assert [code for code, _pointer in faults(told)] == [
        "caller_not_named",
        "creditor_not_named",
        "court_lookalike",
    ]
    problem(api(alice).post(here, {"accept": True}), 422)
    assert answer(api(alice).post(here, {"accept_findings": True}))["state"] == "approved"


def test_findings_say_where_and_why(api, bob, inside):
    """V8: code, weight, words, place, source."""
    with inside():
        made = a_draft(text=UNLAWFUL)
    found = answer(api(bob).get(f"{HERE}/{made.script_id}"))["version"]["findings"]
    court = next(one for one in found if one["code"] == "court_lookalike")
    assert UNLAWFUL[court["start"] : court["end"]] == court["excerpt"] == "embargo"
    assert (court["severity"], court["confidence"]) == ("error", "high")
    assert "Ley 21.320" in court["source"]
    assert {one["severity"] for one in found} == {"error", "warning", "advice"}


def test_it_fills_a_version_in_for_a_viewer(api, bob, script):
    """V4, V5: values as a file writes them; nothing is written, so a viewer may try."""
    values = {
        "nombre": "Ana {{deuda}}",
        "empresa": "Tienda Sur",
        "deuda": "98.500",
        "vigencia": "3/3/2026",
        "x": 1,
    }
    told = answer(api(bob).post(f"{HERE}/{script}/render", {"values": values}))
    assert told == {
        "version": 1,
        "text": (
            "Le habla la asistente virtual de Tienda Sur. ¿Hablo con Ana {{deuda}}? "
            "Son $98.500, plan básico, hasta el 3 de marzo de 2026."
        ),
        "used": ["empresa", "nombre", "monto_total", "plan", "vigencia"],
        "missing": [],
        "unreadable": [],
        "findings": told["findings"],
    }
    english = answer(api(bob).post(f"{HERE}/{script}/render", {"values": values, "language": "en"}))
    assert "March 3, 2026" in english["text"]
    dollars = answer(api(bob).post(f"{HERE}/{script}/render", {"values": values, "currency": "USD"}))
    assert "US$98.500" in dollars["text"]


def test_it_names_what_is_missing_and_what_is_wrong(api, bob, script):
    """V6: both stand in the text as variables."""
    told = answer(
        api(bob).post(f"{HERE}/{script}/render", {"values": {"nombre": "Ana", "vigencia": "pronto"}})
    )
    assert (told["missing"], told["unreadable"]) == (["empresa", "monto_total"], ["vigencia"])
    assert "{{vigencia}}" in told["text"]


@pytest.mark.parametrize(
    "said",
    [
        {"values": []},
        {"values": None},
        {"version": "1"},
        {"language": "fr"},
        {"currency": "pesos"},
        {"colour": "red"},
    ],
)
def test_it_refuses_senseless_trials(api, bob, script, said):
    """V4: 422 with the field."""
    problem(api(bob).post(f"{HERE}/{script}/render", said), 422)


def test_an_unknown_currency_is_named_by_its_letters(api, bob, script):
    """V5: no failure, whatever three letters stand there."""
    values = {
        "values": {"deuda": "5", "nombre": "A", "empresa": "B", "vigencia": "2026-01-01"},
        "currency": "QQQ",
    }
    assert "QQQ" in answer(api(bob).post(f"{HERE}/{script}/render", values))["text"]


def test_any_version_can_be_tried(api, alice, script):
    """V7: an old one by its number; one that there is not is 404."""
    answer(api(alice).send("put", f"{HERE}/{script}", {"text": LAWFUL}))
    assert answer(api(alice).post(f"{HERE}/{script}/render", {}))["version"] == 2
    assert answer(api(alice).post(f"{HERE}/{script}/render", {"version": 1}))["version"] == 1
    problem(api(alice).post(f"{HERE}/{script}/render", {"version": 3}), 404, "script_version_unknown")
    problem(api(alice).get(f"{HERE}/{script}/versions/3"), 404, "script_version_unknown")
    problem(api(alice).post(f"{HERE}/{script}/versions/999999999999999999/approve"), 404)


def test_it_puts_away_and_brings_back(api, alice, script):
    """V7: twice is once; put away, it takes no version."""
    first = answer(api(alice).post(f"{HERE}/{script}/archive"))
    assert first["archived_at"]
    assert answer(api(alice).post(f"{HERE}/{script}/archive")) == first
    problem(api(alice).send("put", f"{HERE}/{script}", {"text": LAWFUL}), 409, "script_archived")
    assert answer(api(alice).post(f"{HERE}/{script}/restore"))["archived_at"] is None


def test_the_list_is_narrowed(api, bob, inside):
    """An unknown value is 422, an unknown parameter 400."""
    with inside():
        survey = an_approved("Encuesta", use_case="survey").script_id
        peru = a_draft("Lima", country="PE").script_id
        away = a_draft("Guardado").script_id
        actions.archive_script(script_id=away, now=NOW)

    def listed(query: str) -> list[int]:
        return [int(one["id"]) for one in answer(api(bob).get(f"{HERE}?{query}"))["results"]]

    assert listed("") == [away, peru, survey]
    assert listed("use_case=survey") == [survey]
    assert listed("country=PE") == [peru]
    assert listed("latest_state=approved") == [survey]
    assert listed("archived=true") == [away]
    assert listed("archived=false") == [peru, survey]
    assert listed("name=encu") == [survey]
    problem(api(bob).get(f"{HERE}?use_case=sales"), 422, "filter_value_unknown")
    problem(api(bob).get(f"{HERE}?colour=red"), 400)


@pytest.mark.parametrize("path", ["", "/versions/1"])
def test_another_tenants_script_is_unknown(api, carol, script, path):
    """404, whatever is asked of it."""
    problem(api(carol).get(f"{HERE}/{script}{path}"), 404)


@pytest.mark.parametrize("act", ["archive", "restore", "render", "versions/1/approve", "versions/1/retire"])
def test_another_tenant_moves_nothing(api, carol, script, act):
    """404 before the body is read."""
    problem(api(carol).post(f"{HERE}/{script}/{act}", {"nonsense": 1}), 404)


@pytest.mark.parametrize("act", ["archive", "restore", "versions/1/approve", "versions/1/retire"])
def test_a_viewer_moves_nothing(api, bob, script, act):
    """403: reading is theirs."""
    problem(api(bob).post(f"{HERE}/{script}/{act}"), 403, "forbidden")


def test_a_viewer_writes_nothing(api, bob, script):
    """403 for both ways to write."""
    problem(api(bob).post(HERE, NEW), 403, "forbidden")
    problem(api(bob).send("put", f"{HERE}/{script}", {"text": LAWFUL}), 403, "forbidden")


def test_it_lists_the_templates(api, bob, alice):
    """V8: in the reader's language; a script can be made of each as it stands."""
    found = answer(api(bob).get(f"{HERE}/templates"))
    assert [one["code"] for one in found] == [one.code for one in TEMPLATES]
    for one in found:
        said = {name: one[name] for name in ("text", "variables", "use_case", "country")}
        made = answer(api(alice).post(HERE, {"name": one["title"], **said}), 201)
        assert made["version"]["variables"] == one["variables"]
    problem(api(bob).get(f"{HERE}/templates?colour=red"), 400)


def test_it_lists_the_use_cases(api, bob):
    """V3: what is offered for each: settings, templates, built-in variables."""
    found = {one["code"]: one for one in answer(api(bob).get("/api/v1/use-cases"))}
    assert list(found) == ["collection", "marketing", "survey", "custom"]
    assert found["collection"]["call_settings"]["allowed_call_hours"] == {"start": "09:00", "end": "20:00"}
    assert found["custom"]["call_settings"] is None
    assert found["survey"]["templates"] == ["cl_survey"]
    names = {one["name"]: one["type"] for one in found["custom"]["variables"]}
    assert names["monto_total"] == "money"
    assert len(names) == 8


def test_use_cases_tell_what_the_law_lets(api, bob):
    """C13: per country the frames that a campaign may name, with source, day and confidence."""
    found = {one["code"]: one for one in answer(api(bob).get("/api/v1/use-cases"))}
    (frame,) = found["collection"]["legal_frames"]
    assert (frame["key"], frame["is_default"], frame["confidence"]) == ("cl_collection", True, "high")
    assert [one["day"] for one in frame["week"]] == [1, 2, 3, 4, 5, 6]
    assert frame["week"][0]["windows"] == [{"start": "08:00", "end": "20:00"}]
    assert not frame["calls_on_holidays"]
    weekly = {"most": 1, "counts": "contacts", "hours": 168, "days": None}
    assert frame["limits"][0] == weekly
    assert frame["source"]
    assert frame["read_on"]
    assert found["collection"]["advice"]
    there = answer(api(bob).get("/api/v1/use-cases?country=CO"))
    assert {one["legal_frames"][0]["key"] for one in there} == {
        one.key for one in (frame_for("CO", use_case) for use_case in UseCase)
    }
    problem(api(bob).get("/api/v1/use-cases?country=Chile"), 400)
