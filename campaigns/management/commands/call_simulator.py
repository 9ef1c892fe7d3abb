"""`manage.py call_simulator`: a provider of calls that calls nobody, until Ctrl+C."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.simulator import API_KEY, BadScenario, Simulator, packaged


class Command(BaseCommand):
    """Serve Retell's protocol on one port; the report is written at the end. Needs no database."""

    help = _(
        "Serve a simulated provider of calls, with a scenario and a seed, and count what is asked of it."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to serve, what to play and whom to tell."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8090, help=_("0 takes a free one"))
        parser.add_argument(
            "--scenario",
            default="calm",
            help=_("a TOML or JSON file, or %s") % ", ".join(packaged()),
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--webhook-url", default="", help=_("where the webhooks of every agent go"))
        parser.add_argument(
            "--agent", action="append", default=[], metavar="ID=URL", help=_("where those of one agent go")
        )
        # By the environment rather than here: a list of processes shows every argument (S19).
        parser.add_argument("--api-key", default=os.environ.get("MINGA_SIMULATOR_KEY") or API_KEY)
        parser.add_argument(
            "--webhook-key", default="", help=_("signs the webhooks; the API key unless said")
        )
        parser.add_argument("--report", type=Path, help=_("file for the report at the end"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until Ctrl+C or SIGTERM. Raises CommandError with one line."""
        running = _simulator(options)
        with _until_stopped() as stopped:
            running.start()
            self.stdout.write(
                _("%(scenario)s (seed %(seed)d) at %(url)s")
                % {"scenario": running.scenario.name, "seed": running.seed, "url": running.url}
            )
            self.stdout.flush()
            stopped.wait()
        report = running.report(full=True)
        running.close()
        if options["report"]:
            options["report"].write_text(json.dumps(report, indent=2), encoding="utf-8")
        self.stdout.write(json.dumps(report["verdict"]))


def _simulator(options: dict[str, Any]) -> Simulator:
    listeners = {agent: url for agent, _equals, url in (pair.partition("=") for pair in options["agent"])}
    if options["webhook_url"]:
        listeners[""] = options["webhook_url"]
    try:
        return Simulator(
            options["scenario"],
            seed=options["seed"],
            api_key=options["api_key"],
            webhook_key=options["webhook_key"],
            host=options["host"],
            port=options["port"],
            listeners=listeners,
        )
    except BadScenario as error:
        raise CommandError(f"--scenario {error}") from error
    except (OSError, OverflowError) as error:
        raise CommandError(f"--port {options['port']}: {error}") from error
    except ValueError as error:
        raise CommandError(f"--webhook-url, --agent: {error}") from error


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """Give an event that Ctrl+C and SIGTERM set, and the old answers to them back at the end."""
    stopped = threading.Event()
    before = {
        number: signal.signal(number, lambda *_signal: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopped
    finally:
        for number, answer in before.items():
            signal.signal(number, answer)
