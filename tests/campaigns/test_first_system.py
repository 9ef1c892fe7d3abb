"""Accounts, batches, debtors and jobs of the first calling system (F9); nobody is called by it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bson import Decimal128, Int64

from campaigns import queries
from campaigns.actions import NotLaunchable, launch, top_up
from campaigns.dispatch.claiming import claim
from campaigns.dispatch.desk import Desk
from campaigns.models import Account, CallAttempt, Campaign, Debt, Entry, LedgerRow, Provider, Suppression
from campaigns.rules import EntryReason, EntryState, LedgerKind
from tenants.models import Tenant
from tenants.records.models import SourceRecord
from tenants.scope import tenant_scope
from tests.mongo_documents import dump, numbered
from tests.mongo_runs import counts, import_mongo
from tests.mongo_server import mongo_server

ALL = "accounts,batches,debtors,jobs"
THEN = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
ACCOUNTS: list[dict[str, Any]] = [
    {"account_id": "acc-1", "account_name": "Cobros Sur", "status": "active", "plan_type": "credit_based",
     "balance": Decimal128("125.5"), "cost_per_minute": 0.2, "max_concurrent_calls": Int64(7)},
    {"account_id": "acc-2", "name": "Minutos", "status": "SUSPENDED", "billing_type": "minutes_based",
     "minutes_remaining": "40"},
    {"account_id": "acc-3", "name": "Deudora", "status": "active", "balance": -3},
    {"account_id": "no id at all", "name": "?"},
]  # fmt: skip
SETTINGS = {
    "allowed_call_hours": {"start": "09:00", "end": "20:00"},
    "timezone": "America/Santiago",
    "retry_settings": {"max_attempts": 5, "retry_delay_hours": 12},
    "max_concurrent_calls": 10,
}
BATCHES: list[dict[str, Any]] = [
    {"batch_id": "batch-live", "account_id": "acc-1", "name": "Marzo", "is_active": True, "priority": 2,
     "call_settings": SETTINGS, "created_at": THEN, "started_at": THEN},
    {"batch_id": "batch-over", "account_id": "acc-1", "name": "Enero", "is_active": False,
     "created_at": THEN, "completed_at": THEN + timedelta(days=9), "call_settings": {"nonsense": 1}},
    {"batch_id": "batch-cancelled", "account_id": "acc-2", "name": "Febrero", "completed_at": THEN,
     "cancellation_reason": "Cliente solicitó detención"},
    {"batch_id": "batch-nobodys", "account_id": "acc-9", "name": "?"},
]  # fmt: skip
RUT = ["9876543-3", "11.111.111-1", "22222222-2", "12345678-5", "7654321-6"]


def a_job(batch: str, person: int, status: str, **facts: Any) -> dict[str, Any]:
    """Return a job as the first system kept it: the person inside, the debt inside that."""
    return {
        "job_id": f"job-{batch}-{person}",
        "batch_id": batch,
        "account_id": "acc-1",
        "status": status,
        "contact": {"name": f"Persona {person}", "dni": RUT[person], "phones": [f"+5698765432{person}"]},
        "payload": {"debt_amount": 98_500.0, "company_name": "Tienda Norte"},
        "attempts": 2,
        "max_attempts": 3,
        **facts,
    }


CALLED = {"call_id": "call_1", "call_cost": 0.31, "call_duration_seconds": 63,
          "started_at": THEN, "completed_at": THEN + timedelta(seconds=80)}  # fmt: skip
PROMISED = {"fecha_pago_cliente": "2026-03-20", "monto_pago_cliente": "50000"}
JOBS = [
    a_job("batch-live", 0, "PENDING", attempts=0),
    a_job("batch-live", 1, "in_progress"),
    a_job("batch-live", 2, "completed", **CALLED, **PROMISED),
    a_job("batch-over", 0, "failed", attempts=3, completed_at=THEN,
          call_result={"disconnection_reason": "dial_busy"}),
    a_job("batch-over", 1, "failed", attempts=1, completed_at=THEN),
    a_job("batch-over", 3, "scheduled"),
    a_job("batch-over", 4, "failed", completed_at=THEN,
          result={"disconnection_reason": "user_requested_dnc"}),
    a_job("batch-cancelled", 0, "cancelled", attempts=0),
    a_job("batch-live", 3, "teleported"),
    a_job("batch-none", 3, "completed"),
]  # fmt: skip
DEBTORS: list[dict[str, Any]] = [
    {"batch_id": "batch-live", "rut": "98765433", "nombre": "Ana", "celular": 987654320.0,
     "origen_empresa": "Tienda Norte", "monto_total": 150_000, "cuotas_adeudadas": 3, "dias_vencidos": 40,
     "fecha_limite": "2026-04-01", "fecha_maxima": datetime(2026, 4, 5, tzinfo=UTC)},
    {"batch_id": "batch-live", "rut": "98765433", "nombre": "Ana", "celular": "987654320",
     "empresa": "Banco Sur", "deuda": "20000"},
    {"batch_id": "batch-live", "rut": "1-1", "nombre": "Nadie"},
]  # fmt: skip


@pytest.fixture
def source(acme: Tenant, tmp_path: Path) -> Path:
    """A dump of a small installation."""
    return dump(
        tmp_path / "calls",
        packed=True,
        accounts=numbered(ACCOUNTS),
        batches=numbered(BATCHES),
        debtors=numbered(DEBTORS),
        jobs=numbered(JOBS),
    )


def standings() -> dict[tuple[str, str], tuple[str, str, int]]:
    """Return where each entry stands: state, reason, attempts."""
    rows = Entry.objects.values_list("campaign__code", "name", "state", "reason", "attempts")
    return {(code, name): (state, reason, attempts) for code, name, state, reason, attempts in rows}


def test_each_document_becomes_what_it_was(acme: Tenant, source: Path) -> None:
    """F9: finished history is final, what was alive waits for a person; every refusal has its reason."""
    facts = import_mongo(source, ALL)
    assert {name: counts(told) for name, told in facts.items()} == {
        "accounts": (3, 0, 0, 0, 1), "batches": (3, 0, 0, 0, 1),
        "debtors": (1, 1, 0, 0, 1), "jobs": (7, 1, 0, 0, 2),
    }  # fmt: skip
    assert facts["accounts"]["reasons"] == {"error.code_missing": 1}
    assert facts["batches"]["reasons"] == {"error.account_missing": 1}
    assert facts["batches"]["notes"] == {"call_settings_dropped": 1}
    assert facts["jobs"]["reasons"] == {"error.status_unknown": 1, "error.batch_missing": 1}
    with tenant_scope(acme.schema_name):
        assert standings() == {
            ("batch-live", "Ana"): ("on_hold", "first_system", 0),
            ("batch-live", "Persona 1"): ("needs_review", "unconfirmed", 2),
            ("batch-live", "Persona 2"): ("succeeded", "goal_met", 2),
            ("batch-over", "Persona 0"): ("exhausted", "max_attempts", 3),
            ("batch-over", "Persona 1"): ("failed", "first_system", 1),
            ("batch-over", "Persona 3"): ("cancelled", "campaign_cancelled", 2),
            ("batch-over", "Persona 4"): ("suppressed", "do_not_call", 2),
            ("batch-cancelled", "Persona 0"): ("cancelled", "campaign_cancelled", 0),
        }
        states = dict(Campaign.objects.values_list("code", "state"))
        assert states == {
            "batch-live": "ready", "batch-over": "completed", "batch-cancelled": "cancelled"
        }  # fmt: skip
        live = queries.campaign(code="batch-live")
        assert live.call_settings["retry_settings"] == SETTINGS["retry_settings"]
        assert (live.priority, live.started_at) == (2, THEN)
        assert (
            Campaign.objects.get(code="batch-cancelled").cancellation_reason == "Cliente solicitó detención"
        )
        assert Suppression.objects.count() == 2


def test_counters_and_ledgers_add_up(acme: Tenant, source: Path) -> None:
    """C22, C23: tallies are their entries, balances their ledgers; what was left is one adjustment."""
    import_mongo(source, ALL)
    with tenant_scope(acme.schema_name):
        assert queries.tallies_adrift() == []
        assert list(queries.accounts_adrift()) == []
        balances = Account.objects.order_by("code").values_list("code", "balance", "status", "provider")
        assert list(balances) == [
            ("acc-1", Decimal("125.5"), "active", None),
            ("acc-2", Decimal(40), "suspended", None),
            ("acc-3", Decimal(0), "active", None),
        ]
        assert set(LedgerRow.objects.values_list("kind", "amount")) == {
            (LedgerKind.ADJUSTMENT, Decimal("125.5")), (LedgerKind.ADJUSTMENT, Decimal(40))
        }  # fmt: skip
        tally = queries.campaign(code="batch-live").tally
        assert (tally.calls, tally.charged, tally.talk_ms) == (1, Decimal("0.31"), 63_000)
        assert (tally.dialled, tally.reached, tally.promised) == (2, 1, 1)


def test_debts_and_the_last_call_come_over(acme: Tenant, source: Path) -> None:
    """C7, C13: each creditor once; a contact that was had counts for the weekly limit."""
    import_mongo(source, ALL)
    with tenant_scope(acme.schema_name):
        ana = Entry.objects.get(name="Ana")
        owed = list(Debt.objects.filter(entry=ana).values_list("creditor", "amount", "instalments"))
        assert sorted(owed) == [("Banco Sur", Decimal(20_000), 1), ("Tienda Norte", Decimal(150_000), 3)]
        assert (str(ana.fecha_limite), str(ana.fecha_maxima)) == ("2026-04-01", "2026-04-05")
        assert [phone["number"] for phone in ana.phones] == ["+56987654320"]
        call = CallAttempt.objects.get(call_id="call_1")
        assert (call.person_key, call.is_contact, call.ended_at) == (
            "D:CL:22222222-2", True, THEN + timedelta(seconds=80)
        )  # fmt: skip
        kept = Entry.objects.get(name="Persona 2")
        assert (str(kept.promise_on), kept.promise_amount) == ("2026-03-20", Decimal(50_000))


def test_nobody_is_called_by_a_migration(acme: Tenant, source: Path) -> None:
    """F9: no provider, nothing launched, nobody in the queue, money or not."""
    import_mongo(source, ALL)
    with tenant_scope(acme.schema_name):
        assert not Entry.objects.callable().exists()
        assert not Campaign.objects.running().exists()
        assert not CallAttempt.objects.open().exists()
        top_up(code="acc-1", amount=Decimal(10), now=THEN)
        assert not Entry.objects.callable().exists()
        with pytest.raises(NotLaunchable):
            launch(code="batch-live", now=THEN)
        for provider in Provider.objects.all():
            assert not claim(Desk(provider.pk), now=THEN).calls


def test_a_second_run_changes_nothing(acme: Tenant, source: Path) -> None:
    """F9: idempotent by the ids over there, also when every document is looked at again."""
    import_mongo(source, ALL)
    with tenant_scope(acme.schema_name):
        before = standings(), LedgerRow.objects.count(), CallAttempt.objects.count(), Debt.objects.count()
        records = SourceRecord.objects.count()
    facts = import_mongo(source, ALL, "--all")
    for told in facts.values():
        assert counts(told)[:2] == (0, 0)
    with tenant_scope(acme.schema_name):
        assert (
            standings(), LedgerRow.objects.count(), CallAttempt.objects.count(), Debt.objects.count()
        ) == before  # fmt: skip
        assert SourceRecord.objects.count() == records


def test_a_dry_run_tells_the_very_counts_and_writes_nothing(acme: Tenant, source: Path) -> None:
    """F9: the mapping first; later documents meet what earlier ones would have made."""
    rehearsed = import_mongo(source, ALL, "--dry-run")
    with tenant_scope(acme.schema_name):
        assert not Account.objects.exists()
        assert not SourceRecord.objects.exists()
    real = import_mongo(source, ALL)
    for name, told in real.items():
        assert counts(rehearsed[name]) == counts(told), name
        assert rehearsed[name]["reasons"] == told["reasons"]
        assert rehearsed[name]["notes"] == told["notes"]


def test_what_changes_over_there_follows(acme: Tenant, tmp_path: Path) -> None:
    """F9: a live job that ended is final, and so is its campaign; the balance follows."""
    first = dump(
        tmp_path / "one", packed=False, accounts=numbered(ACCOUNTS[:1]), batches=numbered(BATCHES[:1]),
        jobs=numbered([a_job("batch-live", 0, "pending"), a_job("batch-live", 1, "pending")]),
    )  # fmt: skip
    import_mongo(first, "accounts,batches,jobs")
    second = dump(
        tmp_path / "two", packed=False,
        accounts=numbered([{**ACCOUNTS[0], "balance": 100}]),
        batches=numbered([{**BATCHES[0], "completed_at": THEN + timedelta(days=1)}]),
        jobs=numbered([a_job("batch-live", 0, "completed", **CALLED), a_job("batch-live", 1, "completed")]),
    )  # fmt: skip
    facts = import_mongo(second, "accounts,batches,jobs", "--all")
    assert counts(facts["jobs"]) == (0, 2, 0, 0, 0)
    with tenant_scope(acme.schema_name):
        assert standings()["batch-live", "Persona 0"] == ("succeeded", "goal_met", 2)
        assert Campaign.objects.get().state == "completed"
        assert Account.objects.get().balance == Decimal(100)
        assert queries.tallies_adrift() == []
        assert list(queries.accounts_adrift()) == []


def test_an_entry_that_a_person_moved_on_is_left_alone(acme: Tenant, tmp_path: Path) -> None:
    """F9: what was decided here is not undone by a document."""
    one = {"accounts": numbered(ACCOUNTS[:1]), "batches": numbered(BATCHES[:1])}
    first = dump(tmp_path / "one", packed=False, **one, jobs=numbered([a_job("batch-live", 1, "pending")]))
    import_mongo(first, "accounts,batches,jobs")
    with tenant_scope(acme.schema_name):
        Entry.objects.update(reason=EntryReason.DECIDED)
    later = numbered([a_job("batch-live", 1, "completed", **CALLED)])
    second = dump(tmp_path / "two", packed=False, jobs=later)
    facts = import_mongo(second, "jobs", "--all")
    assert facts["jobs"]["notes"] == {"decided_here": 1, "not_called": 1}
    with tenant_scope(acme.schema_name):
        assert Entry.objects.get().state == EntryState.ON_HOLD


def test_what_was_made_here_is_not_taken_over(acme: Tenant, tmp_path: Path) -> None:
    """F9: an account of the same id that nobody imported is somebody else's."""
    with tenant_scope(acme.schema_name):
        Account.objects.create(code="acc-1", name="Ours")
    facts = import_mongo(dump(tmp_path, packed=False, accounts=numbered(ACCOUNTS[:1])), "accounts")
    assert facts["accounts"]["reasons"] == {"error.exists_here": 1}
    with tenant_scope(acme.schema_name):
        assert Account.objects.get().name == "Ours"


def test_it_reads_a_running_server_too(acme: Tenant) -> None:
    """F9: the same through MongoDB's wire protocol."""
    with mongo_server() as server:
        server.fill("calls", accounts=numbered(ACCOUNTS), batches=numbered(BATCHES), jobs=numbered(JOBS))
        facts = import_mongo(f"{server.uri}/calls", "accounts,batches,jobs")
    assert counts(facts["jobs"]) == (8, 0, 0, 0, 2)
