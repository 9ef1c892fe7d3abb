"""V6: what the chosen scripts need is found when the file is looked at, row by row."""

import json

import pytest

from campaigns.models import Arm, Campaign, Entry
from campaigns.rules import UseCase
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tests.campaigns.uploading import (
    BATCHES,
    CREATE,
    HEADINGS,
    PREVIEW,
    a_file,
    a_payer,
    cells_of,
    debtor,
    send,
)
from tests.campaigns.wording import LAWFUL, a_draft, an_approved
from tests.personas.writing import answer, problem

pytestmark = pytest.mark.usefixtures("unused_counters")
VARIABLES = {
    "plan": {"type": "text"},
    "vigencia": {"type": "date"},
    "extra": {"type": "text", "default": "-"},
}
TEXT = f"{LAWFUL} {{{{plan}}}}, hasta el {{{{vigencia}}}}: {{{{monto_total}}}}. {{{{extra}}}}"
CELLS = [";Hogar;31/12/2026;x", ";;31/12/2026;x", ";Móvil;pronto;x", ";Hogar;2026-12-31;x", ";;;x"]
FILE = a_file(
    *(f"{debtor(number)}{cells}" for number, cells in enumerate(CELLS)),
    headings=f"{HEADINGS};Plan;Vigencia;Otra",
)
CODES = {"variable_missing": 2, "variable_unreadable": 1}


@pytest.fixture
def client(api, alice, inside):
    with inside():
        a_payer()
    return api(alice)


@pytest.fixture
def script(inside):
    with inside():
        return an_approved(text=TEXT, variables=VARIABLES).pk


def said(*versions, **more):
    return json.dumps([{"version_id": str(one), **more} for one in versions])


def test_rows_that_lack_a_value_are_refused_alike_in_preview_and_create(client, inside, script):
    """C10, V6: with a stable code; who is taken keeps what the script speaks of, and nothing else."""
    seen = answer(send(client, PREVIEW, FILE, batch_name=None, scripts_json=said(script)))
    assert (seen["success"], seen["missing_variables"]) == (True, [])
    made = answer(send(client, CREATE, FILE, scripts_json=said(script, weight=4)), 201)
    assert made["stats"] == seen["stats"]
    assert (made["stats"]["persons"], made["stats"]["refused"], made["stats"]["codes"]) == (2, 3, CODES)
    with inside():
        variables = Entry.objects.order_by("id").values_list("variables", flat=True)
        assert list(variables) == [
            {"plan": "Hogar", "vigencia": "31/12/2026"},
            {"plan": "Hogar", "vigencia": "2026-12-31"},
        ]
        assert list(Arm.objects.values_list("version", "weight")) == [(script, 4)]
    rows = cells_of(client.get(f"{BATCHES}/{made['batch_id']}/rejected-rows?format=csv"))
    assert "plan" in rows[1][-1]
    assert "vigencia" in rows[2][-1]


def test_a_job_refuses_the_same_rows(client, inside, acme, script):
    """V6, J6: the same counts, whoever writes them."""
    made = answer(send(client, CREATE, FILE, scripts_json=said(script), **{"async": "true"}), 202)
    with inside():
        job = Job.objects.get(kind="campaigns.import")
    work_on(DueTicket(job.id, acme.schema_name))
    with inside():
        campaign = Campaign.objects.get(code=made["batch_id"])
        report = campaign.file.report
        assert report is not None
        assert (report["persons"], report["codes"]) == (2, CODES)


def test_without_a_script_nothing_is_missing(client, inside, script):
    """V6: whoever chooses none is asked for nothing, and other columns of a collection are not kept (C2)."""
    made = answer(send(client, CREATE, FILE), 201)
    assert made["stats"]["persons"] == len(CELLS)
    with inside():
        assert set(map(str, Entry.objects.values_list("variables", flat=True))) == {"{}"}


def test_a_missing_column_is_named_with_its_look_alikes(client, inside, script):
    """V6, C1: nobody could be called, so nothing is made."""
    file = a_file(f"{debtor(1)};Hogar;1", headings=f"{HEADINGS};Plan;Vigencias")
    seen = answer(send(client, PREVIEW, file, batch_name=None, scripts_json=said(script)))
    assert seen["success"] is False
    assert seen["missing_variables"] == [{"name": "vigencia", "look_alikes": ["Vigencias"]}]
    assert (seen["stats"]["persons"], seen["stats"]["codes"]) == (0, {"variable_missing": 1})
    refused = problem(send(client, CREATE, file, scripts_json=said(script)), 422)
    assert refused["type"].endswith("script_values_missing")
    assert (refused["names"], refused["missing"]) == (["vigencia"], seen["missing_variables"])
    with inside():
        assert not Campaign.objects.exists()


