"""Contacts that share one normalised title are classified together, by one statement (P5)."""

from uuid import UUID

from personas.actions import statements as sql
from personas.actions.classifying import ruleset
from personas.actions.persona_days import Move
from personas.models import JobTitle
from personas.rules import ChangeCause

# The lock asks again whether a person holds the contact (P7).
RECLASSIFY = """
    WITH free AS (
        SELECT cp.contact_id, cp.persona_id AS old
          FROM personas_contact c JOIN personas_contactpersona cp ON cp.contact_id = c.id
         WHERE c.title_id = %(title)s AND cp.title_id = %(title)s
           AND NOT cp.locked AND NOT cp.assigned_manually
           AND (cp.persona_id, cp.keyword_text) IS DISTINCT FROM (%(persona)s, %(text)s::varchar)
           FOR UPDATE OF cp),
    changed AS (
        UPDATE personas_contactpersona cp
           SET persona_id = %(persona)s, keyword_id = %(keyword)s::bigint, keyword_text = %(text)s,
               reclassified_at = statement_timestamp(), reclassified_by_job = NULL
          FROM free WHERE cp.contact_id = free.contact_id
        RETURNING cp.contact_id, free.old),
    moved AS (SELECT contact_id, old FROM changed WHERE old <> %(persona)s),
    told AS (
        INSERT INTO personas_personachange (contact_id, old, new, keyword_text, cause, revision, "by")
        SELECT moved.contact_id, p.code, %(code)s, %(text)s, %(cause)s, %(revision)s, %(by)s::uuid
          FROM moved JOIN personas_persona p ON p.id = moved.old)
    SELECT old, count(*) FROM moved GROUP BY old
"""


def reclassify_title(normalized: str, *, by: UUID | None = None) -> list[Move]:
    """Classify every contact of a normalised title that nobody holds; return the moves, for count_moves.

    In the caller's transaction, which holds lock_contacts: else it and a running job could wait for each
    other in a circle. Four statements at most. Raises NoRules.
    """
    title = JobTitle.objects.filter(normalized=normalized).first() if normalized else None
    if title is None:
        return []
    rules = ruleset()
    keyword = rules.winner(normalized)
    persona = rules.persona_of(keyword)
    text = keyword.text if keyword else ""
    moved = sql.rows(
        RECLASSIFY,
        title=title.pk,
        persona=persona.id,
        code=persona.code,
        keyword=keyword.id if keyword else None,
        text=text,
        cause=ChangeCause.RECLASSIFICATION,
        revision=rules.revision,
        by=by,
    )
    JobTitle.objects.filter(pk=title.pk).update(
        persona=persona.id, keyword_text=text, revision=rules.revision
    )
    return [(old, persona.id, contacts) for old, contacts in moved]
