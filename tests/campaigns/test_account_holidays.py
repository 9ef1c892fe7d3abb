"""C13: an account adds days off, and works public holidays that it names one by one."""

import pytest

from tenants.records.models import AuditEntry
from tests.campaigns.calling import a_provider, an_account
from tests.personas.writing import answer, problem

pytestmark = pytest.mark.usefixtures("unused_counters")
HERE = "/api/v1/accounts/acc-1"
DAYS = ["2026-09-18", "2026-12-08"]


@pytest.fixture
def client(api, alice, inside):
    with inside():
        an_account(a_provider())
    return api(alice)


def test_a_holiday_is_lifted_by_its_name_and_noted(client, alice, inside):
    """C13: who lifted which day is a row of its own in the log."""
    assert answer(client.send("patch", HERE, {"worked_holidays": DAYS[:1]}))["worked_holidays"] == DAYS[:1]
    assert answer(client.send("patch", HERE, {"worked_holidays": DAYS}))["worked_holidays"] == DAYS
    answer(client.send("patch", HERE, {"worked_holidays": []}))
    with inside():
        rows = AuditEntry.objects.filter(verb="work_holidays").order_by("id")
        assert [(row.actor, row.change) for row in rows] == [
            (alice.pk, {"days": DAYS[:1]}),
            (alice.pk, {"days": DAYS[1:]}),
        ]


@pytest.mark.parametrize(
    "said",
    [
        # A Thursday like others, in Chile.
        {"worked_holidays": ["2026-09-17"]},
        {"worked_holidays": DAYS, "extra_holidays": DAYS[:1]},
        {"worked_holidays": ["18-09-2026"]},
    ],
)
def test_a_day_that_is_no_holiday_or_is_off_is_refused(client, said):
    """C13: a slip lifts nothing."""
    refused = problem(client.send("patch", HERE, said), 422)
    assert [one["pointer"] for one in refused["errors"]] == ["#/worked_holidays"]
    assert answer(client.get(HERE))["worked_holidays"] == []
