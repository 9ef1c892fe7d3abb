"""Read the process's environment with types; refuse loudly, naming the variable and the cure (F8)."""

import json
import os
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on", "si", "sí"})
FALSE = frozenset({"0", "false", "no", "off", ""})
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# Sent, sent and still known to the server, written; and when that was read.
Price = tuple[Decimal, Decimal, Decimal, date]
DEAREST = 100_000
PRICES_EXAMPLE = '{"name": {"in": 0.75, "cached": 0.075, "out": 4.5, "date": "2026-06-30"}}'
SENTRY = re.compile(r"https?://[^\s/:@]+(:[^\s/@]*)?@[^\s/@?#]+(/[^\s?#]*)?/[0-9]{1,19}")
RATE = re.compile(r"[1-9][0-9]{0,8}/([1-9][0-9]{0,3})?(second|minute|hour|day)s?")


def text(name: str, default: str | None = None) -> str:
    """Return the variable `name`; without it `default`; without either refuse."""
    value = os.environ.get(name, default)
    if value is None or (value == "" and default is None):
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment (docs/operations.md lists every variable), "
            f"or run 'python3 manage.py demo', which needs none."
        )
    return value


def flag(name: str, default: bool = False) -> bool:
    """Return a yes/no variable; refuses a word that is neither."""
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no. Use 1 or 0.")


def number(name: str, default: int, *, low: int, high: int) -> int:
    """Return a whole number between `low` and `high`."""
    raw = os.environ.get(name, str(default))
    if re.fullmatch(r"-?[0-9]{1,9}", raw) and low <= int(raw) <= high:
        return int(raw)
    raise ImproperlyConfigured(f"{name}={raw!r} must be a whole number from {low} to {high}.")


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without blanks."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    """Return one of the words `among`, written in any case; refuses every other word."""
    value = text(name, default).strip().upper()
    if value in among:
        return value
    raise ImproperlyConfigured(f"{name}={value!r} must be one of {', '.join(among)}.")


def rate(name: str, default: str) -> str:
    """Return how often something may be done, as in `600/minute`; never zero times: nobody could get in."""
    value = text(name, default).strip()
    if RATE.fullmatch(value):
        return value
    raise ImproperlyConfigured(
        f"{name}={value!r} must look like 600/minute: a number above 0, then second, minute, hour or day."
    )


def secret(name: str) -> str:
    """Return a secret of at least 32 characters: a short one is as good as none."""
    return _long_enough(name, text(name))


def secrets(name: str) -> list[str]:
    """Return a comma-separated list of such secrets, empty without the variable."""
    return [_long_enough(name, value) for value in words(name)]


def keys(name: str) -> dict[str, tuple[str, ...]]:
    """Return the keys of an outside service: of `name` under "", of `name_<OTHER>` under `other`.

    Two, separated by a comma, live side by side while one replaces the other; the first one speaks.
    """
    found = {"": name} | {
        variable.removeprefix(f"{name}_").lower(): variable
        for variable in os.environ
        if variable.startswith(f"{name}_")
    }
    return {own: tuple(words(variable)) for own, variable in found.items() if words(variable)}


def _long_enough(name: str, value: str) -> str:
    if len(value) < 32:
        raise ImproperlyConfigured(
            f"{name} is shorter than 32 characters. Make one with: "
            f"python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return value


def prices(name: str) -> dict[str, Price]:
    """Return what models cost, in US dollars for a million tokens, by name; empty without the variable.

    `{"name": {"in": 0.75, "cached": 0.075, "out": 4.5, "date": "2026-06-30"}}`: sent, sent and still known to
    the server, written, and the day on which that was read.
    """
    try:
        told = json.loads(os.environ.get(name) or "{}", parse_float=Decimal, parse_int=Decimal)
        return {str(model): _price(each) for model, each in told.items()}
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
        raise ImproperlyConfigured(
            f"{name} must be a JSON object that names for each model its prices in US dollars for a million "
            f"tokens, none below 0, and the day they were read: {PRICES_EXAMPLE}"
        ) from None


def _price(told: dict[str, Any]) -> Price:
    if told.keys() != {"in", "cached", "out", "date"}:
        raise ValueError
    read_on = date.fromisoformat(told["date"])
    paid = [told[key] for key in ("in", "cached", "out")]
    # NaN and Infinity are floats to the parser; true is a number to Python.
    if not all(isinstance(each, Decimal) and 0 <= each <= DEAREST for each in paid):
        raise ValueError
    return paid[0], paid[1], paid[2], read_on


def database(name: str) -> dict[str, str]:
    """Split a `postgres://user[:password]@host[:port]/name[?host=/socket/dir]` URL into Django's keys.

    The user may not be left out: the schema-clone function and the grants need to know the owner (F8).
    A refusal never repeats the URL, which may hold a password (S19).
    """
    found = postgres_keys(text(name))
    if found is None:
        raise ImproperlyConfigured(
            f"{name} must look like postgres://owner:password@host:5432/minga and name a user."
        )
    return found


def postgres_keys(address: str) -> dict[str, str] | None:
    """Return the parts of a PostgreSQL URL under Django's names, None when it is not a complete one."""
    try:
        url = urlsplit(address)
        host, port = url.hostname or "", url.port
    except ValueError:  # a bracket too few, a port of letters
        return None
    if url.scheme not in {"postgres", "postgresql"} or not url.username or len(url.path) < 2:
        return None
    return {
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username),
        "PASSWORD": unquote(url.password or ""),
        "HOST": parse_qs(url.query).get("host", [""])[0] or unquote(host),
        "PORT": str(port or ""),
    }


def sentry(name: str) -> str:
    """Return a Sentry project's DSN, "" without one. A refusal never repeats it: it holds a key (S19)."""
    value = os.environ.get(name, "").strip()
    if not value or SENTRY.fullmatch(value):
        return value
    raise ImproperlyConfigured(
        f"{name} must look like https://key@sentry.example/1, as the project's settings in Sentry show it."
    )


def folder(name: str, default: Path) -> Path:
    """Return a folder's path, relative ones seen from the working directory."""
    return Path(os.environ.get(name) or default).expanduser().resolve()
