"""Dispatch: who is called next, once, lawfully, and what becomes of every call (C15–C23)."""
