"""Fill a tenant with as many contacts as a benchmark or drill needs, set by set, as imports would leave them.

    with owner_scope(acme.schema_name):
        population.fill()          # MINGA_BENCH_CONTACTS contacts, 100,000 unless set
        population.swap_rules()    # from now on the rules give about 30 % of them another persona
        population.make_conventional(); population.prepare_target(); population.bare_update()

Needs real commits (mark `real_roles`), since it takes indexes off and vacuums.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from personas.actions.classifying import ruleset
from personas.actions.rulesets import grow_revision
from personas.models import JobTitle
from tests.personas.titles import distinct_titles

CONTACTS_PER_TITLE = 20
# Together the personas of about three contacts in ten.
SWAPPED = ("dc_marketing", "dc_medicas")

STAGE = """
    CREATE TEMP TABLE staged_title (place integer PRIMARY KEY, typed text, normalized text, persona bigint,
        keyword bigint, keyword_text text, id bigint)
"""
TITLES = """
    INSERT INTO personas_jobtitle (normalized, contacts_count, persona_id, keyword_text, revision)
    SELECT normalized, 0, persona, keyword_text, %(revision)s FROM staged_title ORDER BY place
"""
NUMBER_STAGE = """
    UPDATE staged_title s SET id = t.id FROM personas_jobtitle t WHERE t.normalized = s.normalized
"""
# Squared, so that a few titles are very frequent and most are rare, as in life. Three in a hundred have none.
CONTACTS = """
    INSERT INTO personas_contact (first_name, last_name, job_title, title_id, linkedin_url, phone,
        first_connected_on_linkedin, source, created_at, updated_at)
    SELECT 'Nombre' || made %% 997, 'Apellido' || made %% 7919,
           CASE WHEN manner < 0.08 THEN upper(typed) WHEN manner < 0.14 THEN lower(typed) ELSE typed END,
           s.id, 'https://linkedin.com/in/' || md5(made::text), '+56 9 ' || made,
           current_date - (%(contacts)s - made)::integer %% 1825, 'linkedin_connections_ana', at, at
      FROM (SELECT made, random() AS manner,
                   CASE WHEN random() < 0.03 THEN 0 ELSE floor(%(titles)s * random() ^ 2)::int END AS place,
                   now() - interval '1 year' * ((%(contacts)s - made)::float / %(contacts)s) AS at
              FROM generate_series(1, %(contacts)s) AS made OFFSET 0) AS drawn
      JOIN staged_title s USING (place) ORDER BY made
"""
# Two in a hundred are locked, another one was given a persona by hand.
PERSONAS = """
    INSERT INTO personas_contactpersona (contact_id, title_id, persona_id, keyword_id, keyword_text, locked,
        assigned_manually, locked_at, locked_by)
    SELECT c.id, c.title_id, CASE WHEN lot < 0.01 THEN h.persona ELSE s.persona END,
           CASE WHEN lot >= 0.01 THEN s.keyword END, CASE WHEN lot >= 0.01 THEN s.keyword_text ELSE '' END,
           lot < 0.03, lot < 0.01, CASE WHEN lot < 0.03 THEN now() END,
           CASE WHEN lot < 0.03 THEN %(by)s::uuid END
      FROM (SELECT id, title_id, random() AS lot FROM personas_contact ORDER BY id) AS c
      JOIN staged_title s ON s.id = c.title_id
     CROSS JOIN (SELECT id AS persona FROM personas_persona WHERE code = 'dc_generales') AS h ORDER BY c.id
"""
COUNTS = """
    UPDATE personas_jobtitle t SET contacts_count = n.contacts
      FROM (SELECT title_id, count(*) AS contacts FROM personas_contact GROUP BY 1) AS n
     WHERE n.title_id = t.id;
    INSERT INTO personas_personaday (persona_id, "on", gained, lost)
    SELECT cp.persona_id, c.created_at::date, count(*), 0
      FROM personas_contactpersona cp JOIN personas_contact c ON c.id = cp.contact_id GROUP BY 1, 2
    ON CONFLICT (persona_id, "on") DO UPDATE SET gained = personas_personaday.gained + EXCLUDED.gained
"""
SWAP = """
    CREATE TEMP TABLE swapped ON COMMIT DROP AS
    SELECT k.id, o.id AS persona_id, k.text, k.normalized, k.match, k.effect
      FROM personas_keyword k JOIN personas_persona p ON p.id = k.persona_id
      JOIN personas_persona o ON o.code = ANY(%(codes)s) AND o.id <> p.id
     WHERE p.code = ANY(%(codes)s)
"""
SWAPPED_KEYWORDS = """
    INSERT INTO personas_keyword (id, persona_id, text, normalized, match, effect)
    SELECT id, persona_id, text, normalized, match, effect FROM swapped
