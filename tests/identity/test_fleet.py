"""The synthetic fleet: repeatable, of any size, with its truth beside, and what the rules find in it."""

import csv
from collections import defaultdict
from datetime import date

import pytest

from identity.matching import Candidate, Facts, LeadFacts, combine, try_rules
from identity.matching.keys import car_key, code_key, email_key, name_key, name_tokens, phone_key
from identity.rules import MILESTONES, Outcome
from identity.samples import write_fleet


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fleet")
    return folder, write_fleet(folder, persons=1_500, leads=600)


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts(row, phone="phone", plate="plate"):
    return Facts(
        phone=phone_key(row[phone], country="PE"),
        document=code_key(row["document"]),
        licence=code_key(row["licence"]),
        email=email_key(row["email"]),
        plate=code_key(row[plate]),
        car=car_key(row["car_brand"], row["car_model"]),
        name=name_tokens(name_key(row["first_name"], row["middle_name"], row["last_name"])),
        park=row["park"],
    )


def keys(one):
    return {
        (kind, getattr(one, kind))
        for kind in ("phone", "document", "licence", "email", "plate", "car")
        if getattr(one, kind)
    }


def test_the_truth_counts_what_the_files_hold(fleet):
    folder, truth = fleet
    leads, known = rows(folder, "leads"), rows(folder, "truth")
    assert [row["external_id"] for row in leads] == [row["external_id"] for row in known]
    assert len(leads) == truth.leads >= 600
    assert len(rows(folder, "drivers")) == truth.drivers > truth.persons == 1_500
    assert sum(bool(row["person"]) for row in known) == truth.of_persons
    assert sum(not row["lead_created_at"] for row in leads) == truth.undated
    assert len(rows(folder, "claims")) == sum(truth.claims.values())
    needed = {code: trips for code, trips, _amount in MILESTONES}
    for row in known:
        assert all(int(row["trips_in_window"]) >= needed[code] for code in row["reached"].split())


def test_the_same_seed_writes_the_same_bytes(fleet, tmp_path):
    folder, truth = fleet
    assert write_fleet(tmp_path, persons=1_500, leads=600) == truth
    for file in folder.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()
    other = write_fleet(tmp_path / "other", persons=1_500, leads=600, seed=7)
    assert other != truth


def test_a_fleet_known_on_a_day_holds_nothing_later(tmp_path):
    """The demo's fleet ends today: no lead, hire or trip lies ahead, and the truth counts the rest."""
    day = date(2025, 5, 4)
    truth = write_fleet(tmp_path, persons=600, leads=400, until=day, country="CL")
    days = [row["on"] for row in rows(tmp_path, "trips")] + [
        row["hired_on"] for row in rows(tmp_path, "drivers")
    ]
    assert max(days) == day.isoformat()
    assert sum(int(row["completed_trips"]) for row in rows(tmp_path, "trips")) == truth.trips
    leads = rows(tmp_path, "leads")
    moments = [row["lead_created_at"] for row in leads]
    assert max(one for one in moments if one[:2] == "20")[:10] <= day.isoformat()
    assert not [one for one in moments if one.endswith("-05:00")]
    assert [row["park_phone"] for row in leads if row["park_phone"].startswith("+56")]


def test_it_holds_what_real_fleets_hold(fleet):
    """Several accounts, shared phones, lower-case plates, gaps, undated and second leads, claims."""
    folder, truth = fleet
    leads, drivers = rows(folder, "leads"), rows(folder, "drivers")
    holders = defaultdict(set)
    for row in drivers:
        holders[row["phone"]].add(row["document"])
    assert sum(len(documents - {""}) > 1 for phone, documents in holders.items() if phone) > 3
    plates = [row["asset_plate_number"] for row in leads]
    assert any(plate.islower() or plate[:3].islower() for plate in plates)
    assert 0.2 < plates.count("") / len(plates) < 0.6
    assert truth.undated
    assert truth.second_leads
    assert {"paid", "rejected"} <= truth.claims.keys()


def test_the_rules_link_hardly_anybody_to_another(fleet):
    """I3–I6: of the links none or one in a thousand is wrong, and most leads of persons are linked."""
    folder, truth = fleet
    person_of = {row["driver_id"]: row["person"] for row in rows(folder, "holders")}
    by_key = defaultdict(list)
    for row in rows(folder, "drivers"):
        hired = date.fromisoformat(row["hired_on"])
        one = Candidate(person_of[row["driver_id"]], facts(row), hired)
        for key in keys(one.facts):
            by_key[key].append(one)
    right = wrong = 0
    for row, known in zip(rows(folder, "leads"), rows(folder, "truth"), strict=True):
        lead = LeadFacts(facts(row, "park_phone", "asset_plate_number"))
        found = combine(try_rules(lead, [one for key in keys(lead.facts) for one in by_key[key]]))
        if found.outcome is Outcome.MATCHED:
            right += found.person == known["person"]
            wrong += found.person != known["person"]
    assert wrong <= (right + wrong) // 500
    assert right >= 0.85 * truth.of_persons
