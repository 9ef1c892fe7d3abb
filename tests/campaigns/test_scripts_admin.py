"""V1-V8 by the pages of staff: written with the rules looking on, reviewed against the version before."""

from html import unescape

import pytest

from campaigns import actions, queries
from campaigns.actions import Wording
from campaigns.models import Script
from campaigns.rules import ScriptState
from campaigns.scripting import TEMPLATES
from tests.campaigns.wording import LAWFUL, NOW, UNLAWFUL, a_draft, an_approved

HERE = "/admin/campaigns/script"
NEW = {
    "do": "save",
    "name": "Cobranza amable",
    "use_case": "collection",
    "country": "CL",
    "text": f"{LAWFUL} Plan {{{{plan}}}}.",
    "form-TOTAL_FORMS": "2",
    "form-INITIAL_FORMS": "0",
    "form-0-name": "plan",
    "form-0-type": "text",
    "form-0-default": "",
    "form-0-required": "on",
    "form-1-name": "",
    "form-1-type": "text",
    "form-1-default": "",
}


@pytest.fixture
def client(page, alice):
    return page(alice)


@pytest.fixture
def script(inside) -> int:
    """A draft by its number."""
    with inside():
        return int(a_draft().script_id)


def words(response) -> str:
    assert response.status_code == 200, (response.status_code, response.content[:300])
    return unescape(response.content.decode())


def newest(inside, script):
    with inside():
        return queries.version(script_id=script)


def test_the_list_tells_where_scripts_stand(client, inside):
    """V7: newest version with its state, what campaigns may use; archived ones only when asked for."""
    with inside():
        an_approved("Aprobado")
        a_draft("Borrador")
        away = a_draft("Guardado").script_id
        actions.archive_script(script_id=away, now=NOW)
    found = words(client.get(f"{HERE}/"))
    assert "Aprobado" in found
    assert "version 1" in found
    assert "1, Draft" in found
    assert "Guardado" not in found
    assert "Guardado" in words(client.get(f"{HERE}/?archived=1"))
    assert "Guardado" in words(client.get(f"{HERE}/?archived=all"))
    assert "Aprobado" not in words(client.get(f"{HERE}/?use_case=survey"))
    assert client.post(f"{HERE}/press/new/")["Location"] == f"{HERE}/new/"


def test_a_link_of_the_list_leads_to_the_editor(client, script):
    """V7: and so does one of the audit log; what is no number is not found."""
    assert client.get(f"{HERE}/{script}/change/")["Location"] == f"{HERE}/{script}/edit/"
    assert client.get(f"{HERE}/x/change/").status_code == 404


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.code)
def test_a_template_fills_the_page(client, template):
    """V8: text, variables, purpose; the rules have only advice to give."""
    found = words(client.get(f"{HERE}/new/?template={template.code}"))
    assert template.text.splitlines()[1] in found
    assert f'<option value="{template.use_case}" selected>' in found
    for variable in template.variables:
        assert f'value="{variable.name}"' in found
    assert '<span class="badge bad">' not in found
    assert "Camila Rojas Soto" in found


def test_an_empty_page_accuses_nobody(client):
    """Whoever begins sees no error."""
    found = words(client.get(f"{HERE}/new/"))
    assert "Here the rules speak" in found
    assert "alert error" not in found


def test_a_script_is_made(client, inside, alice):
    """V7: a draft; the person is known."""
    assert client.post(f"{HERE}/new/", NEW).status_code == 302
    with inside():
        made = Script.objects.get()
        version = queries.version(script_id=made.pk)
    assert (made.name, made.country, made.use_case, made.created_by) == (
        "Cobranza amable",
        "CL",
        "collection",
        alice.pk,
    )
    assert (version.state, version.variables) == ("draft", {"plan": {"type": "text", "required": True}})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "This field is required."),
        ({"text": ""}, "The text is empty."),
        ({"text": f"{LAWFUL} {{{{plan}}"}, "Line 1: braces that are no variable"),
        ({"use_case": "sales"}, "Select a valid choice"),
        ({"country": "ZZ"}, "Select a valid choice"),
        ({"form-0-name": "Plan"}, "names are small letters"),
        ({"form-1-name": "plan"}, "Declared twice: plan."),
        ({"form-0-type": "colour"}, "Select a valid choice"),
        ({"form-0-type": "date", "form-0-default": "pronto"}, "the default cannot be read as date"),
        ({"form-TOTAL_FORMS": "x"}, "ManagementForm"),
    ],
)
def test_what_is_wrong_is_told_beside_what_was_typed(client, inside, changes, told):
    """V1-V3: nothing is kept, nothing typed is lost."""
    found = words(client.post(f"{HERE}/new/", {**NEW, **changes}))
    assert told in found
    assert "Cobranza amable" in found or not changes.get("name", "x")
    with inside():
        assert not Script.objects.exists()


