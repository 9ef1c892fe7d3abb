"""The statements of an erasure: sightings lose the person, everything that names their keys follows (S19).

Rows stay, since money, weeks and guardrails are counted over them. A sighting without its own id is known by
its row's number, as one that never had one; an account by a word of ours.
"""

from identity.models.sightings import KINDS
from identity.rules import ROW_PREFIX

ERASED_ACCOUNT = "erased-"
_TYPED = [
    "first_name",
    "middle_name",
    "last_name",
    "phone",
    "document",
    "licence",
    "email",
    "plate",
    "car_brand",
    "car_model",
    "car_colour",
]
_KEYS = [*(f"{kind}_key" for kind in KINDS), "car_key", "name_key"]
_BLANK = ", ".join(f"{column} = ''" for column in (*_TYPED, *_KEYS))

# A digest of what was typed can be guessed, so it goes too; the case takes the new one for no evidence.
BLANK_LEADS = f"""
    UPDATE identity_lead SET {_BLANK}, external_id = '', city = '', inputs = gen_random_uuid(),
           updated_at = statement_timestamp()
     WHERE id = ANY(%(ids)s::bigint[])
"""  # noqa: S608 - names of columns
BLANK_SCOUTS = f"""
    UPDATE identity_scoutregistration SET {_BLANK}, external_id = '', inputs = gen_random_uuid(),
           updated_at = statement_timestamp()
     WHERE id = ANY(%(ids)s::bigint[])
"""  # noqa: S608 - names of columns
BLANK_DRIVERS = f"""
    UPDATE identity_driver SET {_BLANK}, driver_id = '{ERASED_ACCOUNT}' || id,
           updated_at = statement_timestamp()
     WHERE id = ANY(%(ids)s::bigint[])
"""  # noqa: S608 - names of columns

# What each sighting was known by, and will be.
RENAMED = f"""
    SELECT 'cabinet_lead', source_pk, '{ROW_PREFIX}' || id FROM identity_lead
     WHERE id = ANY(%(leads)s::bigint[])
    UNION ALL
    SELECT 'scout_registration', source_pk, '{ROW_PREFIX}' || id FROM identity_scoutregistration
     WHERE id = ANY(%(scouts)s::bigint[])
    UNION ALL
    SELECT 'driver', driver_id, '{ERASED_ACCOUNT}' || id FROM identity_driver
     WHERE id = ANY(%(drivers)s::bigint[])
    UNION ALL
    SELECT source, source_pk, '{ERASED_ACCOUNT}' || id FROM identity_link
     WHERE source IN ('migration', 'legacy_external') AND person_id = ANY(%(persons)s::uuid[])
"""  # noqa: S608 - constants
_NEW = "unnest(%(sources)s::text[], %(old)s::text[], %(new)s::text[]) AS v(source, old, new)"
_LEAD = "v.source = 'cabinet_lead' AND t.source_pk = v.old"
_ORIGIN = "t.kind = v.source AND t.source_pk = v.old"
# Which column of which table holds a key, and when it is one of those.
_HOLDERS = (
    ("identity_link", "source_pk", "t.source = v.source AND t.source_pk = v.old"),
    ("identity_origin", "source_pk", _ORIGIN),
    ("identity_originchange", "source_pk", _ORIGIN),
    ("identity_claim", "source_pk", _LEAD),
    ("identity_queueitem", "source_pk", _LEAD),
    ("identity_backlogevent", "source_pk", _LEAD),
    ("identity_mergeproposal", "source_pk", _LEAD),
    ("identity_tripday", "driver_id", "v.source = 'driver' AND t.driver_id = v.old"),
)
# Other people's cases name accounts that they might have been.
_CASES = f"""
    UPDATE identity_case t
       SET shown = replace(t.shown::text, to_json(v.old)::text, to_json(v.new)::text)::jsonb
      FROM {_NEW}
     WHERE v.source = 'driver' AND position(to_json(v.old)::text IN t.shown::text) > 0
"""  # noqa: S608 - constants
RENAME = (
    *(
        f"UPDATE {table} t SET {column} = v.new FROM {_NEW} WHERE {named}"  # noqa: S608 - constants
        for table, column, named in _HOLDERS
    ),
    _CASES,
)
# Nobody is to look for this person again; its candidates would say who it was.
CLOSE_CASES = """
    UPDATE identity_case c
       SET shown = '[]', error = '', note = '', inputs = l.inputs, woken_at = NULL,
           state = CASE WHEN c.state = 'open' THEN 'ignored' ELSE c.state END,
           closed_at = coalesce(c.closed_at, statement_timestamp())
      FROM identity_lead l WHERE l.id = c.lead_id AND c.lead_id = ANY(%(ids)s::bigint[])
"""
# Words that were replaced have notes too, also those about the person behind a word about somebody else.
BLANK_VERDICTS = """
    UPDATE identity_verdict v
       SET note = '', replaced = (SELECT coalesce(jsonb_agg(w || '{"note": ""}' ORDER BY place), '[]')
                                    FROM jsonb_array_elements(v.replaced) WITH ORDINALITY AS t(w, place))
     WHERE (note <> '' OR replaced <> '[]')
       AND (lead_id = ANY(%(leads)s::bigint[]) OR driver_id = ANY(%(drivers)s::bigint[])
            OR person_id = ANY(%(persons)s::uuid[]))
"""
BLANK_REPLACED = """
    UPDATE identity_verdict v
       SET replaced = (SELECT jsonb_agg(w || '{"note": ""}' ORDER BY place)
                         FROM jsonb_array_elements(v.replaced) WITH ORDINALITY AS t(w, place))
     WHERE EXISTS (SELECT FROM jsonb_array_elements(v.replaced) w
                    WHERE w ->> 'note' <> '' AND ((w ->> 'driver')::bigint = ANY(%(drivers)s::bigint[])
                                                  OR (w ->> 'person')::uuid = ANY(%(persons)s::uuid[])))
"""
BLANK_PERSONS = "UPDATE identity_person SET name = '' WHERE key = ANY(%(persons)s::uuid[])"
FORGET_IDENTIFIERS = "DELETE FROM identity_identifier WHERE person_id = ANY(%(persons)s::uuid[])"
