"""The door for staff: contacts, rules, LinkedIn imports."""

from personas.admin import contacts, diagnose, empties, imports, reclassification, reclassify, rules, tree

__all__ = ["contacts", "diagnose", "empties", "imports", "reclassification", "reclassify", "rules", "tree"]