def test_an_undeclared_variable_gets_a_line(client, inside):
    """V2: named, and ready to be declared by saving again."""
    found = words(client.post(f"{HERE}/new/", {**NEW, "text": f"{LAWFUL} {{{{plan}}}} {{{{tramo}}}}"}))
    assert "The text speaks of variables that are not declared: tramo." in found
    assert 'name="form-0-name" value="plan"' in found
    assert 'name="form-1-name" value="tramo"' in found
    with inside():
        assert not Script.objects.exists()


def test_a_name_that_is_taken_is_told_at_the_name(client, script):
    """V7: two scripts of one name would be chosen for one another."""
    assert "There is a script of this name already." in words(client.post(f"{HERE}/new/", NEW))


def test_a_default_is_written_as_people_write(client, inside):
    """V5: 98.500 and 31/12/2026 are kept in the one form that is read back."""
    changes = {
        "text": f"{LAWFUL} {{{{cuota}}}} {{{{vigencia}}}}",
        "form-0-name": "cuota",
        "form-0-type": "money",
        "form-0-default": "98.500",
        "form-1-name": "vigencia",
        "form-1-type": "date",
        "form-1-default": "31/12/2026",
        "form-1-required": "on",
    }
    assert client.post(f"{HERE}/new/", {**NEW, **changes}).status_code == 302
    with inside():
        variables = queries.version(script_id=Script.objects.get().pk).variables
    assert variables == {
        "cuota": {"type": "money", "required": False, "default": "98500"},
        "vigencia": {"type": "date", "required": False, "default": "2026-12-31"},
    }


def test_only_checking_keeps_nothing(client, inside):
    """V8: the rules and the sound of it, without a script."""
    found = words(client.post(f"{HERE}/new/", {**NEW, "do": "check", "text": UNLAWFUL}))
    assert "Words of courts" in found
    assert "<q>embargo</q>" in found
    with inside():
        assert not Script.objects.exists()


def test_the_check_follows_the_writer(client):
    """V4, V5, V8: a part of the page, with made-up values, marked."""
    found = words(client.post(f"{HERE}/check/", {**NEW, "text": "{{deuda}} {{plan}} {{plan}"}))
    assert "Line 1" in found
    assert "<html" not in found
    found = words(client.post(f"{HERE}/check/", {**NEW, "text": "Son {{deuda}}, {{plan}}"}))
    assert '<mark title="monto_total">$98.500</mark>' in found
    assert '<mark title="plan">plan</mark>' in found
    assert "Nobody says at the beginning who is calling." in found
    assert "not right yet" in words(client.post(f"{HERE}/check/", {**NEW, "form-0-type": "colour"}))
    assert "Here the rules speak" in words(client.post(f"{HERE}/check/", {**NEW, "text": " "}))
    assert client.get(f"{HERE}/check/").status_code == 405


def test_a_text_is_never_a_tag(client):
    """S13: whatever stands in a text, a default or a name is text on the page."""
    evil = "<script>alert(1)</script>"
    changes = {"text": f"{LAWFUL} {evil} {{{{plan}}}} embargo", "form-0-default": evil, "name": evil}
    answer = client.post(f"{HERE}/check/", {**NEW, **changes}).content.decode()
    assert "<script>alert" not in answer
    assert "&lt;script&gt;alert" in answer
    made = client.post(f"{HERE}/new/", {**NEW, **changes}, follow=True).content.decode()
    assert "<script>alert" not in made


def test_saving_makes_the_next_version(client, inside, script):
    """V7: and the same again says so."""
    said = {**NEW, "text": f"{LAWFUL} Gracias, {{{{plan}}}}."}
    found = words(client.post(f"{HERE}/{script}/edit/", said, follow=True))
    assert "Kept as version 2, a draft." in found
    assert newest(inside, script).number == 2
    again = words(client.post(f"{HERE}/{script}/edit/", said, follow=True))
    assert "The text is that of version 2." in again
    wrong = words(client.post(f"{HERE}/{script}/edit/", {**said, "text": "Hola {{"}))
    assert "Line 1" in wrong
    assert newest(inside, script).number == 2


