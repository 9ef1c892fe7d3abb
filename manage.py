#!/usr/bin/env python3
"""Minga's front door. On a fresh machine: `python3 manage.py demo`, or `python3 manage.py test`."""

import os
import sys

OLDEST = (3, 11)


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
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
