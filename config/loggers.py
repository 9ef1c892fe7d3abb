"""Whose lines of the log are written from which level on, where it is not the level of all."""

LEVELS = {
    # Every log-in in four lines is noise; failures and locks stay.
    "axes": {"level": "WARNING"},
    # So is every request to a provider; on DEBUG its SDK writes them whole, with names and numbers (S19).
    "httpx": {"level": "WARNING"},
    "httpx2": {"level": "WARNING"},
    "httpcore": {"level": "WARNING"},
    "retell": {"level": "WARNING"},
}
