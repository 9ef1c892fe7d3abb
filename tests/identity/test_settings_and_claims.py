"""What claims stand on stays: settings change neither the codes nor the currency that they bear (I14)."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from identity import actions
from identity.actions.choosing import BadSettings, Chosen, Milestone
from identity.actions.draining.claiming import generate_claims
from identity.models import Claim, IdentitySettings
from identity.queries.milestones import milestones
from identity.queries.money import currency
from identity.receivers import write_first_rows
from identity.rules import ClaimState
from tenants.jobs.runner.run import DryRun
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.identity.numbers import active, ago, claimed

Pages = Callable[[User], Client]
SETTINGS = "/admin/identity/settings/"
M1, M5 = Milestone("M1", 1, Decimal(25)), Milestone("M5", 5, Decimal(35))
CHOSEN = Chosen("rules", 0.66, 0.15, 0.34, "PEN", (M1, M5, Milestone("M25", 25, Decimal(100))))
TYPED = {
    "do": "save",
    "mode": "rules",
    "similar": "0.66",
    "clear_gap": "0.15",
    "different": "0.34",
    "currency": "PEN",
    "form-TOTAL_FORMS": "3",
    "form-INITIAL_FORMS": "3",
    "form-0-code": "M1",
    "form-0-trips": "1",
    "form-0-amount": "25",
    "form-1-code": "M5",
    "form-1-trips": "5",
    "form-1-amount": "35",
    "form-2-code": "M25",
    "form-2-trips": "25",
    "form-2-amount": "100",
}


@pytest.fixture
def paid(acme: Tenant) -> Tenant:
    """Acme with somebody whose first milestone is paid; the others nobody claims."""
    with tenant_scope(acme.schema_name):
        claimed(active(ago(20), made=1), "M1", ClaimState.PAID)
    return acme


def generated() -> int:
    """Run the nightly job; return how many claims it wrote."""
    return generate_claims(DryRun({}))["generated"]


@pytest.mark.parametrize("kept", [[replace(M1, code="V1"), M5], [M5]], ids=["renamed", "left out"])
def test_a_code_that_claims_bear_stays(paid: Tenant, kept: list[Milestone]) -> None:
    """I14: under another one the job claims the whole past again, and what is paid is told nowhere."""
    with tenant_scope(paid.schema_name):
        with pytest.raises(BadSettings, match="M1"):
            actions.change_settings(chosen=replace(CHOSEN, milestones=kept))
        assert generated() == 0
        assert milestones()[0].by_state[ClaimState.PAID].amount == 25
        assert Claim.objects.count() == 1


def test_its_trips_and_its_worth_change(paid: Tenant) -> None:
    """I14: and so does the code of what nobody has claimed."""
    kept = (replace(M1, trips=2, amount=Decimal(30)), replace(M5, code="V5"))
    with tenant_scope(paid.schema_name):
        assert actions.change_settings(chosen=replace(CHOSEN, milestones=kept)) == ["milestones"]
        assert [one.code for one in milestones()] == ["M1", "V5"]


def test_a_claim_that_waits_for_its_person_keeps_its_code(paid: Tenant) -> None:
    """I14: it will count."""
    with tenant_scope(paid.schema_name):
        Claim.objects.create(source_pk="later", milestone="M5", state="paid", amount=35, currency="PEN")
        with pytest.raises(BadSettings, match="M5"):
            actions.change_settings(chosen=replace(CHOSEN, milestones=(M1,)))


@pytest.mark.parametrize(("language", "words"), [("en", "Claims bear the code M1"), ("es", "código M1")])
@pytest.mark.parametrize("code", ["V1", ""])
def test_the_page_says_so_beside_the_code(
    page: Pages, alice: User, paid: Tenant, language: str, words: str, code: str
) -> None:
    """W7: in the reader's language, on the line that held it."""
    typed = TYPED | {"form-0-code": code, **({} if code else {"form-0-trips": "", "form-0-amount": ""})}
    line = told(page(alice).post(SETTINGS, typed, headers={"Accept-Language": language}), "form-0-code")
    assert words in line
    with tenant_scope(paid.schema_name):
        assert IdentitySettings.objects.get().milestones[0]["code"] == "M1"


def test_no_other_currency_while_there_are_claims(paid: Tenant) -> None:
    """W15: what is written down in one currency is not summed up under the name of another."""
    with tenant_scope(paid.schema_name):
        with pytest.raises(BadSettings, match="PEN"):
            actions.change_settings(chosen=replace(CHOSEN, currency="CLP"))
        assert currency() == "PEN"
        assert actions.change_settings(chosen=replace(CHOSEN, mode="scored")) == ["mode"]
        Claim.objects.all().delete()
        assert actions.change_settings(chosen=replace(CHOSEN, currency="CLP")) == ["mode", "currency"]


def test_settings_come_back_to_the_currency_of_the_claims(paid: Tenant) -> None:
    """W15: which they had left while nothing stopped them."""
    with tenant_scope(paid.schema_name):
        IdentitySettings.objects.update(currency="CLP")
        assert actions.change_settings(chosen=CHOSEN) == ["currency"]


@pytest.mark.parametrize(("language", "words"), [("en", "Claims are in PEN"), ("es", "cobros en PEN")])
def test_the_page_says_so_beside_the_currency(
    page: Pages, alice: User, paid: Tenant, language: str, words: str
) -> None:
    """W7."""
    answer = page(alice).post(SETTINGS, TYPED | {"currency": "clp"}, headers={"Accept-Language": language})
    assert words in told(answer, "currency")


@pytest.mark.parametrize(("country", "begun"), [("CL", "CLP"), ("PE", "PEN"), ("ZZ", "USD")])
def test_a_tenant_begins_with_the_currency_of_its_country(in_acme: Tenant, country: str, begun: str) -> None:
    """W7: money is written as the country does; what is there already stays."""
    IdentitySettings.objects.all().delete()
    write_first_rows(tenant=Tenant(country=country))
    assert currency() == begun
    write_first_rows(tenant=Tenant(country="MX"))
    assert currency() == begun


def told(answer: Any, field: str) -> str:
    """Return what stands from a field to the next one."""
    assert answer.status_code == 200, answer.status_code
    shown = unescape(answer.content.decode())
    found = re.search(rf'<input[^>]*name="{field}"[^>]*>(.*?)<(?:input|select)', shown, re.DOTALL)
    assert found
    return found[1]
