"""Chaos: real workers killed again and again while they call; then everything must add up (C15–C23)."""
