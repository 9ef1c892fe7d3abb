"""`manage.py chaos_campaign`: call people while workers are killed, and say whether all adds up (C15–C23)."""

import json
import os
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING, Any

import django
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import surroundings
from config.bootstrap import _
from config.embedded import EmbeddedError, postgres, valkey
from config.supervisor import SupervisorError, stopping_on_signals

if TYPE_CHECKING:
    from config.chaos.running import Report

STATE = surroundings.STATE / "chaos"
GIVEN = ("DATABASE_URL", "BROKER_URL", "CACHE_URL")


class Command(BaseCommand):
    """A database, a broker and a tenant of its own, made anew each time: nobody else's is ever touched."""

    help = _("Run campaigns against a simulated provider while workers are killed; exit 1 on any breach.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the seed and the size."""
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--kills", type=_count, default=50, help=_("workers killed with SIGKILL"))
        parser.add_argument("--people", type=_count, default=400)
        parser.add_argument("--workers", type=_count, default=3)
        parser.add_argument("--json", action="store_true", dest="as_json", help=_("the whole report as JSON"))

    def handle(
        self, *args: Any, seed: int, kills: int, people: int, workers: int, as_json: bool, **_rest: Any
    ) -> None:
        """Run; ends with 1 on any breach. Raises CommandError with one line and the cure."""
        if any(os.environ.pop(name, "") for name in GIVEN):
            self.stderr.write(_("The given services are left alone; the run uses its own."))
        asked = {"seed": seed, "kills": kills, "people": people, "workers": workers}
        with stopping_on_signals():
            try:
                report = run(asked, self.stderr.write)
            except (EmbeddedError, SupervisorError) as error:
                raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(report.told(), indent=2, default=str) if as_json else summary(report))
        if not report.ok:
            sys.exit(1)


def run(asked: dict[str, int], say: Callable[[str], object]) -> "Report":
    """Bring everything up, run, and take everything down."""
    erase()
    try:
        with surroundings.services(STATE, say) as found:
            kept = surroundings.demo_secrets(STATE / "secrets.json")
            os.environ |= {
                **found.environment,
                **kept.keys,
                "MINGA_DEMO": "1",
                "MINGA_HTTPS": "0",
                "MINGA_LOGIN": "owner",
            }
            django.setup()
            call_command("migrate", verbosity=0, stdout=StringIO())
            return _run(asked)
    finally:
        erase()


def _run(asked: dict[str, int]) -> "Report":
    # These need the settings, which the services had to come before.
    from campaigns.simulator import simulator
    from config.chaos.plan import Plan
    from config.chaos.running import run_chaos
    from config.chaos.tenant import free_port, sample_tenant

    plan: Plan = Plan(**asked)
    with simulator("chaos", seed=plan.seed) as sim:
        return run_chaos(plan, sample_tenant(), sim, port=free_port(), environment=dict(os.environ))


def erase() -> None:
    """Delete what the last run left."""
    postgres.erase(STATE / "postgres")
    for name in ("broker", "cache"):
        valkey.erase(STATE / name)
    (STATE / "secrets.json").unlink(missing_ok=True)


def summary(report: "Report") -> str:
    """Return the report in a few lines."""
    told, judge = report.told(), report.simulator
    lines = [
        f"seed {told['plan']['seed']}: {'ok' if report.ok else 'BREACHED'}, {report.seconds} s",
        f"killed: {sum(report.deaths.values())} ({_words(report.deaths)})",
        ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in told["operations"].items()),
        f"entries: {_words(report.entries)}",
        f"calls: {_words(report.calls)}",
        f"provider: {judge['calls']} calls, {judge['replays']} replays",
        f"most at once {judge['max_simultaneous']}, in a second {judge['max_calls_per_second']}",
        f"faults: {_words(judge['faults'])}",
        f"webhooks: {_words(judge['webhooks'])}; kept {report.events}",
        f"instants looked at: {report.instants}",
    ]
    return "\n".join([*lines, *(f"BREACH {breach}" for breach in report.breaches)])


def _words(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def _count(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 100_000:
        raise ArgumentTypeError(_("%(text)s is not a number from 1 to 100000") % {"text": text})
    return int(text)
