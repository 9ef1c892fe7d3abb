"""Synthetic input: shipped rules, invented people, exports with their truth beside. Files, never rows."""

from personas.samples.linkedin import LinkedInSample, Truth, make_linkedin_export, write_linkedin_export
from personas.samples.ruleset import ShippedKeyword, ShippedPersona, load_b2b

__all__ = [
    "LinkedInSample",
    "ShippedKeyword",
    "ShippedPersona",
    "Truth",
    "load_b2b",
    "make_linkedin_export",
    "write_linkedin_export",
]
