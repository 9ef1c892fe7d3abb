"""The same levels and weights by Splink on DuckDB, an optional extra, and where it disagrees (I7b)."""

import csv
import importlib.util
import json
from collections import defaultdict
from dataclasses import replace

import pytest

from identity.matching.comparing import LEVELS, Field
from identity.matching.exporting import COLUMNS, splink_settings
from identity.matching.shadowing import (
    Disagreement,
    Scored,
    ShadowNotInstalled,
    disagreements,
    shadow,
    shadow_links,
)
from identity.matching.weighing import SHIPPED, Weighed, weigh, with_posteriors
from identity.samples import write_fleet
from tests.identity.fleet_pairs import found_pairs, holders_of, read_fleet

pytestmark = pytest.mark.usefixtures("in_english")

PERSONS = 1_500
HEADINGS = ["unique_id", "person", "phone", "document", "licence", "email", "plate", "car", "name", "on_day"]
IS_INSTALLED = all(importlib.util.find_spec(name) for name in ("splink", "duckdb"))
needs_splink = pytest.mark.skipif(
    not IS_INSTALLED, reason="NOT RUN: requirements-shadow.txt is not installed"
)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fleet")
    write_fleet(folder, persons=PERSONS, leads=900)
    return read_fleet(folder)


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows)
    return path


def cells(key, person, facts, day):
    keys = [getattr(facts, kind) for kind in HEADINGS[2:8]]
    return [key, person, *keys, " ".join(sorted(facts.name)), day or ""]


@pytest.fixture(scope="module")
def files(fleet, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shadow")
    leads = [cells(key, "", lead.facts, lead.lead_date) for key, lead in fleet.leads.items()]
    accounts = [cells(n, one.person, one.facts, one.hired_on) for n, one in enumerate(fleet.accounts)]
    return {
        "leads": write(folder / "leads.csv", leads),
        "accounts": write(folder / "accounts.csv", accounts),
    }


def ours(fleet, model):
    """Return lead → what we say of each person that shares an identifier with it."""
    holders = holders_of(fleet)
    found: dict = defaultdict(dict)
    for lead, person, levels in found_pairs(fleet):
        weights = weigh(model, levels, holders(fleet.leads[lead]), PERSONS)
        found[lead][person] = Weighed(person, levels, weights)
    return {lead: with_posteriors(model, weighed, PERSONS) for lead, weighed in found.items()}


@needs_splink
@pytest.mark.filterwarnings("ignore")  # Splink's own warnings are not ours to mend
def test_it_weighs_every_pair_as_we_do(fleet, files):
    """I7b: the same pairs, the same bits but for our rounding, the same posteriors."""
    told = {(one.lead, one.person): one for one in shadow(SHIPPED, **files)}
    mine = {(lead, one.person): one for lead, each in ours(fleet, SHIPPED).items() for one in each}
    assert len(mine) > 500
    assert told.keys() == mine.keys()
    for key, one in mine.items():
        assert told[key].bits == pytest.approx(one.bits, abs=0.05), (key, one)
        assert told[key].posterior == pytest.approx(one.posterior, abs=0.01), (key, one)


@needs_splink
@pytest.mark.filterwarnings("ignore")  # as above
def test_another_model_shows_as_disagreements(fleet, files):
    """I7b: positive control: where names weigh nothing, others are linked."""
    flat = {**SHIPPED.same, Field.NAME: (0.4, 0.3, 0.2, 0.1)}
    flattened = replace(SHIPPED, same=flat, chance={**SHIPPED.chance, Field.NAME: flat[Field.NAME]})
    links = shadow_links(shadow(SHIPPED, **files))
    assert list(disagreements(links, links)) == []
    assert list(disagreements(links, shadow_links(shadow(flattened, **files))))


@pytest.mark.skipif(IS_INSTALLED, reason="Splink is installed")
def test_without_the_extra_it_says_what_to_install(files):
    """I7b: optional."""
    with pytest.raises(ShadowNotInstalled, match=r"requirements-shadow\.txt"):
        shadow(SHIPPED, **files)


def test_the_settings_are_plain_json_with_our_levels():
    """I7b: they can be carried elsewhere; every level has our probabilities, the best one first."""
    told = json.loads(json.dumps(splink_settings(SHIPPED)))
    assert [one["output_column_name"] for one in told["comparisons"]] == [COLUMNS[field] for field in Field]
    for field, comparison in zip(Field, told["comparisons"], strict=True):
        missing, *levels = comparison["comparison_levels"]
        assert missing["is_null_level"]
        assert [one["label_for_charts"] for one in levels] == [*reversed(LEVELS[field]), "differs"]
        assert tuple(one["m_probability"] for one in reversed(levels)) == SHIPPED.same[field]
        assert tuple(one["u_probability"] for one in reversed(levels)) == SHIPPED.chance[field]
        assert ("tf_adjustment_column" in levels[0]) == (field in SHIPPED.slack)
        assert levels[-1]["sql_condition"] == "ELSE"


def test_a_link_of_the_shadow_needs_what_ours_needs():
    """I7b: posterior 0.9, and 5 bits to the next person."""
    scored = [
        Scored("a", "1", 40.0, 0.99),
        Scored("a", "2", 30.0, 0.01),
        Scored("b", "1", 40.0, 0.95),
        Scored("b", "2", 36.0, 0.05),
        Scored("c", "1", 17.0, 0.89),
        Scored("d", "3", 30.0, 0.9),
        Scored("d", "4", 25.0, 0.1),
    ]
    assert shadow_links(scored) == {"a": "1", "d": "3"}


def test_it_names_every_kind_of_disagreement():
    """I7b."""
    found = disagreements({"a": "1", "b": "2", "c": "3"}, {"b": "9", "c": "3", "d": "4"})
    assert list(found) == [
        ("a", Disagreement.ONLY_OURS, "1", ""),
        ("b", Disagreement.ANOTHER_PERSON, "2", "9"),
        ("d", Disagreement.ONLY_SHADOW, "", "4"),
    ]
