"""V7, V8: scripts are written in versions, approved against the rules, retired, put away."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from campaigns import actions, queries
from campaigns.actions import Wording
from campaigns.models import Script, ScriptVersion
from campaigns.rules import ScriptState, UseCase
from campaigns.scripting import BadScript, UndeclaredVariables
from tenants.records.models import AuditEntry
from tests.campaigns.wording import LAWFUL, NOW, UNLAWFUL, a_draft, an_approved

BY = uuid4()
pytestmark = pytest.mark.usefixtures("in_acme")


def noted() -> list[tuple[str, dict]]:
    rows = AuditEntry.objects.filter(object_type="script").order_by("id")
    return [(row.verb, row.change) for row in rows]


def test_it_keeps_a_script_as_a_draft():
    """V7: the first version has number 1; text and variables are kept as they are read."""
    made = actions.create_script(
        name="  Cobranza   amable ",
        country="CL",
        use_case=UseCase.COLLECTION,
        wording=Wording(f"{LAWFUL}\r\n{{{{plan}}}} \u200b", {"plan": {"type": "text", "default": "básico"}}),
        by=BY,
    )
    made.refresh_from_db()
    assert (made.number, made.state, made.approved_at) == (1, ScriptState.DRAFT, None)
    assert made.text == f"{LAWFUL}\n{{{{plan}}}}"
    assert made.variables == {"plan": {"type": "text", "default": "básico", "required": False}}
    assert (made.script.name, made.script.created_by, made.created_by) == (
        "Cobranza amable",
        BY,
        BY,
    )
    assert noted() == [("created", {})]


def test_a_change_is_a_new_version():
    """V7: what was written stays as it was; the same wording again is the version there is."""
    first = a_draft()
    second = actions.write_version(script_id=first.script_id, wording=Wording(f"{LAWFUL} Gracias."))
    again = actions.write_version(script_id=first.script_id, wording=Wording(f"{LAWFUL} Gracias. "))
    assert (second.number, again.pk) == (2, second.pk)
    first.refresh_from_db()
    assert first.text == LAWFUL
    assert noted() == [("created", {}), ("changed", {"version": 2})]


def test_an_old_wording_comes_back_as_a_new_version():
    """V7: only the newest is compared, and a retired one is not revived."""
    first = a_draft()
    actions.write_version(script_id=first.script_id, wording=Wording("Soy Marta, de {{empresa}}."))
    third = actions.write_version(script_id=first.script_id, wording=Wording(LAWFUL))
    actions.retire_version(script_id=first.script_id, number=3)
    fourth = actions.write_version(script_id=first.script_id, wording=Wording(LAWFUL))
    assert (third.number, fourth.number) == (3, 4)


@pytest.mark.parametrize(
    ("wording", "refusal"),
    [
        (Wording("{{plan}}"), UndeclaredVariables),
        (Wording(""), BadScript),
        (Wording("Hola {{"), BadScript),
        (Wording("a\0b"), BadScript),
        (Wording(LAWFUL, {"plan": {"type": "colour"}}), BadScript),
        (Wording(LAWFUL, []), BadScript),
        (Wording(LAWFUL, agent_id="x" * 81), actions.BadScriptFacts),
        (Wording(LAWFUL, agent_version="x" * 41), actions.BadScriptFacts),
    ],
)
def test_it_keeps_nothing_of_what_it_refuses(wording, refusal):
    """V2, V3: neither a script nor a version."""
    with pytest.raises(refusal):
        actions.create_script(name="X", country="CL", use_case=UseCase.SURVEY, wording=wording)
    made = a_draft()
    with pytest.raises(refusal):
        actions.write_version(script_id=made.script_id, wording=wording)
    assert (Script.objects.count(), ScriptVersion.objects.count()) == (1, 1)


DEBT = {"deuda": {"type": "money", "default": "-1"}}


def test_a_default_that_could_be_said_to_nobody_is_not_kept():
    """C7, V3: told at the name it was sent by."""
    made = a_draft()
    for act in (
        lambda: a_draft("Dos", variables=DEBT),
        lambda: actions.write_version(script_id=made.script_id, wording=Wording(LAWFUL, DEBT)),
    ):
        with pytest.raises(BadScript) as refused:
            act()
        extra: dict[str, Any] = refused.value.extra
        (fault,) = extra["faults"]
        assert (fault.code, fault.pointer) == ("bad_default", "#/variables/deuda/default")
    assert ScriptVersion.objects.count() == 1
    assert a_draft("Tres", variables={"cuota": {"type": "money", "default": "-1"}}).number == 1


def test_a_default_that_was_kept_before_stays_readable():
    """V7: a version never changes; it is approved, named anew and written on."""
    made = a_draft()
    stored = {"monto_total": {"type": "money", "required": False, "default": "-1"}}
    ScriptVersion.objects.filter(pk=made.pk).update(variables=stored)
    same = actions.write_version(script_id=made.script_id, wording=Wording(LAWFUL, stored), name="Dos")
    assert (same.number, queries.script(script_id=made.script_id).name) == (1, "Dos")
    found = actions.approve_version(script_id=made.script_id, number=1, now=NOW)
    assert found.state == ScriptState.APPROVED
    assert actions.write_version(script_id=made.script_id, wording=Wording(LAWFUL)).number == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"country": "cl"}, "country"),
        ({"country": "ZZ"}, "country"),
    ],
)
def test_it_refuses_senseless_facts(facts, field):
    """The field is named."""
    with pytest.raises(actions.BadScriptFacts) as refused:
        a_draft(**facts)
    assert refused.value.extra["field"] == field


def test_names_are_given_once():
    """Two scripts of one name would be chosen for one another."""
    made = a_draft("Uno")
    other = a_draft("Dos")
    with pytest.raises(actions.ScriptExists):
        a_draft("Uno")
    with pytest.raises(actions.ScriptExists):
        actions.write_version(script_id=other.script_id, wording=Wording(LAWFUL), name="Uno")
    same = actions.write_version(script_id=made.script_id, wording=Wording(LAWFUL), name="Tres")
    assert (same.number, queries.script(script_id=made.script_id).name) == (1, "Tres")


def test_a_draft_is_approved_once():
    """V7: the first moment and person stay."""
    made = a_draft()
    later = NOW + timedelta(hours=1)
    first, found = (
        actions.approve_version(script_id=made.script_id, number=1, now=now, by=BY) for now in (NOW, later)
    )
    assert first == found
    assert (found.state, found.approved_at, found.approved_by) == (ScriptState.APPROVED, NOW, BY)
    assert noted()[1:] == [("approve", {"version": 1, "accepted": []})]


def test_errors_of_the_rules_are_accepted_by_somebody():
    """V8: refused with each finding and its words; accepted, the audit log keeps the codes."""
    made = a_draft(text=UNLAWFUL)
    with pytest.raises(actions.FindingsNotAccepted) as refused:
        actions.approve_version(script_id=made.script_id, number=1, now=NOW)
    extra: dict[str, Any] = refused.value.extra
    faults = extra["faults"]
    codes = [fault.code for fault in faults]
    assert codes == ["caller_not_named", "creditor_not_named", "court_lookalike"]
    assert "embargo" in str(faults[2].detail)
    assert queries.version(script_id=made.script_id).state == ScriptState.DRAFT
    found = actions.approve_version(script_id=made.script_id, number=1, now=NOW, accept_findings=True)
    assert found.state == ScriptState.APPROVED
    assert noted()[-1] == ("approve", {"version": 1, "accepted": sorted(codes)})


def test_a_retired_version_stays_retired():
    """V7: draft → approved → retired, and nothing back."""
    made = an_approved()
    actions.retire_version(script_id=made.script_id, number=1)
    found = actions.retire_version(script_id=made.script_id, number=1)
    assert (found.state, found.approved_at) == (ScriptState.RETIRED, NOW)
    with pytest.raises(actions.VersionMoveRefused):
        actions.approve_version(script_id=made.script_id, number=1, now=NOW)
    assert [verb for verb, _change in noted()] == ["created", "approve", "retire"]


def test_a_draft_may_be_retired():
    """V7: what nobody wants is not approved."""
    made = a_draft()
    assert actions.retire_version(script_id=made.script_id, number=1).state == ScriptState.RETIRED


def test_what_was_put_away_rests():
    """V7: nothing is written or approved until it is brought back."""
    made = a_draft()
    for _twice in range(2):
        assert actions.archive_script(script_id=made.script_id, now=NOW).archived_at == NOW
    with pytest.raises(actions.ScriptArchived):
        actions.write_version(script_id=made.script_id, wording=Wording("Soy Marta, de {{empresa}}."))
    with pytest.raises(actions.ScriptArchived):
        actions.approve_version(script_id=made.script_id, number=1, now=NOW)
    for _twice in range(2):
        assert actions.restore_script(script_id=made.script_id).archived_at is None
    assert [verb for verb, _change in noted()] == ["created", "archive", "restore"]


@pytest.mark.parametrize(
    "act",
    [
        lambda: actions.write_version(script_id=404, wording=Wording(LAWFUL)),
        lambda: actions.approve_version(script_id=404, number=1, now=NOW),
        lambda: actions.retire_version(script_id=404, number=1),
        lambda: actions.archive_script(script_id=404, now=NOW),
        lambda: actions.restore_script(script_id=404),
        lambda: queries.script(script_id=404),
        lambda: queries.version(script_id=404),
    ],
)
def test_it_knows_only_its_own_scripts(act):
    """V7: another tenant's are unknown here."""
    with pytest.raises(queries.UnknownScript):
        act()


