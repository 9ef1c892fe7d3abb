"""Recent leads and leads in limbo are looked at again, newest first, and no others (I13)."""

from datetime import UTC, datetime, timedelta

import pytest

from identity.actions.draining import Reconciliation, UnknownStage, reconcile
from identity.models import Attempt, Case, Lead, Link, Origin
from tenants.jobs.runner.run import DryRun
from tests.identity.fleet import a_driver, a_lead, a_person, a_scout, linked, trips

pytestmark = pytest.mark.usefixtures("in_acme")

# In Santiago, Acme's zone, this is still the 9th.
NOW = datetime(2026, 4, 10, 2, tzinfo=UTC)
TODAY = datetime(2026, 4, 9, tzinfo=UTC).date()
OLD = TODAY - timedelta(days=90)


def reconciled(**asked: object) -> dict[str, int]:
    """Reconcile; return the stats that are not zero."""
    stats = reconcile(DryRun({}), asked=Reconciliation(**asked), clock=lambda: NOW)  # type: ignore[arg-type]
    return {name: count for name, count in stats.items() if count}


def looked_at() -> list[str]:
    """Return the leads that were tried, in the order of their attempts."""
    return list(Attempt.objects.order_by("id").values_list("lead__source_pk", flat=True))


def test_recent_is_by_the_tenants_own_day() -> None:
    """I13: thirty days, today among them; the future too."""
    for name, days in {"today": 0, "last": 29, "past": 30, "coming": -3}.items():
        a_lead(name, on=TODAY - timedelta(days=days), phone="911222333")
    a_lead("undated", on=None, phone="911222333")
    assert reconciled(process_limbo=False)["processed"] == 3
    assert set(looked_at()) == {"today", "last", "coming"}


def test_limbo_comes_after_the_recent_ones_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """I13: up to the limit in all; what is over it is deferred."""
    monkeypatch.setattr("identity.actions.draining.reconciling.BATCH", 1)
    for name, days in {"old": 90, "older": 99, "new": 1, "newer": 0, "oldest": 200}.items():
        a_lead(name, on=TODAY - timedelta(days=days), phone="911222333")
    assert reconciled(limit=4) == {"processed": 4, "still_no_candidates": 4, "deferred": 1}
    assert looked_at() == ["newer", "new", "old", "older"]


def test_limbo_is_bounded_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """I13: 500 of limbo at most, whatever the limit."""
    monkeypatch.setattr("identity.actions.draining.reconciling.MOST_LIMBO", 2)
    for number in range(5):
        a_lead(f"L{number}", on=OLD - timedelta(days=number))
    assert reconciled() == {"processed": 2, "still_no_candidates": 2, "deferred": 3}


@pytest.mark.parametrize(
    ("stage", "only"), [("NO_IDENTITY", "nobody"), ("NO_DRIVER", "no account"), ("TRIPS_NO_CLAIM", "owed")]
)
def test_only_the_stages_asked_for_are_looked_at(stage: str, only: str) -> None:
    """I13"""
    a_lead("nobody", on=OLD)
    linked(a_lead("no account", on=OLD), a_person())
    owed, driver = a_person(), a_driver()
    linked(a_lead("owed", on=OLD), owed)
    linked(driver, owed)
    trips(driver, OLD, 1)
    leads, deferred = chosen_of(limbo_stages=[stage])
    assert (leads, deferred) == ([only], 0)
    assert sorted(chosen_of()[0]) == ["no account", "nobody", "owed"]
    assert chosen_of(process_limbo=False) == ([], 0)


def chosen_of(**asked: object) -> tuple[list[str], int]:
    from identity.actions.draining.reconciling import chosen

    leads, deferred = chosen(asked=Reconciliation(**asked), now=NOW)  # type: ignore[arg-type]
    names = dict(Lead.objects.values_list("id", "source_pk"))
    return [names[lead] for lead in leads], deferred


def test_an_unknown_stage_is_refused_with_those_there_are() -> None:
    """I13"""
    with pytest.raises(UnknownStage, match=r"LOST .* NO_LEAD_DATE, NO_IDENTITY") as caught:
        Reconciliation(limbo_stages=["NO_IDENTITY", "LOST"])
    assert caught.value.extra["stages"] == ["LOST"]


def test_who_can_be_linked_is_and_the_figures_are_measured() -> None:
    """I13: linked, mapped, nobody there, in conflict."""
    a_driver("d1", phone="999888777", name="Rosa Quispe")
    a_lead("found", on=TODAY, phone="999888777", name="Rosa Quispe")
    a_lead("lost", on=TODAY, phone="911222333", name="Ana Mamani")
    a_driver("d2", phone="955444333", name="Luis Flores")
    a_lead("other", on=TODAY, phone="955444333", name="Petronila Huamani")
    assert reconciled() == {
        "processed": 3,
        "newly_linked": 1,
        "newly_driver_mapped": 1,
        "still_no_candidates": 1,
        "conflicts": 1,
    }
    assert Link.objects.get(source="cabinet_lead").via == "reconcile"


def test_a_second_run_writes_nothing_and_still_says_how_they_stand() -> None:
    """I13: unchanged leads are not tried again."""
    a_driver("d1", phone="999888777", name="Rosa Quispe")
    a_lead("found", on=TODAY, phone="999888777", name="Rosa Quispe")
    a_lead("lost", on=TODAY, phone="911222333", name="Ana Mamani")
    reconciled()
    before = [list(table.objects.order_by("pk").values()) for table in (Link, Case, Attempt, Origin)]
    assert reconciled() == {"processed": 2, "still_no_candidates": 1}
    assert [list(table.objects.order_by("pk").values()) for table in (Link, Case, Attempt, Origin)] == before


def test_a_missing_account_and_a_missing_origin_are_healed() -> None:
    """I13: the driver's file came after the lead was linked; an origin was lost."""
    person = a_person("Rosa Quispe", sole=True, document="44556677")
    lead = a_lead("L1", on=OLD, document="44556677", name="Rosa Quispe")
    linked(lead, person)
    a_driver("d1", document="44556677", name="Rosa Quispe")
    assert reconciled() == {"processed": 1, "newly_driver_mapped": 1}
    assert Link.objects.get(source="driver").person == person
    assert Origin.objects.get().source_pk == "L1"


def test_an_origin_whose_link_went_elsewhere_is_decided_again() -> None:
    """I13"""
    person, other = a_person(), a_person()
    linked(a_lead("L1", on=TODAY), person)
    linked(a_lead("L2", on=OLD), other)
    Origin.objects.create(
        person=person, kind="cabinet_lead", source_pk="L2", status="resolved_auto", decided_by="system"
    )
    reconciled(process_limbo=False)
    assert Origin.objects.get(person=person).source_pk == "L1"


def test_a_recent_registration_is_linked_once_its_person_is_known() -> None:
    """I13: a scout's file may come before the driver's; no other file has to bring it back."""
    scout = a_scout(name="Ana Ruiz", phone="999888777", on=TODAY)
    reconciled()
    assert not Link.objects.filter(source_pk=scout.source_pk).exists()
    a_driver(name="Ana Ruiz", phone="999888777")
    reconciled()
    assert Link.objects.get(source_pk=scout.source_pk).source == "scout_registration"
