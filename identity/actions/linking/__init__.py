"""Linking: whole batches of leads to persons, with evidence, or to cases with reasons (I3–I8)."""

from identity.actions.linking.batches import Tally, link_leads, link_scouts
from identity.actions.linking.explaining import Explanation, explain_facts, explain_lead
from identity.actions.linking.healing import adopt_accounts, map_drivers
from identity.actions.linking.renewing import renew_papers

__all__ = [
    "Explanation",
    "Tally",
    "adopt_accounts",
    "explain_facts",
    "explain_lead",
    "link_leads",
    "link_scouts",
    "map_drivers",
    "renew_papers",
]
