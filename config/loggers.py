"""How the log is written, and whose lines from which level on."""

from typing import Any

# Where it is not the level of all.
LEVELS = {
    # Every log-in in four lines is noise; failures and locks stay.
    "axes": {"level": "WARNING"},
    # So is every request to a provider; on DEBUG its SDK writes them whole, with names and numbers (S19).
    "httpx": {"level": "WARNING"},
    "httpx2": {"level": "WARNING"},
    "httpcore": {"level": "WARNING"},
    "retell": {"level": "WARNING"},
}


def written_from(level: str) -> dict[str, Any]:
    """Return Django's setting: one form for every line, whichever library wrote it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        # Request, tenant, job and user by their ids, never names, numbers, texts or tokens (S19).
        "formatters": {"line": {"()": "config.logged.line"}},
        "filters": {"refusals": {"()": "config.logged.RefusalsInOneLine"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals"]}
        },
        "loggers": LEVELS,
        "root": {"handlers": ["stderr"], "level": level},
    }