def test_the_editor_begins_with_the_newest_version(client, inside, script, alice):
    """V7: its text and variables, and a line for each version with who wrote and approved it."""
    with inside():
        wording = Wording(f"{LAWFUL} {{{{plan}}}}", {"plan": {"type": "text", "default": "básico"}})
        actions.write_version(script_id=script, wording=wording, by=alice.pk)
        actions.approve_version(script_id=script, number=2, now=NOW, by=alice.pk)
    found = words(client.get(f"{HERE}/{script}/edit/"))
    assert 'value="plan"' in found
    assert 'value="básico"' in found
    assert f"{HERE}/{script}/versions/2/" in found
    assert found.count(f"· {alice.name or alice.email}") == 2


def test_a_script_is_put_away_and_brought_back(client, inside, script):
    """V7: put away, it has no editor."""
    found = words(client.post(f"{HERE}/{script}/edit/", {"do": "archive"}, follow=True))
    assert "Archived. Campaigns that speak by it keep it." in found
    assert "Keep as the next version" not in found
    assert "Keep as the next version" in words(
        client.post(f"{HERE}/{script}/edit/", {"do": "restore"}, follow=True)
    )


def test_a_version_shows_what_changed(client, inside, script):
    """V7: against the one before, or against any other."""
    with inside():
        actions.write_version(script_id=script, wording=Wording(f"{LAWFUL}\nMuchas gracias."))
        actions.write_version(script_id=script, wording=Wording(f"{LAWFUL}\nGracias, {{{{nombre}}}}."))
    found = words(client.get(f"{HERE}/{script}/versions/3/"))
    assert "What changed since version 2" in found
    assert "<del>Muchas</del>" in found
    assert "<ins>" in found
    assert "What changed since version 1" in words(client.get(f"{HERE}/{script}/versions/3/?against=1"))
    assert "What changed since version 2" in words(client.get(f"{HERE}/{script}/versions/3/?against=x"))
    assert client.get(f"{HERE}/{script}/versions/3/?against=9").status_code == 404
    first = words(client.get(f"{HERE}/{script}/versions/1/"))
    assert "What changed" not in first
    assert LAWFUL in first


def test_a_version_is_approved_and_retired(client, inside, script, alice):
    """V7: by the person who presses."""
    here = f"{HERE}/{script}/versions/1/"
    assert "Approved. Campaigns may speak by it." in words(client.post(here, {"do": "approve"}, follow=True))
    assert newest(inside, script).approved_by == alice.pk
    found = words(client.post(here, {"do": "retire"}, follow=True))
    assert "Retired. Campaigns that speak by it keep it." in found
    assert 'value="approve"' not in found
    assert newest(inside, script).state == ScriptState.RETIRED
    assert client.post(here, {"do": "explode"}).status_code == 404


def test_errors_of_the_rules_are_accepted_with_a_tick(client, inside):
    """V8: without it nothing is approved, and the page says why."""
    with inside():
        script = a_draft(text=UNLAWFUL).script_id
    here = f"{HERE}/{script}/versions/1/"
    assert 'name="accept"' in words(client.get(here))
    assert "The rules object to this text" in words(client.post(here, {"do": "approve"}, follow=True))
    assert newest(inside, script).state == ScriptState.DRAFT
    client.post(here, {"do": "approve", "accept": "on"})
    assert newest(inside, script).state == ScriptState.APPROVED


@pytest.mark.parametrize("path", ["/", "/new/", "/{}/edit/", "/{}/versions/1/"])
def test_a_viewer_has_no_pages_of_staff(page, bob, script, path):
    """403: these pages are for those who administer."""
    assert page(bob).get(f"{HERE}{path.format(script)}").status_code == 403


@pytest.mark.parametrize("path", ["/{}/edit/", "/{}/versions/1/"])
def test_another_tenants_script_is_not_there(page, carol, script, path):
    """404, read or written."""
    assert page(carol).get(f"{HERE}{path.format(script)}").status_code == 404
    assert page(carol).post(f"{HERE}{path.format(script)}", {"do": "approve"}).status_code == 404


@pytest.mark.parametrize("number", [404, 10**17, 10**30])
def test_numbers_of_nothing_are_not_found(client, script, number):
    """404, however large."""
    assert client.get(f"{HERE}/{number}/edit/").status_code == 404
    assert client.get(f"{HERE}/{script}/versions/{number}/").status_code == 404
