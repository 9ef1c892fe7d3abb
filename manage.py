#!/usr/bin/env python3
"""Minga's front door. On a fresh machine: `python3 manage.py demo`, or `python3 manage.py test`."""

import os
import sys

OLDEST = (3, 11)
BEFORE_SETTINGS = ("demo", "serve", "test", "chaos_campaign")
# Commands that check something: their exit code 1 says that it is wrong, so what stops them must not be 1.
CHECKS = ("verify_", "validate_")
COULD_NOT_CHECK = 3


def main() -> None:
    """Refuse an old Python, find or install the packages, then hand over to Django (F6)."""
    # This file and this check must parse on the Pythons they refuse: nothing newer than 3.6 here.
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit(
            "Minga necesita Python 3.11 o posterior (este es " + found + ") · "
            "Minga needs Python 3.11 or later: apt install python3.11; python3.11 manage.py demo"
        )
    from config import bootstrap

    bootstrap.prepare(sys.argv)
    # Commands migrate and provision, so they start with the owner's log-in; doors choose 'public' themselves.
    os.environ.setdefault("MINGA_LOGIN", "owner")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    run_and_explain_errors()


def run_and_explain_errors() -> None:
    """Run the command; what is wrong outside the code is one line with the cure: settings, database (F8)."""
    try:
        if len(sys.argv) > 1 and sys.argv[1] in BEFORE_SETTINGS:
            run_before_settings(sys.argv[1])
        else:
            run_under_settings()
    except Exception as error:
        # Told by name, Django's and the driver's alike: an import here would come before the packages do.
        kind = type(error).__name__
        if kind in ("ImproperlyConfigured", "CommandError"):
            give_up(str(error))
        if kind != "OperationalError":
            raise
        explain(error)


def explain(error: Exception) -> None:
    """End with the first line of what the database's driver says, and the cure."""
    from config.bootstrap import _

    if "--traceback" in sys.argv:
        raise error
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    cure = _("The database does not answer (%(reason)s); start it, or correct DATABASE_URL.")
    give_up(cure % {"reason": reason})


def give_up(words: str) -> None:
    """End with one line on standard error, and 1; a check that could not be tried says 3."""
    print(words, file=sys.stderr)
    sys.exit(COULD_NOT_CHECK if len(sys.argv) > 1 and sys.argv[1].startswith(CHECKS) else 1)


def run_before_settings(name: str) -> None:
    """Run one of the product's commands that bring up what the settings name."""
    import importlib

    importlib.import_module("config.management.commands." + name).Command().run_from_argv(sys.argv)


def run_under_settings() -> None:
    """Run any other command, in the terminal's language (W7)."""
    import django
    from django.core.management import execute_from_command_line
    from django.utils import translation

    from config.bootstrap import spoken_language

    django.setup()
    translation.activate(spoken_language())
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
