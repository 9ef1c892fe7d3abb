"""The run itself: a simulator, a web process, workers that die, and the verdict when everything is over."""

import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.utils import timezone

from campaigns.dispatch.waking import keep_watch
from campaigns.models import CallAttempt, Entry, Provider, ProviderEvent
from campaigns.rules import JobKind
from campaigns.simulator import Simulator
from config import surroundings
from config.chaos.counting import Operations, operations
from config.chaos.hours import Hours
from config.chaos.judging import breaches, explained, over_limits
from config.chaos.lives import Lives
from config.chaos.plan import ZONE, Plan, begin_campaigns, open_line
from config.supervisor import Supervisor
from tenants.jobs.tasks import enqueue_scheduled
from tenants.jobs.tasks import sweep as send_again
from tenants.models import Tenant
from tenants.scope import tenant_scope

LOOK_SECONDS = 0.25
# As beat would: whatever fell silent is sent again, and campaigns are looked after.
SWEEP_SECONDS = 1.0
LOOK_AFTER_SECONDS = 3.0
NOON = 12
WEDNESDAY = 2


@dataclass(slots=True)
class Report:
    """What a run did, and every breach of what must hold."""

    plan: dict[str, Any]
    seconds: float = 0.0
    deaths: dict[str, int] = field(default_factory=dict)
    fallen: dict[int, int] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    operations: Operations = field(default_factory=Operations)
    events: int = 0
    instants: int = 0
    simulator: dict[str, Any] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Say whether nothing was breached."""
        return not self.breaches

    def told(self) -> dict[str, Any]:
        """Return the report as JSON has it."""
        return {"ok": self.ok, **asdict(self)}


def clock_shift(now: datetime) -> int:
    """Return the seconds from `now` to the last Wednesday noon in Santiago: simulated calls know no night."""
    local = now.astimezone(ZoneInfo(ZONE))
    day = local.date() - timedelta(days=(local.weekday() - WEDNESDAY) % 7 or 7)
    noon = datetime(day.year, day.month, day.day, NOON, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    return int((noon - now).total_seconds())


@dataclass(slots=True)
class Chaos:
    """One run in one tenant of sample data."""

    plan: Plan
    tenant: Tenant
    sim: Simulator
    shift: timedelta
    provider: Provider
    hours: Hours
    report: Report
    waves: int = 0
    _swept_at: float = 0.0
    _looked_after_at: float = 0.0

    @classmethod
    def begin(cls, plan: Plan, tenant: Tenant, sim: Simulator, shift: int) -> Self:
        """Make the provider and the first campaigns."""
        with tenant_scope(tenant.schema_name):
            provider = open_line(plan, sim.url)
        hours = Hours(tenant.schema_name)
        return cls(plan, tenant, sim, timedelta(seconds=shift), provider, hours, Report(asdict(plan)))

    @property
    def now(self) -> datetime:
        """Return the time by the calls' clock."""
        return timezone.now() + self.shift

    def call_more(self) -> None:
        """Begin a wave of campaigns."""
        with tenant_scope(self.tenant.schema_name):
            begin_campaigns(self.plan, self.provider, wave=self.waves)
            keep_watch(self.provider.pk)
        self.waves += 1

    def look(self, moment: float) -> None:
        """Do what beat would, let time pass, and look at the caps."""
        if moment - self._swept_at >= SWEEP_SECONDS:
            self._swept_at = moment
            send_again()
        if moment - self._looked_after_at >= LOOK_AFTER_SECONDS:
            self._looked_after_at = moment
            enqueue_scheduled(self.tenant.schema_name, JobKind.SWEEP, "", {})
        self.hours.go_on(moment, now=self.now)
        with tenant_scope(self.tenant.schema_name):
            self.report.breaches += over_limits(self.provider)
            self.report.instants += 1

    def is_over(self) -> bool:
        """Say whether nobody is called any more and nothing is on its way."""
        if not self.sim.wait_until_quiet(0):
            return False
        with tenant_scope(self.tenant.schema_name):
            return explained()

    def judge(self, lives: Lives, begun_at: float) -> Report:
        """Fill in what happened, and what was breached."""
        report, verdict = self.report, self.sim.verdict()
        report.seconds = round(time.monotonic() - begun_at, 1)
        report.deaths, report.fallen = dict(lives.deaths), dict(lives.fallen)
        report.simulator = self.sim.report()
        if not verdict.ok:
            report.breaches.append(f"the provider says {verdict.told()}")
        if lives.killed < self.plan.kills:
            report.breaches.append(f"only {lives.killed} workers were killed")
        if lives.fallen:
            report.breaches.append(f"workers ended by themselves: {dict(lives.fallen)}")
        with tenant_scope(self.tenant.schema_name):
            report.entries = dict(Counter(Entry.objects.values_list("state", flat=True)))
            report.calls = dict(Counter(CallAttempt.objects.values_list("outcome", flat=True)))
            report.events = ProviderEvent.objects.count()
            known = self.sim.calls()
            report.operations = operations(known)
            report.breaches += [*report.operations.breaches(), *breaches(known)]
        return report


def run_chaos(
    plan: Plan, tenant: Tenant, sim: Simulator, *, port: int, environment: Mapping[str, str]
) -> Report:
    """Call everybody of a plan in one tenant while workers die; return what came of it."""
    shift = clock_shift(timezone.now())
    chaos = Chaos.begin(plan, tenant, sim, shift)
    address = f"http://127.0.0.1:{port}/api/v1/webhooks/retell"
    sim.listen(f"{address}/{tenant.id.hex}-{chaos.provider.endpoint}")
    everyone = {
        **environment,
        "MINGA_SIMULATOR_KEY": sim.api_key,
        "MINGA_CALL_CLOCK_SHIFT": str(shift),
    }
    web = surroundings.programs(binds=[f"127.0.0.1:{port}"], environment=everyone, web=1, threads=4, jobs=1)[
        0
    ]
    begun_at = time.monotonic()
    dice = random.Random(plan.seed)  # noqa: S311  a seed must repeat it
    chaos.call_more()
    with (
        Supervisor([web]),
        Lives(
            workers=plan.workers, kills=plan.kills, dice=dice, environment=everyone, seconds=plan.seconds
        ) as lives,
    ):
        _until_over(chaos, lives, begun_at + plan.patience)
        return chaos.judge(lives, begun_at)


def _until_over(chaos: Chaos, lives: Lives, end: float) -> None:
    while (moment := time.monotonic()) < end:
        lives.tend()
        chaos.look(moment)
        if chaos.is_over():
            if lives.has_ended:
                return
            chaos.call_more()
        time.sleep(LOOK_SECONDS)
    chaos.report.breaches.append(f"not over after {chaos.plan.patience:.0f} seconds")