def test_it_knows_only_versions_that_there_are():
    """V7: the script is known, its version is not."""
    made = a_draft()
    for act in (actions.retire_version, queries.version):
        with pytest.raises(queries.UnknownVersion):
            act(script_id=made.script_id, number=2)
    with pytest.raises(queries.UnknownVersion):
        actions.approve_version(script_id=made.script_id, number=2, now=NOW)


def test_the_list_tells_where_each_script_stands(django_assert_num_queries):
    """One query for all of them."""
    one = an_approved("Uno")
    actions.write_version(script_id=one.script_id, wording=Wording("Soy Marta, de {{empresa}}."))
    a_draft("Dos")
    with django_assert_num_queries(1):
        found = [vars(script) for script in queries.scripts()]
    names = ("name", "latest_number", "latest_state", "approved_number")
    told = [tuple(row[name] for name in names) for row in found]
    assert told == [("Dos", 1, "draft", None), ("Uno", 2, "draft", 1)]


def test_it_tells_which_version_came_before():
    """V7: what a difference is drawn against."""
    first = a_draft()
    second = actions.write_version(script_id=first.script_id, wording=Wording("Soy Marta, de {{empresa}}."))
    assert queries.version_before(version=second) == first
    assert queries.version_before(version=first) is None


def test_campaigns_are_offered_approved_versions_of_their_kind():
    """V7: same country and purpose, not put away, newest approval first."""
    wanted = an_approved("Uno")
    an_approved("Encuesta", use_case=UseCase.SURVEY)
    an_approved("Lima", country="PE")
    a_draft("Borrador")
    away = an_approved("Guardado")
    actions.archive_script(script_id=away.script_id, now=NOW)
    assert list(queries.speakable_versions(country="CL", use_case="collection")) == [wanted]
