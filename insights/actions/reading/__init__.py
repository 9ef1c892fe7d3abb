"""Storing what a source says: what is new, what was edited, what is gone; nothing is deleted (N6)."""

from insights.actions.reading.planning import Known, Plan, plan_comments
from insights.actions.reading.storing import Stored, store_rows

__all__ = ["Known", "Plan", "Stored", "plan_comments", "store_rows"]
