"""`manage.py test`: the whole suite under pytest, every word after `test` passed on (F7)."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import surroundings
from config.embedded import EmbeddedError

# With any of these the caller decides about processes, or a debugger needs the terminal to itself.
OWN_CHOICE = (
    "-n",
    "--numprocesses",
    "--dist",
    "no:xdist",
    "--pdb",
    "--trace",
    "--version",
    "--co",
    "--collect-only",
)


class Command(BaseCommand):
    """Replace this process by pytest: its summary and its exit status are the command's."""

    help = "Run the tests with pytest; every option is pytest's (-k, -x, --lf, a path …)."
    requires_system_checks = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Pass everything after `test` on unchanged; argparse would claim some of it."""
        try:
            self.run_pytest(argv[2:])
        except CommandError as error:
            self.stderr.write(str(error))
            sys.exit(1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run without options, as `call_command("test")` does."""
        self.run_pytest([])

    def run_pytest(self, words: list[str]) -> None:
        """Check the given services, then become pytest; does not return."""
        check_given_services()
        os.environ.pop("MINGA_LOGIN", None)
        sys.stdout.flush()
        chosen = [sys.executable, "-m", "pytest", *(() if chooses(words) else ("-n", processes())), *words]
        os.execv(sys.executable, chosen)  # noqa: S606  no shell is the point


def check_given_services() -> None:
    """Refuse given services that do not answer; the embedded ones start when a test needs them."""
    try:
        if database := os.environ.get("DATABASE_URL"):
            surroundings.check_database(database, for_tests=True)
        else:
            surroundings.forget_postgres_variables()
        if broker := os.environ.get("BROKER_URL"):
            surroundings.check_broker(broker)
    except EmbeddedError as error:
        raise CommandError(str(error)) from error


def chooses(words: list[str]) -> bool:
    """Return whether the caller's words settle the number of processes."""
    return any(word.startswith(OWN_CHOICE) for word in words)


def processes() -> str:
    """Return how many processes to use: the cores given to us, at most eight, as each builds a database."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return str(min(8, cores))
