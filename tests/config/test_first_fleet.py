"""The demo's round of identity (F7): files of each day, and links held against the truth."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config import first_fleet
from config.first_fleet import Links, SampleFleet, judge, leads_until
from config.narration import Step
from config.supervisor import SupervisorError
from identity.models import BacklogEvent, Lead, Link
from identity.samples import let_days_pass
from tenants.models import Tenant
from tests.identity.fleet import DAY, a_driver, a_lead, a_person, linked

pytestmark = pytest.mark.usefixtures("_english")
LEADS = "external_id,person,trips_in_window,reached\nL1,7,0,\nL2,8,0,\nL3,,0,\n"
ACCOUNTS = "driver_id,person\nd7,7\nd8,8\n"


@pytest.fixture
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """A folder in which the files say that L1 is d7, L2 is d8, and L3 is nobody."""
    (tmp_path / "truth.csv").write_text(LEADS, encoding="utf-8")
    (tmp_path / "holders.csv").write_text(ACCOUNTS, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("links", "wrong"),
    [
        ({"L1": "a", "d7": "a"}, 0),
        ({"L1": "a", "d8": "a"}, 1),
        ({"L3": "a", "d8": "a"}, 1),
        ({"L1": "a", "L2": "b", "d7": "a", "d8": "b"}, 0),
        ({"L1": "a", "L2": "a"}, 2),
        ({"L1": "a", "d7": "a", "d8": "a"}, 1),
        ({"L1": "a"}, 0),
    ],
)
def test_a_link_is_wrong_where_the_truth_says_otherwise(
    truth: Path, links: dict[str, str], wrong: int
) -> None:
    """F7, Bars: somebody else's account, a lead of nobody, two people as one."""
    told = [("driver" if key[0] == "d" else "cabinet_lead", key, person) for key, person in links.items()]
    found = judge(told, leads=truth / "truth.csv", accounts=truth / "holders.csv")
    assert found == Links(sum(key[0] == "L" for key in links), wrong)


class Doorman:
    """A door whose guardrails are as told."""

    def __init__(self, *, passed: bool) -> None:
        self.passed = passed

    def get(self, _path: str) -> dict[str, Any]:
        """Answer with one guardrail."""
        status = "pass" if self.passed else "fail"
        return {"passed": self.passed, "guardrails": [{"guardrail": "kpi_red_drain", "status": status}]}


@pytest.mark.parametrize(
    ("account", "passed", "words"),
    [("d8", True, "Of 2 links 2 are wrong"), ("d7", False, "kpi_red_drain"), ("d7", True, "")],
)
def test_a_wrong_link_or_a_guardrail_stops_the_demo(
    acme: Tenant, in_acme: Tenant, truth: Path, account: str, passed: bool, words: str
) -> None:
    """F7: a demo that shows wrong figures must not go on."""
    for lead, held in (("L1", account), ("L2", "d7" if account == "d8" else "d8")):
        person = a_person()
        linked(a_lead(lead), person)
        linked(a_driver(held), person)
    fleet = SampleFleet(acme.schema_name, "CL", "America/Santiago", 1, 1, 1)
    step, door = Step("identity", "Leads"), Doorman(passed=passed)
    if not words:
        first_fleet._check(step, door, truth, fleet)  # type: ignore[arg-type]
        assert step.facts["links"] == {"linked": 2, "wrong": 0}
        return
    with pytest.raises(SupervisorError, match=words):
        first_fleet._check(step, door, truth, fleet)  # type: ignore[arg-type]


def test_a_file_of_leads_is_cut_at_a_day_however_it_writes_days(tmp_path: Path) -> None:
    """Each day of the demo brings the leads of that day; undated ones came first."""
    path = tmp_path / "leads.csv"
    rows = (
        "L1,2026-03-10T09:00:00-05:00",
        "L2,2026-03-11 08:00:00",
        "L3,11/03/2026 07:30",
        "L4,",
        "L5,12/03/2026",
    )
    path.write_text("\n".join(["external_id,lead_created_at", *rows, ""]), encoding="utf-8")
    told = leads_until(path, date(2026, 3, 11)).decode().split()
    assert [line[:2] for line in told[1:] if line[0] == "L"] == ["L1", "L2", "L3", "L4"]


def test_days_that_pass_move_what_was_done_and_not_what_was_said(in_acme: Tenant) -> None:
    """Samples: links and events were then; the lead's own date stays."""
    linked(a_lead("L1"), a_person())
    before = (
        Link.objects.get().linked_at,
        BacklogEvent.objects.get().happened_at,
        Lead.objects.get().happened_at,
    )
    let_days_pass(days=3)
    after = (
        Link.objects.get().linked_at,
        BacklogEvent.objects.get().happened_at,
        Lead.objects.get().happened_at,
    )
    assert [(b - a).days for a, b in zip(after, before, strict=True) if a and b] == [3, 3, 0]
    assert Lead.objects.get().lead_date == DAY