def test_everybody_hears_any_of_the_versions(client, inside, script):
    """V9, V10: who could hear but one of them is refused, or the versions would reach different people."""
    with inside():
        plain = an_approved("Sin variables").pk
    stats = answer(send(client, CREATE, FILE, scripts_json=said(plain, script)), 201)["stats"]
    assert stats["persons"] == 2


@pytest.mark.parametrize(
    ("form", "missing", "refused"),
    [({}, ["fecha_limite"], 2), ({"dias_fecha_limite": "10"}, [], 1)],
)
def test_what_the_upload_says_needs_no_column(client, inside, form, missing, refused):
    """V6, C8: a generic file has no days of its own; the upload may give them, and `rut` is a column."""
    with inside():
        text = f"{LAWFUL} {{{{rut}}}} hasta el {{{{fecha_limite}}}}."
        version = an_approved(text=text, use_case=UseCase.MARKETING).pk
    file = a_file("Ana;9.876.543-3;960000001", "Eva;;960000002", headings="Nombre;RUT;Celular")
    form |= {"processing_type": "generic", "scripts_json": said(version)}
    seen = answer(send(client, PREVIEW, file, batch_name=None, **form))
    assert [one["name"] for one in seen["missing_variables"]] == missing
    assert seen["stats"]["codes"]["variable_missing"] == refused


def test_a_list_that_says_a_debt_below_nothing_is_refused_there(client, inside):
    """C7, V6: a column of a generic list that is spoken of as what is owed; alike in preview and create."""
    with inside():
        version = an_approved(text=f"{LAWFUL} {{{{deuda}}}}", use_case=UseCase.MARKETING).pk
    lines = ("Ana;960000001;-5.000", "Eva;960000002;(1)", "Luz;960000003;0", "Mar;960000004;7.000")
    file = a_file(*lines, headings="Nombre;Celular;Deuda")
    form = {"processing_type": "generic", "scripts_json": said(version)}
    seen = answer(send(client, PREVIEW, file, batch_name=None, **form))
    made = answer(send(client, CREATE, file, **form), 201)
    assert made["stats"] == seen["stats"]
    assert (made["stats"]["persons"], made["stats"]["codes"]) == (2, {"debt_not_positive": 2})
    rows = cells_of(client.get(f"{BATCHES}/{made['batch_id']}/rejected-rows?format=csv"))
    assert "Cobros Sur" in rows[1][-1]
    assert "-5000" in rows[1][-1]


def test_who_was_taken_by_the_debt_itself_can_be_launched(client, inside):
    """C7, V6: a column that says another debt is heard by nobody: import, forecast and launch agree."""
    with inside():
        version = an_approved(text=f"{LAWFUL} {{{{monto_total}}}}").pk
    file = a_file(*(f"{debtor(one)};-98.500" for one in range(2)), headings=f"{HEADINGS};Deuda")
    made = answer(send(client, CREATE, file, scripts_json=said(version)), 201)
    assert made["stats"]["persons"] == 2
    with inside():
        told = Entry.objects.filter(variables__deuda="-98.500")
        assert told.update(fecha_maxima=None) == 2  # the last day of the file is long over
    seen = answer(client.get(f"{BATCHES}/{made['batch_id']}/forecast"))
    assert (seen["lacking"], seen["obstacles"]) == ([], [])
    answer(client.post(f"{BATCHES}/{made['batch_id']}/launch"))


@pytest.mark.parametrize(
    "text", ["7", "[7]", '[{"version_id": "x"}]', "{", '[{"version_id":"1"},{"version_id":"1"}]']
)
def test_what_makes_no_sense_is_refused(client, text):
    """W10: 422 or, for what is no JSON at all, 400."""
    for path in (PREVIEW, CREATE):
        assert send(client, path, FILE, scripts_json=text).status_code in (400, 422)


def test_a_draft_is_not_spoken_by(client, inside):
    """V7: neither looked at nor made."""
    with inside():
        draft = a_draft().pk
    for path in (PREVIEW, CREATE):
        refused = problem(send(client, path, FILE, scripts_json=said(draft)), 422)
        assert [one["code"] for one in refused["errors"]] == ["not_approved"]
