"""The people of campaigns for staff: the list, one person's story, the review of who waits for it."""

from campaigns.admin.entries import listing, review

__all__ = ["listing", "review"]
