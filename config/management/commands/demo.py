"""`manage.py demo`: everything set up, one real round, then served until Ctrl+C (F7)."""

import fcntl
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from io import StringIO
from typing import TYPE_CHECKING, Any

import django
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from config import options, surroundings
from config.bootstrap import _, spoken_language
from config.calling_clock import clock_shift
from config.embedded import EmbeddedError, places, postgres, valkey
from config.narration import Narrator, Step
from config.supervisor import Supervisor, SupervisorError, check_port, free_port, stopping_on_signals

if TYPE_CHECKING:
    from config.first_calls import SampleCalls

STATE = surroundings.STATE / "demo"
# Not below STATE: a browser's dialog hides folders whose names begin with a dot.
FILES = surroundings.ROOT / "demo-files"
# How the simulated provider behaves: a good day, a minute of talk takes a second.
SCENARIO, SEED = "calm", 2026
# Two tenants call at once: each keeps a dispatcher busy, and what calls come to is work as well.
JOBS = 4
# A cold start on a busy machine; the web process compiles its code for the first time.
WEB_SECONDS = 60


class Command(BaseCommand):
    """Two tenants with marked sample data on embedded services; nothing is asked, nothing is left running."""

    help = _("Set Minga up with sample data, run one real round of each domain, and serve it.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the port and what to do besides serving."""
        parser.add_argument("--port", type=options.port, default=8000)
        parser.add_argument("--json", action="store_true", dest="as_json", help=_("one JSON object per step"))
        parser.add_argument("--once", action="store_true", help=_("run the round, then stop with status 0"))
        wipe = parser.add_mutually_exclusive_group()
        wipe.add_argument("--reset", action="store_true", help=_("erase the demo's data first"))
        wipe.add_argument(
            "--remove-sample",
            action="store_true",
            help=_("delete the organisations marked as sample data, keep all others, then stop"),
        )

    def handle(
        self, *args: Any, port: int, as_json: bool, once: bool, reset: bool, remove_sample: bool, **_rest: Any
    ) -> None:
        """Run the demo; returns on Ctrl+C or SIGTERM, raises CommandError with one line and the cure."""
        tell = Narrator(as_json=as_json)
        with stopping_on_signals():
            try:
                if remove_sample:
                    with alone():
                        clear(tell)
                    return
                check(port, reset=reset)
                with alone():
                    if reset:
                        erase()
                    run(tell, port=port, once=once)
            except (EmbeddedError, SupervisorError) as error:
                raise CommandError(str(error)) from error


def check(port: int, *, reset: bool) -> None:
    """Refuse what cannot go well before anything is started."""
    for address in surroundings.binds("localhost", port):
        check_port(port, address.rsplit(":", 1)[0].strip("[]"))
    if reset and os.environ.get("DATABASE_URL"):
        raise EmbeddedError(
            _("--reset erases the embedded database only, and DATABASE_URL names another; unset it.")
        )


@contextmanager
def alone() -> Iterator[None]:
    """Refuse a second demo in the same folder: it would erase or stop what the first one uses."""
    with ExitStack() as held:
        with places.one_line_errors(STATE):
            places.make_parent(STATE)
            lock = held.enter_context((STATE / "lock").open("a"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(
                _("The demo is running already in this folder; stop it there with Ctrl+C first.")
            ) from None
        yield


def erase() -> None:
    """Delete what the demo's embedded services keep, and its secrets."""
    postgres.erase(STATE / "postgres")
    for name in ("broker", "cache"):
        valkey.erase(STATE / name)
    (STATE / "secrets.json").unlink(missing_ok=True)
    shutil.rmtree(STATE / "files", ignore_errors=True)


def clear(tell: Narrator) -> None:
    """Delete the organisations that are marked as sample data, with all that was done in them."""
    with ExitStack() as stack:
        set_up(tell, stack, callers=0)
        from tenants import actions
        from tenants.scope import owner_scope

        with tell.step("remove_sample", _("Sample data")) as step, owner_scope():
            removed = step.facts["removed"] = actions.remove_sample_tenants()
            step.words = ", ".join(removed) or _("nothing was marked")


def run(tell: Narrator, *, port: int, once: bool) -> None:
    """Set up, make the sample data through the doors, and serve."""
    with ExitStack() as stack:
        callers = port_of_calls(port)
        kept = set_up(tell, stack, callers=callers)
        programs = surroundings.programs(
            binds=surroundings.binds("localhost", port), environment=os.environ, web=1, threads=8, jobs=JOBS
        )
        programs.append(
            surroundings.simulator(port=callers, scenario=SCENARIO, seed=SEED, environment=os.environ)
        )
        crew = stack.enter_context(Supervisor(programs, out=tell))
        # Said before the programs are asked to end: a dispatcher of calls takes ten seconds.
        stack.callback(tell.say, _("Stopping everything; what is under way is put down safely."))
        present(tell, crew, kept, f"http://localhost:{port}")
        if not once and crew.wait():
            sys.exit(1)


def set_up(tell: Narrator, stack: ExitStack, *, callers: int) -> surroundings.DemoSecrets:
    """Start the services until `stack` ends, read the settings and bring the tables to head."""
    with tell.step("services", _("PostgreSQL, broker and cache")):
        found = stack.enter_context(surroundings.services(STATE, tell.log_line))
        kept = surroundings.demo_secrets(STATE / "secrets.json")
    os.environ |= environment(found, kept, callers)
    with tell.step("migrate", _("Tables")):
        # Inside the step: it takes seconds.
        django.setup()
        translation.activate(spoken_language())
        call_command("migrate", verbosity=0, stdout=StringIO())
    return kept


def environment(found: surroundings.Services, kept: surroundings.DemoSecrets, callers: int) -> dict[str, str]:
    """Return what every process of the demo reads its settings from; calls are simulated at `callers`."""
    calls = {
        "MINGA_SIMULATOR_URL": f"http://127.0.0.1:{callers}",
        "MINGA_CALL_CLOCK_SHIFT": str(clock_shift(datetime.now(UTC))),
    }
    demo = {"MINGA_DEMO": "1", "MINGA_HTTPS": "0", "MINGA_LOGIN": "owner"}
    return {**found.environment, **kept.keys, **calls, **demo}


def port_of_calls(port: int) -> int:
    """Return a free port for the simulated calls, ninety above the pages' where that is free."""
    return free_port(port + 89 if port < 65_000 else port - 200)


def present(tell: Narrator, crew: Supervisor, kept: surroundings.DemoSecrets, url: str) -> None:
    """Make what the demo shows, then say where to look."""
    # These need the settings, which the services had to come before.
    from config import demonstration as demo
    from config import first_brands, first_files, first_fleet, first_round

    with tell.step("web", _("Web server")):
        wait_for_web(url, crew)
        wait_for_web(os.environ["MINGA_SIMULATOR_URL"], crew)
    with tell.step("tenants", _("Two organisations")) as step:
        tenants = demo.ensure_tenants(step, crew)
        step.facts["tenants"] = [tenant.slug for tenant in tenants]
    with tell.step("people", _("People and keys")):
        demo.ensure_people(kept)
        demo.ensure_key(kept, tenants)
    for sample, tenant in zip(demo.TENANTS, tenants, strict=True):
        log_in = cache(partial(first_round.Door, url, sample.admin, kept.passwords[sample.admin]))
        with tell.step(f"personas_{tenant.slug}", _("Contacts of %(name)s") % {"name": tenant.name}) as step:
            first_round.import_contacts(
                step, crew, log_in, schema=tenant.schema_name, rows=sample.rows, seed=sample.seed
            )
            first_round.keep_figures(step, crew, log_in, schema=tenant.schema_name)
        with tell.step(f"identity_{tenant.slug}", _("Leads of %(name)s") % {"name": tenant.name}) as step:
            first_fleet.drain_fleet(step, crew, log_in, fleet=demo.fleet_of(sample, tenant))
        for brand in sample.brands:
            name = first_brands.name_of(brand)
            with tell.step(f"insights_{brand}", _("Comments of %(name)s") % {"name": name}) as step:
                first_brands.analyse_brand(
                    step, crew, schema=tenant.schema_name, brand=brand, seed=sample.seed
                )
    with tell.step("campaigns", _("Campaigns of both")) as step:
        call_people(step, crew, demo.callers(url, kept, tenants), url.replace("localhost", "127.0.0.1"))
    files = first_files.write_files(FILES, today=timezone.localdate())
    tell.say(demo.invitation(url, kept, files))
    tell.give(demo.summary(url, kept, tenants))


def call_people(step: Step, crew: Supervisor, samples: "list[SampleCalls]", url: str) -> None:
    """Let the simulated calls come back to us, make those of the round, and ask the provider what it saw."""
    from config import first_calls
    from config.first_round import Server

    simulator = Server(os.environ["MINGA_SIMULATOR_URL"], os.environ[surroundings.SIMULATOR_KEY])
    for sample in samples:
        first_calls.connect(sample, web=url, simulator=simulator)
    first_calls.call_people(step, crew, samples)
    first_calls.judge(simulator)


def wait_for_web(url: str, crew: Supervisor) -> None:
    """Return when the web server answers anything at all."""
    deadline = time.monotonic() + WEB_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310  our own http address
        except urllib.error.HTTPError:
            return
        except OSError:
            crew.check()
            time.sleep(0.1)
        else:
            return
    raise SupervisorError(_("The web server does not answer at %(url)s; see the lines above.") % {"url": url})
