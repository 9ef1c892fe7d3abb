"""`manage.py serve`: a production of one machine (F7): web, worker, beat, and services it is not given."""

import os
import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import options as numbers
from config import surroundings
from config.bootstrap import _
from config.embedded import EmbeddedError
from config.supervisor import Supervisor, SupervisorError, check_port, stopping_on_signals

REQUIRED = (*surroundings.KEYS, "MINGA_ALLOWED_HOSTS")


class Command(BaseCommand):
    """Migrate, collect static files, then serve until stopped; no sample data, no default secrets."""

    help = _("Serve a one-machine production from MINGA_* variables (docs/operations.md lists them).")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address and how many processes."""
        parser.add_argument(
            "--host", default="127.0.0.1", help=_("address to serve on; a proxy ends TLS before it")
        )
        parser.add_argument("--port", type=numbers.port, default=8000)
        parser.add_argument("--web", type=numbers.count, default=1, help=_("web processes"))
        parser.add_argument("--threads", type=numbers.count, default=8, help=_("threads of a web process"))
        parser.add_argument("--jobs", type=numbers.count, default=2, help=_("jobs done at the same time"))

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Serve; returns on Ctrl+C or SIGTERM, exits with 1 when a program keeps dying."""
        check_variables()
        with stopping_on_signals():
            try:
                check_port(port, host)
                with surroundings.services(surroundings.STATE / "production") as found:
                    self.run(found, surroundings.binds(host, port), **options)
            except (EmbeddedError, SupervisorError) as error:
                raise CommandError(str(error)) from error

    def run(self, found: surroundings.Services, binds: list[str], **options: Any) -> None:
        """Prepare the database and the files, then keep the programs running."""
        environment = {**os.environ, **found.environment}
        for words in (["migrate"], ["collectstatic", "--noinput", "--verbosity", "0"]):
            prepare(words, environment)
        sizes = {name: options[name] for name in ("web", "threads", "jobs")}
        crew = surroundings.programs(binds=binds, environment=environment, **sizes)
        with Supervisor(crew) as running:
            self.stdout.write(f"Minga: {', '.join(binds)}")
            if running.wait():
                sys.exit(1)


def check_variables() -> None:
    """Refuse to start without the secrets that production must bring (F8)."""
    missing = [name for name in REQUIRED if not os.environ.get(name)]
    if missing:
        raise CommandError(
            _(
                "Not set: %s. Set them in the environment (docs/operations.md lists every variable), "
                "or run 'python3 manage.py demo', which needs none."
            )
            % ", ".join(missing)
        )


def prepare(words: list[str], environment: dict[str, str]) -> None:
    """Run another command of ours with the production's environment; raises CommandError when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=surroundings.ROOT, check=False,
        env={**environment, "MINGA_LOGIN": "owner"},
    )  # fmt: skip
    if done.returncode:
        raise CommandError(_("'manage.py %s' did not succeed; see the lines above.") % words[0])
