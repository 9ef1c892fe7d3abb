"""Models fitted to a tenant's own leads, put in force, and shadowed by another engine (I7b, I7c)."""

import importlib.util
import io
import json
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.utils import timezone

from identity import actions
from identity.matching.versions import BadModel, as_json, read_model
from identity.matching.weighing import SHIPPED
from identity.models import Driver, Lead, Link, MatchingModel
from identity.rules import Via
from tenants.records.models import AuditEntry
from tenants.scope import owner_scope, tenant_scope
from tests.benchmarks import fleet_rows
from tests.benchmarks.linkage_files import prepared_fleet
from tests.identity.fleet import a_driver, a_lead

pytestmark = pytest.mark.usefixtures("in_english")
BY = uuid4()
needs_splink = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("splink", "duckdb")),
    reason="NOT RUN: requirements-shadow.txt is not installed",
)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    return prepared_fleet(tmp_path_factory.mktemp("fleet"), persons=1_500, leads=600)


@pytest.fixture
def town(acme, fleet):
    with owner_scope(acme.schema_name):
        fleet_rows.fill(fleet)
    with tenant_scope(acme.schema_name):
        yield acme


def told(command, *words):
    said = io.StringIO()
    try:
        call_command(command, "--tenant=acme", "--json", *words, stdout=said)
    except CommandError as error:
        return error.returncode, json.loads(said.getvalue())
    return 0, json.loads(said.getvalue())


def kept(version="own-1", *, missed=(), model=SHIPPED):
    parameters = {**as_json(model), "version": version}
    return MatchingModel.objects.create(version=version, parameters=parameters, missed=list(missed))


def verbs():
    noted = AuditEntry.objects.filter(object_type="matching_model").order_by("id")
    return list(noted.values_list("verb", flat=True))


def test_it_fits_keeps_and_activates(town):
    """I7b: the same leads give the same model, at most one is in force, and it is noted."""
    code, first = told("train_matching", "--name=own-1", "--activate")
    assert (code, first["missed"], first["is_active"], first["leads"]) == (0, [], True, 600)
    code, second = told("train_matching", "--name=own-2")
    assert (code, second["is_active"]) == (0, False)
    one, two = MatchingModel.objects.order_by("id")
    assert (one.is_active, two.is_active) == (True, False)
    assert {**one.parameters, "version": ""} == {**two.parameters, "version": ""}
    assert read_model(one.parameters).same != SHIPPED.same
    assert verbs() == ["fit_model", "activate_model", "fit_model"]


def test_a_dry_run_keeps_nothing(town):
    code, said = told("train_matching", "--dry-run", "--activate")
    assert (code, said["id"], said["is_active"]) == (0, None, False)
    assert said["random_pairs"] > 1_000
    assert not MatchingModel.objects.exists()


def test_links_by_a_fitted_model_are_right(town, fleet):
    """I7b: of leads and their candidates alone, without labels."""
    told("train_matching", "--activate")
    leads = list(Lead.objects.values_list("id", flat=True))
    assert actions.link_leads(leads=leads, via=Via.RECOVER, now=timezone.now()).matched > 450
    out = fleet.folder / "fitted.csv"
    fleet_rows.write_predictions(fleet, out)
    truth = fleet.truth()
    linked = [row.split(",") for row in out.read_text("utf-8").splitlines() if row.endswith(",1")]
    assert all(truth[lead] == person for lead, person, *_rest in linked)


def test_too_few_leads_teach_nothing(in_acme):
    """Exit 1, in words."""
    a_lead(phone="999888777")
    a_driver(phone="999888777")
    code, said = told("train_matching")
    assert (code, said["status"]) == (1, "error")
    assert "too few" in said["error"]


@pytest.mark.parametrize("name", ["x" * 31, " padded", "two\nlines"])
def test_a_version_that_cannot_be_kept_is_a_wrong_call(town, name):
    assert told("train_matching", f"--name={name}")[0] == 2


def test_a_version_is_never_overwritten(town):
    kept("own-1")
    assert told("train_matching", "--name=own-1")[0] == 2


def test_a_model_that_misses_a_point_is_not_activated(in_acme):
    """I7b: whatever its row says, the points are asked again; and the database holds it too."""
    loose = as_json(SHIPPED) | {"version": "loose", "slack": {**as_json(SHIPPED)["slack"], "plate": 1e-6}}
    liar = MatchingModel.objects.create(version="loose", parameters=loose)
    said = kept("said", missed=["plate alone"])
    for model in (liar, said):
        with pytest.raises(actions.ModelMissesPoints):
            actions.activate_model(model=model.pk, by=BY)
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchingModel.objects.filter(pk=said.pk).update(is_active=True)
    broken = MatchingModel.objects.create(version="broken", parameters={"version": "broken"})
    with pytest.raises(BadModel):
        actions.activate_model(model=broken.pk)
    with pytest.raises(actions.UnknownModel):
        actions.activate_model(model=0)


def test_one_is_in_force_at_most_and_the_shipped_one_comes_back(in_acme):
    one, two = kept("own-1"), kept("own-2")
    assert actions.activate_model(model=one.pk, by=BY)
    assert not actions.activate_model(model=one.pk, by=BY)
    assert actions.activate_model(model=two.pk, by=BY)
    assert list(MatchingModel.objects.filter(is_active=True)) == [two]
    assert actions.deactivate_model(by=BY)
    assert not actions.deactivate_model(by=BY)
    assert verbs() == ["activate_model", "deactivate_model", "activate_model", "deactivate_model"]


def test_another_model_is_new_evidence_for_open_cases(in_acme):
    """I7c: an unchanged lead is skipped until the model in force is another one; and again after it."""
    lead, linked = a_lead(phone="999888777"), a_lead(document="12345678")
    a_driver(document="12345678")

    def tried():
        tally = actions.link_leads(leads=[lead.pk, linked.pk], via=Via.RECOVER, now=timezone.now())
        return tally.processed, tally.skipped

    assert tried() == (2, 0)
    assert tried() == (0, 2)
    actions.activate_model(model=kept().pk, by=BY)
    assert tried() == (1, 1)
    assert tried() == (0, 2)
    actions.deactivate_model(by=BY)
    assert tried() == (1, 1)


@needs_splink
def test_the_shadow_finds_the_same_links(town):
    """I7b: of the same levels and weights; a link by hand that nothing speaks for is a disagreement."""
    leads = list(Lead.objects.values_list("id", flat=True))
    actions.link_leads(leads=leads, via=Via.RECOVER, now=timezone.now())
    code, said = told("identity_shadow")
    assert (code, said["another_person"]) == (0, 0)
    assert said["ours"] > 450
    assert said["only_ours"] + said["only_shadow"] < 60
    moved, other = Link.objects.filter(source="cabinet_lead").order_by("id")[:2]
    Link.objects.filter(pk=moved.pk).update(person=other.person_id)
    code, again = told("identity_shadow", "--shown=1000")
    assert again["another_person"] == 1
    (found,) = [one for one in again["shown"] if one["kind"] == "another_person"]
    assert (found["lead"], found["ours"]) == (moved.source_pk, str(other.person_id))


@pytest.mark.skipif(bool(importlib.util.find_spec("splink")), reason="NOT RUN: Splink is installed here")
def test_without_splink_it_says_so(in_acme):
    """Exit 3: it could not be tried."""
    code, said = told("identity_shadow")
    assert code == 3
    assert "requirements-shadow.txt" in said["error"]
    assert not Driver.objects.exists()
