"""When is trying again worth it? The same words for seeding and recovering (I7c, I11, I12)."""

# Aliases of every statement here: lead `l`, its case `c` (perhaps none), its queue row `q`.
# A new fact about the lead, other rules, or a key that came up; a lead that nobody has tried is all new.
NEW_EVIDENCE = """(c.lead_id IS NULL OR c.tried_at IS NULL OR c.inputs IS DISTINCT FROM l.inputs
            OR c.ruleset <> %(ruleset)s OR c.woken_at > c.tried_at)"""
# A person's ignore stays until that person reopens the case.
IS_IGNORED = "(c.state IS NOT DISTINCT FROM 'ignored')"
# Looked up by the index, row by row or all at once, never joined: in a young tenant the planner knows nothing
# of links yet, and would go through all of them for every lead.
IS_LINKED = """EXISTS (SELECT 1 FROM identity_link k
                        WHERE k.source = 'cabinet_lead' AND k.source_pk = l.source_pk)"""
