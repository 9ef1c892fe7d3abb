"""The door for staff: contacts, rules, LinkedIn imports."""

from personas.admin import contacts, diagnose, imports, reclassification, reclassify, rules, tree

__all__ = ["contacts", "diagnose", "imports", "reclassification", "reclassify", "rules", "tree"]
