"""The door for staff: contacts, rules, LinkedIn imports."""

from personas.admin import contacts, imports, rules

__all__ = ["contacts", "imports", "rules"]
