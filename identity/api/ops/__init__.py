"""Doors to the numbers: the red backlog, limbo, the funnel, what is owed, what is not claimed."""
