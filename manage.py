#!/usr/bin/env python3
"""Minga's front door. On a fresh machine: `python3 manage.py demo`, or `python3 manage.py test`."""

import os
import sys

OLDEST = (3, 11)
BEFORE_SETTINGS = ("demo", "serve", "test")


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
    if len(sys.argv) > 1 and sys.argv[1] in BEFORE_SETTINGS:
        run_before_settings(sys.argv[1])
    else:
        run_under_settings()


def run_before_settings(name: str) -> None:
    """Run one of the product's commands that bring up what the settings name."""
    import importlib

    importlib.import_module("config.management.commands." + name).Command().run_from_argv(sys.argv)


def run_under_settings() -> None:
    """Run any other command; a missing or wrong setting is one line with its cure (F8)."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
