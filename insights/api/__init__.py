"""Doors of programs to insights (W9–W15): brands, what was found, what was said, what to do."""
