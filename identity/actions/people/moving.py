"""What hangs on a person goes to another one, in the caller's transaction, both held (I9)."""

from collections.abc import Collection
from uuid import UUID

from django.db.models.functions import Now

from identity.actions.linking.sql import rows, run
from identity.models import Link, Origin, OriginChange
from identity.models.sightings import KINDS

# Known to both: one row is enough, and sole if either was.
TWINS = """
    WITH twins AS (
        DELETE FROM identity_identifier g USING identity_identifier k
         WHERE g.person_id = %(gone)s AND k.person_id = %(kept)s AND (g.kind, g.value) = (k.kind, k.value)
        RETURNING k.id, g.is_sole)
    SELECT id FROM twins WHERE is_sole
"""
RAISE = "UPDATE identity_identifier SET is_sole = true WHERE id = ANY(%(ids)s::bigint[])"
IDENTIFIERS = "UPDATE identity_identifier SET person_id = %(kept)s WHERE person_id = %(gone)s"
# Of two words about what is one person now, that which a link may stand on, else the later one.
OUTSPOKEN = """
    DELETE FROM identity_verdict v USING identity_verdict w
     WHERE v.lead_id = w.lead_id AND v.id <> w.id
       AND v.person_id IN (%(kept)s, %(gone)s) AND w.person_id IN (%(kept)s, %(gone)s)
       AND ((v.kind = 'cannot_link' AND w.kind = 'must_link') OR (v.kind = w.kind AND v.id < w.id))
"""
VERDICTS = "UPDATE identity_verdict SET person_id = %(kept)s WHERE person_id = %(gone)s"
# What each linked lead, registration and account says of its person.
SAID = f"""
    SELECT k.id, seen.name, said.kind, said.value
      FROM identity_link k
      JOIN LATERAL (
           SELECT trim(first_name || ' ' || last_name) AS name, {", ".join(f"{kind}_key" for kind in KINDS)}
             FROM identity_driver WHERE k.source = 'driver' AND driver_id = k.source_pk
            UNION ALL
           SELECT trim(first_name || ' ' || last_name), {", ".join(f"{kind}_key" for kind in KINDS)}
             FROM identity_lead WHERE k.source = 'cabinet_lead' AND source_pk = k.source_pk
            UNION ALL
           SELECT trim(first_name || ' ' || last_name), {", ".join(f"{kind}_key" for kind in KINDS)}
             FROM identity_scoutregistration
            WHERE k.source = 'scout_registration' AND source_pk = k.source_pk) AS seen ON true
     CROSS JOIN LATERAL (VALUES {", ".join(f"('{kind}', seen.{kind}_key)" for kind in KINDS)})
           AS said(kind, value)
     WHERE k.person_id = %(person)s
"""  # noqa: S608 - constants

Keys = set[tuple[str, str]]


def move_all(*, kept: UUID, gone: UUID, by: UUID) -> None:
    """Give one person all that another holds, but for origin and claims, which follow the links."""
    move_manual_origin(kept=kept, gone=gone, by=by)
    Link.objects.filter(person=gone).update(person=kept)
    raised = rows(TWINS, kept=kept, gone=gone)
    run(RAISE, ids=[number for (number,) in raised])
    run(IDENTIFIERS, kept=kept, gone=gone)
    run(OUTSPOKEN, kept=kept, gone=gone)
    run(VERDICTS, kept=kept, gone=gone)


def move_manual_origin(*, kept: UUID, gone: UUID, by: UUID) -> None:
    """Keep a person's decision on an origin through a move, unless the receiver has one of its own (I9)."""
    decided = Origin.objects.filter(person=gone, decided_by="manual")
    there = Origin.objects.filter(person=kept).first()
    if not decided.exists() or (there and there.decided_by == "manual"):
        return
    if there:
        note_former(there, by)
        there.delete()
    decided.update(person=kept)


def note_former(origin: Origin, by: UUID) -> None:
    """Keep an origin as it was before it changes."""
    OriginChange.objects.create(
        person_id=origin.person_id,
        kind=origin.kind,
        source_pk=origin.source_pk,
        status=origin.status,
        reason=origin.reason,
        decided_by=origin.decided_by,
        replaced_at=Now(),
        replaced_by=by,
    )


def said_by_links(person: UUID, chosen: Collection[int]) -> tuple[Keys, Keys, str]:
    """Return what chosen links say, what the others say, and the name that the chosen ones say."""
    theirs: Keys = set()
    rest: Keys = set()
    name = ""
    for link, called, kind, value in rows(SAID, person=person):
        if link in chosen:
            name = max(name, called, key=len)
        if value:
            (theirs if link in chosen else rest).add((kind, value))
    return theirs, rest, name
