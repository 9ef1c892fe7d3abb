"""The same levels and weights in another engine, Splink on DuckDB, to find where the two disagree (I7b).

Optional: `pip install -r requirements-shadow.txt`. Nothing here writes to our database.
"""

import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from identity.matching.exporting import COLUMNS, DUCKDB_FUNCTIONS, splink_settings
from identity.matching.refereeing import Bar
from identity.matching.weighing import SMALLEST_TOWN, Model
from tenants.rules import RefusalKind, Refused

ERRORS_ONLY = 40
# The lead's side is "r": Splink takes the tables in the order of their names.
ACCOUNTS, LEADS = "accounts", "leads"
_READ = """
    CREATE TABLE {table} AS
    SELECT unique_id, person, phone, document, licence, email, plate, car,
           string_split(name, ' ') AS name, CAST(on_day AS date) AS on_day
    FROM read_csv(?, header = true, all_varchar = true, nullstr = '')
"""
# A value that nobody holds cannot agree; the smallest frequency stands for one holder, and its slack.
_FREQUENCIES = """
    CREATE TABLE held_{field} AS
    SELECT {field}, (count(DISTINCT person) - 1 + {slack}) / {town} AS tf_{field}
    FROM accounts WHERE {field} IS NOT NULL GROUP BY 1
"""
# Accounts are compared as persons (I4): the best account of each counts. The rest is Bayes over all persons
# that were found, and nobody.
_SCORED = """
    WITH persons AS (
        SELECT unique_id_r AS lead, person_l AS person, max(match_weight) AS bits
        FROM {pairs} GROUP BY 1, 2
    ), odds AS (
        SELECT *, {share} / {town} * power(2.0, bits) AS odds FROM persons
    )
    SELECT lead, person, bits, odds / (sum(odds) OVER (PARTITION BY lead) + 1 - {share}) AS posterior
    FROM odds ORDER BY lead, bits DESC, person
"""


class ShadowNotInstalled(Refused):
    """Splink is not there: it is an optional extra."""

    code = "shadow_not_installed"
    kind = RefusalKind.UNAVAILABLE
    message = _("Splink is not installed here: pip install -r requirements-shadow.txt")


class Disagreement(StrEnum):
    """How two engines differ about a lead."""

    ONLY_OURS = "only_ours"
    ONLY_SHADOW = "only_shadow"
    ANOTHER_PERSON = "another_person"


@dataclass(frozen=True, slots=True)
class Scored:
    """One person for one lead, as the other engine weighs it."""

    lead: str
    person: str
    bits: float
    posterior: float


def shadow(model: Model, *, leads: Path, accounts: Path) -> list[Scored]:
    """Score all pairs that share an identifier; each lead's persons together, the best first.

    Both files are CSV with unique_id, person (empty for leads), on_day (the lead's date, the day of the
    hire), a column for each other field in normal form (I1), and the words of the name parted by blanks.
    Raises ShadowNotInstalled, OSError.
    """
    duckdb, splink = _engines()
    with duckdb.connect() as database:
        for words in DUCKDB_FUNCTIONS:
            database.execute(words)
        for table, file in ((LEADS, leads), (ACCOUNTS, accounts)):
            database.execute(_READ.format(table=table), [str(file)])
        [[persons]] = database.execute("SELECT count(DISTINCT person) FROM accounts").fetchall()
        town = max(persons, SMALLEST_TOWN)
        pairs = _pairs(splink, database, model, town)
        found = database.execute(_SCORED.format(pairs=pairs, share=model.share, town=town)).fetchall()
        return [Scored(*row) for row in found]


def _engines() -> tuple[Any, Any]:
    try:
        return importlib.import_module("duckdb"), importlib.import_module("splink")
    except ImportError as missing:
        raise ShadowNotInstalled from missing


def _pairs(splink: Any, database: Any, model: Model, town: int) -> str:
    """Let Splink predict; return the table of its pairs."""
    api = splink.DuckDBAPI(database)
    tables = [api.register(name, dataset_display_name=f"shadow_{name}") for name in (ACCOUNTS, LEADS)]
    linker = splink.Linker(tables, splink_settings(model), log_level=ERRORS_ONLY)
    for field, slack in model.slack.items():
        words = {"field": COLUMNS[field], "slack": slack, "town": town}
        database.execute(_FREQUENCIES.format(**words))
        held = api.register(f"held_{COLUMNS[field]}")
        linker.table_management.register_term_frequency_lookup(held, COLUMNS[field])
    return str(linker.inference.predict(threshold_match_weight=None).physical_name)


def shadow_links(scored: Iterable[Scored], bar: Bar | None = None) -> dict[str, str]:
    """Return the person of each lead that reaches the bar of a link; `scored` as `shadow` gives it."""
    limits, links, seen = bar or Bar(), {}, dict[str, float]()
    for one in scored:
        if one.lead not in seen and one.posterior >= limits.posterior:
            links[one.lead] = one.person
        elif one.lead in links and seen[one.lead] - one.bits < limits.gap:
            del links[one.lead]
        seen.setdefault(one.lead, one.bits)
    return links


def disagreements(
    ours: Mapping[str, str], theirs: Mapping[str, str]
) -> Iterator[tuple[str, Disagreement, str, str]]:
    """Yield lead, kind, our person and theirs ("" for none) wherever the two are not of one mind."""
    for lead in sorted(ours.keys() | theirs.keys()):
        our, their = ours.get(lead, ""), theirs.get(lead, "")
        if our != their:
            yield lead, _kind(our, their), our, their


def _kind(our: str, their: str) -> Disagreement:
    if not their:
        return Disagreement.ONLY_OURS
    return Disagreement.ANOTHER_PERSON if our else Disagreement.ONLY_SHADOW
