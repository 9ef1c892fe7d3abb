"""One real round of campaigns for the demo (F7): accounts, scripts, clients' files, calls, their cost.

Through the doors that every program uses, as in `first_round`; what has no address yet (the provider's pace,
which script a campaign speaks by) by the actions that its page calls. A simulated provider is called by the
running worker; days pass by `campaigns.samples.let_time_pass`, since whoever did not answer is called again a
day later.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from campaigns import actions, queries
from campaigns.dispatch.waking import hurry
from campaigns.imports import ClientColumn
from campaigns.models import Account, CallAttempt, Campaign, Provider, Script
from campaigns.rules import FINAL, HELD, CampaignState, EntryState, UseCase
from campaigns.samples import (
    ClientSample,
    let_time_pass,
    make_collection_file,
    make_contact_list,
    mark_samples,
)
from config.bootstrap import _
from config.calling_plans import PLANS, Plan
from config.first_round import Door, Server
from config.narration import Step
from config.supervisor import Supervisor, SupervisorError
from tenants.display.formats import Formats
from tenants.scope import tenant_scope

# One workspace for both: together they fit.
LINES, CALLS_PER_SECOND = 10, 20.0
LOOK_SECONDS = 1.0
# Seconds: a busy machine calls a hundred people in a minute.
PATIENCE = 300.0
# The days that pass each time that nobody is due: the next day, then to the same day of the next weeks, so
# that no call of the past falls on a day that is none.
PASSING = (1, 6, 7, 7)
IN_FLIGHT = (
    EntryState.QUEUED,
    EntryState.CLAIMED,
    EntryState.DIALING,
    EntryState.IN_CALL,
    EntryState.UNCONFIRMED,
)


@dataclass(frozen=True, slots=True)
class SampleCalls:
    """Who calls: a tenant of the demo, its door, and how many rows its files have."""

    tenant: UUID
    schema: str
    slug: str
    country: str
    rows: int
    seed: int
    log_in: Callable[[], Door]


@dataclass(frozen=True, slots=True)
class Round:
    """One campaign that is called to its end."""

    sample: SampleCalls
    code: str


def connect(sample: SampleCalls, *, web: str, simulator: Server) -> None:
    """Let a tenant's simulated calls leave at the demo's pace and come back to its web server; may repeat."""
    with tenant_scope(sample.schema):
        found = Provider.objects.get(name=actions.SIMULATOR_NAME)
        if found.agent_id == actions.SIMULATOR_AGENT:
            pace = actions.ProviderFacts(
                agent_id=f"{actions.SIMULATOR_AGENT}_{sample.slug}",
                max_concurrent_calls=LINES,
                calls_per_second=CALLS_PER_SECOND,
            )
            found = actions.change_provider(provider_id=found.pk, changes=pace, tenant=sample.slug)
    address = f"{web}/api/v1/webhooks/retell/{sample.tenant.hex}-{found.endpoint}"
    simulator.send("POST", "/simulator/agents", {"agent_id": found.agent_id, "webhook_url": address})


def call_people(step: Step, crew: Supervisor, samples: list[SampleCalls]) -> None:
    """Bring clients' files in, call the first one's people to the end, let the second one's begin, once.

    Raises SupervisorError when a door refuses, the round does not end or its figures do not add up.
    """
    fresh = [sample for sample in samples if not _is_called(sample)]
    if not fresh:
        step.facts["already_there"] = True
        return
    rounds = [_begin(sample) for sample in fresh]
    _follow(step, crew, rounds)
    figures = [_figures(each) for each in rounds]
    for sample in fresh:
        _launch(sample, PLANS[1])
    step.facts["campaigns"] = figures
    step.words = _said(figures)


def judge(simulator: Server) -> None:
    """Raise SupervisorError when the simulated provider saw a person called twice or a limit exceeded."""
    verdict = simulator.get("/simulator/report")["verdict"]
    if not verdict["ok"]:
        raise SupervisorError(_("The provider saw what must not be: %(verdict)s") % {"verdict": verdict})


def _is_called(sample: SampleCalls) -> bool:
    with tenant_scope(sample.schema):
        # The last of the round: one that was stopped before goes through once more, which repeats nothing.
        later = Campaign.objects.filter(name=PLANS[1].name, has_samples=True)
        return later.exclude(started_at=None).exists()


def _begin(sample: SampleCalls) -> Round:
    """Make accounts, scripts and campaigns, and let the first one call."""
    door = sample.log_in()
    for plan in PLANS:
        _open_account(sample, door, plan)
        _write_script(sample, door, plan)
        _bring_file(sample, door, plan)
    _set_to_their_clock(sample)
    return Round(sample, _launch(sample, PLANS[0], door))


def _set_to_their_clock(sample: SampleCalls) -> None:
    """Let all be made when the clock of simulated calls says that it is now; only before the first launch."""
    with tenant_scope(sample.schema):
        if not Campaign.objects.exclude(started_at=None).exists():
            let_time_pass(clock_lag())


def _open_account(sample: SampleCalls, door: Door, plan: Plan) -> None:
    with tenant_scope(sample.schema):
        found = Account.objects.filter(code=plan.account).first()
        has_money = found is not None and queries.has_ledger(account=found)
    if found is None:
        about = {"account_id": plan.account, "name": plan.payer, "max_concurrent_calls": plan.lines}
        door.send("POST", "/api/v1/accounts", {**about, "provider": actions.SIMULATOR_NAME})
    if not has_money:
        door.send("POST", f"/api/v1/accounts/{plan.account}/topup", {"amount": plan.funds})


def _write_script(sample: SampleCalls, door: Door, plan: Plan) -> None:
    """Write the versions of a plan and approve them; the rules of another country than Chile may object."""
    with tenant_scope(sample.schema):
        known = Script.objects.filter(name=plan.script).values_list("pk", flat=True).first()
    texts = plan.texts()
    body = {"text": texts[0], "variables": plan.variables(timezone.localdate())}
    if known is None:
        made = door.send("POST", "/api/v1/scripts", {**body, "name": plan.script, "use_case": plan.use_case})
        known = made["id"]
    for number, text in enumerate(texts, start=1):
        if number > 1:
            door.send("PUT", f"/api/v1/scripts/{known}", {**body, "text": text})
        door.send("POST", f"/api/v1/scripts/{known}/versions/{number}/approve", {"accept_findings": True})


def _bring_file(sample: SampleCalls, door: Door, plan: Plan) -> None:
    with tenant_scope(sample.schema):
        if Campaign.objects.filter(name=plan.name, has_samples=True).exists():
            return
    client = _file_of(sample, plan)
    made = door.upload(
        "/api/v1/batches/excel/create",
        content=client.content,
        filename=client.filename,
        account_id=plan.account,
        batch_name=plan.name,
        **plan.asked,
        **_columns(sample, plan),
    )
    _compare(made["stats"], client)
    with tenant_scope(sample.schema):
        mark_samples(code=made["batch_id"])
        versions = queries.speakable_versions(country=sample.country, use_case=UseCase(plan.use_case))
        chosen = {one.pk: 1 for one in versions if one.script.name == plan.script}
        actions.choose_versions(campaign=made["batch_id"], weights=chosen)


def _columns(sample: SampleCalls, plan: Plan) -> dict[str, str]:
    """Leave communes unread outside Chile: what no clock is known for would put everybody on hold (C14)."""
    is_foreign = plan.use_case == UseCase.COLLECTION and sample.country != "CL"
    return {"mapping_json": json.dumps({ClientColumn.COMMUNE: ""})} if is_foreign else {}


def _file_of(sample: SampleCalls, plan: Plan) -> ClientSample:
    seed, rows = sample.seed + plan.seed, round(sample.rows * plan.share)
    if plan.use_case == UseCase.COLLECTION:
        today = timezone.localdate()
        return make_collection_file(rows=rows, seed=seed, loaded=today, country=sample.country)
    return make_contact_list(
        rows=rows, seed=seed, use_case=plan.use_case, country=sample.country, after=plan.seed * 100
    )


def _compare(stats: dict[str, Any], client: ClientSample) -> None:
    """Hold the counts of a file against what the generator knows: a demo with wrong ones must not go on."""
    wrong = [name for name, count in client.truth.counts().items() if stats[name] != count]
    if wrong:
        names = ", ".join(wrong)
        raise SupervisorError(
            _("The import counted otherwise than the sample says: %(names)s") % {"names": names}
        )


def _launch(sample: SampleCalls, plan: Plan, door: Door | None = None) -> str:
    """Let a campaign of a plan call, from now by the clock of simulated calls."""
    with tenant_scope(sample.schema):
        found = Campaign.objects.get(name=plan.name, has_samples=True)
    if found.state == CampaignState.READY:
        (door or sample.log_in()).send("POST", f"/api/v1/batches/{found.code}/launch", {})
    return found.code


def _follow(step: Step, crew: Supervisor, rounds: list[Round]) -> None:
    """Wait until everybody is at an end or waits for somebody, a day passing when nobody else is due."""
    until, days = time.monotonic() + PATIENCE, {each: list(PASSING) for each in rounds}
    while True:
        seen = {each: _states(each) for each in rounds}
        live = [each for each in rounds if _unfinished(seen[each])]
        final = sum(states[state] for states in seen.values() for state in (*FINAL, *HELD))
        total = sum(sum(states.values()) for states in seen.values())
        step.show(100 * final // max(total, 1), f"{final} / {total}")
        if not live:
            return
        for each in live:
            is_idle = days[each] and not any(seen[each][state] for state in IN_FLIGHT)
            if is_idle and _let_days_pass(each.sample, days[each][0]):
                days[each].pop(0)
        if time.monotonic() > until:
            raise SupervisorError(_("The calls of the sample campaign do not come to an end."))
        crew.check()
        time.sleep(LOOK_SECONDS)


def _states(each: Round) -> dict[EntryState, int]:
    with tenant_scope(each.sample.schema):
        return queries.status(code=each.code).states


def _unfinished(states: dict[EntryState, int]) -> int:
    return sum(count for state, count in states.items() if state not in (*FINAL, *HELD))


def _let_days_pass(sample: SampleCalls, days: int) -> bool:
    """Set the tenant's calls back by some days, unless one is open; say whether it was done."""
    with tenant_scope(sample.schema):
        if CallAttempt.objects.open().exists():
            return False
        let_time_pass(timedelta(days=days))
        hurry(Provider.objects.get(name=actions.SIMULATOR_NAME).pk)
    return True


