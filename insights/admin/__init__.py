"""The door for staff: brands, runs, tasks, comments with their labels, viewers bound to brands."""

from insights.admin import comments, fichas, runs, tasks, viewers

__all__ = ["comments", "fichas", "runs", "tasks", "viewers"]
