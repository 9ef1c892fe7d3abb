"""The door for staff: brands, runs and their health, tasks, comments with their labels, viewers of brands."""

from insights.admin import comments, empties, fichas, findings, health, runs, tasks, viewers

__all__ = ["comments", "empties", "fichas", "findings", "health", "runs", "tasks", "viewers"]