def _figures(each: Round) -> dict[str, Any]:
    """Return what a campaign came to. Raises SupervisorError when a cent or a counter is wrong (C22, C23)."""
    with tenant_scope(each.sample.schema):
        told = queries.summary(queries.campaign(code=each.code))
        balances = (f"{one.code}: {one.balance}" for one in queries.accounts_adrift())
        adrift = [*map(str, queries.tallies_adrift()), *balances]
    if adrift:
        raise SupervisorError(_("Figures do not add up: %(what)s") % {"what": "; ".join(adrift)})
    tally = told.campaign.tally
    return {
        "tenant": each.sample.slug,
        "batch_id": each.code,
        "state": str(told.campaign.state),
        "people": tally.entries,
        "called": tally.dialled,
        "calls": tally.calls,
        "reached": tally.reached,
        "succeeded": tally.succeeded,
        "promises": tally.promised,
        "cost": str(tally.charged),
        "unit": told.campaign.account.unit,
        "ledger_adds_up": True,
    }


def _said(figures: list[dict[str, Any]]) -> str:
    formats = Formats(country="CL", timezone="America/Santiago")
    total = {name: sum(each[name] for each in figures) for name in ("called", "succeeded", "promises")}
    cost = sum((Decimal(each["cost"]) for each in figures), Decimal(0))
    words = _(
        "%(called)s people called, %(succeeded)s succeeded, %(promises)s promises, %(cost)s; it adds up"
    )
    return words % {**total, "cost": formats.money(cost, figures[0]["unit"])}


def clock_lag() -> timedelta:
    """Return by how much the clock of simulated calls is behind ours."""
    return -timedelta(seconds=settings.CALL_CLOCK_SHIFT)
