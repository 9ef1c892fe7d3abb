"""`manage.py analyze`: one brand or all, also without news, and how it ends (N15, N16)."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from insights.actions import start_analysis
from insights.models import FichaCliente, Insight, Run
from insights.rules import Trigger
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.insights.reading import a_comment, a_ficha, a_post


@pytest.fixture(autouse=True)
def _by_word_lists(settings: Any, acme: Tenant) -> None:
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""


@pytest.fixture
def good(acme: Tenant) -> FichaCliente:
    with tenant_scope(acme.schema_name):
        return a_ficha([a_post()], [a_comment()], brand_name="Buena")


@pytest.fixture
def broken(acme: Tenant) -> FichaCliente:
    with tenant_scope(acme.schema_name):
        ficha = a_ficha(brand_name="Averiada")
        ficha.workbook = None
        ficha.save()
        return ficha


def analyze(*words: object) -> list[str]:
    said = StringIO()
    call_command("analyze", "--tenant=acme", *map(str, words), stdout=said)
    return said.getvalue().splitlines()


def test_it_analyses_one_brand(good: FichaCliente, broken: FichaCliente, acme: Tenant) -> None:
    """N16: the one that is named; a second time there is nothing new, unless it is forced."""
    assert analyze("--ficha", good.pk) == [f"{good.pk} Buena: completed"]
    assert analyze("--ficha", good.pk) == [f"{good.pk} Buena: skipped"]
    assert analyze("--ficha", good.pk, "--force") == [f"{good.pk} Buena: completed"]
    with tenant_scope(acme.schema_name):
        assert Insight.objects.count() == 2
        told = Run.objects.order_by("pk").values_list("trigger", "is_forced")
        assert list(told) == [(Trigger.COMMAND, False), (Trigger.COMMAND, False), (Trigger.COMMAND, True)]


def test_one_brands_failure_stops_no_other(good: FichaCliente, broken: FichaCliente, acme: Tenant) -> None:
    """N15: all enabled ones, each told with its end; exit 1 when one failed."""
    with tenant_scope(acme.schema_name):
        off = a_ficha([a_post()], [a_comment()], brand_name="Apagada", is_enabled=False)
    said = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("analyze", "--tenant=acme", stdout=said)
    assert failure.value.returncode == 1
    lines = said.getvalue().splitlines()
    assert [line.split(":")[0] for line in lines] == [f"{broken.pk} Averiada", f"{good.pk} Buena"]
    assert lines[0].startswith(f"{broken.pk} Averiada: failed ")
    assert len(lines[0]) > len(f"{broken.pk} Averiada: failed ")
    with tenant_scope(acme.schema_name):
        assert not Run.objects.filter(ficha=off).exists()
    # By its number it is analysed all the same: somebody asked for it.
    assert analyze("--ficha", off.pk) == [f"{off.pk} Apagada: completed"]


def test_what_runs_elsewhere_is_left_alone(good: FichaCliente, acme: Tenant) -> None:
    """N15: one run at a time; it is said, and is no failure."""
    with tenant_scope(acme.schema_name):
        start_analysis(ficha=good.pk)
    assert analyze("--ficha", good.pk) == [f"{good.pk} Buena: already_running"]
    with tenant_scope(acme.schema_name):
        assert Run.objects.count() == 1


@pytest.mark.parametrize("number", ["0", "-1", "7", str(10**30)])
def test_an_unknown_brand_is_said(good: FichaCliente, acme: Tenant, number: str) -> None:
    """N16: nothing is analysed in its place."""
    with pytest.raises(CommandError):
        analyze("--ficha", number)
    with tenant_scope(acme.schema_name):
        assert not Run.objects.exists()


def test_an_unknown_tenant_is_said() -> None:
    """N16, S4: no scope is opened for a tenant that is not there."""
    with pytest.raises(CommandError):
        call_command("analyze", "--tenant=nobody")
