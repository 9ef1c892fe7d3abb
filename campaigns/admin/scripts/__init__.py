"""Scripts for staff: the list, the editor with its live check, the page of a version with what changed."""

from campaigns.admin.scripts import listing

__all__ = ["listing"]
