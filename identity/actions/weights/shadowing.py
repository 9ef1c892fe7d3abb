"""Where does another engine with our levels and weights disagree with our links? Writes nothing (I7b)."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection

from identity.actions.linking.ruleset import current_ruleset
from identity.actions.linking.sql import rows
from identity.matching.keys import PARTICLES
from identity.matching.shadowing import Disagreement, disagreements, shadow, shadow_links

SHOWN = 20
_KEYS = "phone_key AS phone, document_key AS document, licence_key AS licence, email_key AS email, "
_KEYS += "plate_key AS plate, car_key AS car"
# As names are compared: without particles.
_NAME = "array_to_string(ARRAY(SELECT word FROM unnest(string_to_array(name_key, ' ')) AS word "
_NAME += "WHERE word <> ALL(%(particles)s)), ' ') AS name"
LEADS = f"""
    COPY (SELECT l.source_pk AS unique_id, '' AS person, {_KEYS}, {_NAME}, l.lead_date AS on_day
            FROM identity_lead l ORDER BY l.id DESC LIMIT %(most)s) TO STDOUT (FORMAT csv, HEADER)
"""  # noqa: S608 - constants
# An account of nobody is somebody of its own.
ACCOUNTS = f"""
    COPY (SELECT d.driver_id AS unique_id, coalesce(k.person_id::text, 'account:' || d.id) AS person, {_KEYS},
                 {_NAME}, d.hired_on AS on_day
            FROM identity_driver d
            LEFT JOIN identity_link k ON k.source = 'driver' AND k.source_pk = d.driver_id)
      TO STDOUT (FORMAT csv, HEADER)
"""  # noqa: S608 - constants
LINKED = """
    SELECT k.source_pk, k.person_id::text
      FROM (SELECT source_pk FROM identity_lead ORDER BY id DESC LIMIT %(most)s) l
      JOIN identity_link k ON k.source = 'cabinet_lead' AND k.source_pk = l.source_pk
"""


@dataclass(frozen=True, slots=True)
class ShadowReport:
    """Links of both engines over the same leads; `shown` are the first leads that they differ about."""

    ours: int
    theirs: int
    kinds: Counter[Disagreement]
    shown: tuple[tuple[str, Disagreement, str, str], ...]


def shadow_links_of(*, leads: int, shown: int = SHOWN) -> ShadowReport:
    """Let Splink score the newest leads with the model in force, and compare its links with ours.

    Raises ShadowNotInstalled.
    """
    with TemporaryDirectory() as folder:
        files = {"leads": Path(folder, "leads.csv"), "accounts": Path(folder, "accounts.csv")}
        _export(LEADS, files["leads"], most=leads)
        _export(ACCOUNTS, files["accounts"])
        theirs = shadow_links(shadow(current_ruleset().model, **files))
    ours = dict(rows(LINKED, most=leads))
    found = list(disagreements(ours, theirs))
    kinds = Counter(kind for _lead, kind, _ours, _theirs in found)
    return ShadowReport(len(ours), len(theirs), kinds, tuple(found[:shown]))


def _export(statement: str, path: Path, **given: Any) -> None:
    asked = {"particles": sorted(PARTICLES), **given}
    with connection.cursor() as cursor, path.open("wb") as file, cursor.copy(statement, asked) as copy:
        for block in copy:
            file.write(block)