"""
# What a bulk load takes off and puts back: checks and sorted entries row by row take minutes for a million.
LOADED = ("personas_contact", "personas_contactpersona")
OTHER_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
     WHERE indrelid = %s::regclass AND NOT indisprimary
"""
FOREIGN_KEYS = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE conrelid = %s::regclass AND contype = 'f'
"""

# The table most applications would have: all of a contact in one row, four indexes, the persona a foreign key
# as Django makes it (its check is paid by both sides).
CONVENTIONAL = """
    DROP TABLE IF EXISTS conventional_contact;
    CREATE TABLE conventional_contact AS
    SELECT c.id, c.first_name, c.last_name, c.first_name || '.' || c.id || '@acme.example' AS email,
           'Alerce Servicios' AS company, c.job_title, t.normalized AS job_title_normalized,
           c.linkedin_url, c.phone, c.first_connected_on_linkedin, c.source, cp.persona_id, cp.locked,
           cp.assigned_manually, cp.locked_at, cp.locked_by, cp.reclassified_at, cp.reclassified_by_job,
           c.title_id, c.created_at, c.updated_at
      FROM personas_contact c JOIN personas_contactpersona cp ON cp.contact_id = c.id
      JOIN personas_jobtitle t ON t.id = c.title_id ORDER BY c.id;
    ALTER TABLE conventional_contact ADD PRIMARY KEY (id);
    ALTER TABLE conventional_contact ADD FOREIGN KEY (persona_id)
      REFERENCES personas_persona (id) DEFERRABLE INITIALLY DEFERRED;
    CREATE INDEX conventional_persona ON conventional_contact (persona_id);
    CREATE INDEX conventional_title ON conventional_contact (job_title_normalized);
    CREATE UNIQUE INDEX conventional_email ON conventional_contact (email)
"""
TARGET = """
    DROP TABLE IF EXISTS conventional_target;
    CREATE TABLE conventional_target (title_id bigint PRIMARY KEY, persona_id bigint NOT NULL)
"""
# Nothing but the write: who gets which persona is known, no history, no progress, no second chance.
BARE_UPDATE = """
    UPDATE conventional_contact c
       SET persona_id = d.persona_id, reclassified_at = now(), reclassified_by_job = %(job)s,
           updated_at = now()
      FROM conventional_target d
     WHERE d.title_id = c.title_id AND c.persona_id <> d.persona_id
       AND NOT c.locked AND NOT c.assigned_manually
"""


def wanted_contacts() -> int:
    """Return how many contacts this run is to be measured with."""
    return int(os.environ.get("MINGA_BENCH_CONTACTS", "100000"))


def fill(contacts: int | None = None) -> int:
    """Give the tenant without contacts `contacts` of them, classified by its present rules; return how many.

    In an owner scope on the tenant's schema. About one in 20 has a title of its own.
    """
    contacts = contacts or wanted_contacts()
    titles = stage_titles(max(contacts // CONTACTS_PER_TITLE, 2))
    with transaction.atomic(), without_checks():
        run("SELECT setseed(0.26)")
        run(CONTACTS, contacts=contacts, titles=titles)
        run(PERSONAS, by=uuid4())
        run(COUNTS)
    run("DROP TABLE staged_title")
    settle()
    return contacts


def stage_titles(wanted: int) -> int:
    """Enter `wanted` distinct titles, classified, the empty one first; return how many there are."""
    rules = ruleset()
    run("DROP TABLE IF EXISTS staged_title")
    run(STAGE)
    with connection.cursor() as cursor, cursor.copy("COPY staged_title FROM STDIN") as copy:
        for place, (normalized, typed) in enumerate(distinct_titles(wanted)):
            keyword = rules.winner(normalized)
            text = keyword.text if keyword else ""
            persona, number = rules.persona_of(keyword).id, keyword and keyword.id
            copy.write_row((place, typed, normalized, persona, number, text, None))
    JobTitle.objects.all().delete()
    run(TITLES, revision=rules.revision)
    run(NUMBER_STAGE)
    run("ANALYZE staged_title")
    return wanted


def swap_rules() -> int:
    """Give each of two personas the other's keywords, or back again; return the new revision."""
    with transaction.atomic():
        number = grow_revision()
        run(SWAP, codes=list(SWAPPED))
        # Written anew, not updated: in between, an exclude may not stand twice under a persona.
        run("DELETE FROM personas_keyword WHERE id IN (SELECT id FROM swapped)")
        run(SWAPPED_KEYWORDS)
    return number


def make_conventional() -> None:
    """Make the conventional table with the same contacts and the personas they have now."""
    run(CONVENTIONAL)
    run("VACUUM ANALYZE conventional_contact")


def prepare_target() -> None:
    """Write down what the present rules say of each title, for `bare_update`."""
    rules = ruleset()
    run(TARGET)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, normalized FROM personas_jobtitle")
        titles = cursor.fetchall()
        with cursor.copy("COPY conventional_target FROM STDIN") as copy:
            for number, normalized in titles:
                copy.write_row((number, rules.persona_of(rules.winner(normalized)).id))
    run("VACUUM ANALYZE conventional_target")


def bare_update() -> int:
    """Write the present rules' personas into the conventional table; return how many changed. One query."""
    with connection.cursor() as cursor:
        cursor.execute(BARE_UPDATE, {"job": uuid4()})
        return int(cursor.rowcount)


def settle() -> None:
    """Leave every table as a quiet night would."""
    run("VACUUM ANALYZE")


def run(statement: str, **params: Any) -> None:
    """Execute one statement, or several without parameters."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)


@contextmanager
def without_checks() -> Iterator[None]:
    """Take foreign keys and all but the primary indexes off the loaded tables until the block ends."""
    put_back = []
    for table in LOADED:
        for name, definition in _rows(FOREIGN_KEYS, table):
            run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            put_back.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for name, definition in _rows(OTHER_INDEXES, table):
            run(f"DROP INDEX {name}")
            put_back.append(definition)
    yield
    for statement in put_back:
        run(statement)


def _rows(statement: str, *params: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
