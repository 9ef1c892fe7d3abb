"""Doors for programs: contacts, rules, the classifier, LinkedIn imports."""
