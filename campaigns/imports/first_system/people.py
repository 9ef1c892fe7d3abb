"""Debtors and jobs of the first calling system: one person in one batch, what is owed, what came of calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from campaigns.imports.first_system.values import Fields
from campaigns.rules import NAME_LENGTH, EntryState

_PHONES = ("phones", "phone", "to_number", "phone_number", "mobile", "celular", "telefono", "telefonos")
_INNER = ("contact", "debtor", "payload", "additional_info")
_STATES: Mapping[str, EntryState] = {
    **dict.fromkeys(("completed", "succeeded", "success", "done"), EntryState.SUCCEEDED),
    **dict.fromkeys(("failed", "error", "exhausted"), EntryState.FAILED),
    **dict.fromkeys(("cancelled", "canceled"), EntryState.CANCELLED),
    **dict.fromkeys(("suppressed", "do_not_call"), EntryState.SUPPRESSED),
    # What waited for a call waits for a person here: nothing is dialled by a migration.
    **dict.fromkeys(("pending", "scheduled", "queued", "retry", "suspended", "on_hold"), EntryState.ON_HOLD),
    # Somebody may have been in the middle of a call.
    **dict.fromkeys(
        ("in_progress", "running", "processing", "calling", "dialing", "in_call"), EntryState.NEEDS_REVIEW
    ),
}
_PERSON: Mapping[str, str] = {
    "_id": "source id",
    "batch_id": "campaign",
    "rut": "document",
    "dni": "document",
    "name": "name",
    "nombre": "name",
    "phones": "numbers, in their order",
    "phone": "number",
    "to_number": "number",
    "empresa": "creditor",
    "origen_empresa": "creditor",
    "monto_total": "debt: amount",
    "deuda": "debt: amount",
    "fecha_limite": "pay by",
    "fecha_maxima": "last day",
    "cuotas_adeudadas": "debt: instalments",
    "dias_vencidos": "debt: days overdue",
}
DEBTOR_FIELDS: Mapping[str, str] = {**_PERSON, "account_id": "nothing: the campaign's"}
JOB_FIELDS: Mapping[str, str] = {
    **_PERSON,
    "job_id": "call: its id here is made of it",
    "contact": "the person, if it is said there",
    "payload": "the debt, if it is said there",
    "status": "state: what ended is final; what waited is on hold, what was in a call needs review",
    "attempts": "attempts",
    "max_attempts": "failed or exhausted",
    "call_id": "call: the provider's id",
    "call_result": "call: seconds, cost, whether it succeeded, the provider's reason",
    "call_cost": "call: charge (not booked again: the balance is what was left)",
    "call_duration_seconds": "call: seconds",
    "started_at": "call: started",
    "completed_at": "call: ended",
    "fecha_pago_cliente": "promise: day",
    "monto_pago_cliente": "promise: amount",
}


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What came of a person's calls; the last one in detail."""

    job_id: str
    status: str
    state: EntryState | None
    attempts: int
    max_attempts: int | None
    call_id: str
    reason: str
    is_reached: bool
    seconds: Decimal
    cost: Decimal
    started_at: datetime | None
    ended_at: datetime | None
    promise_on: date | None
    promise_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person of a batch, as it is written over there; `call` is a job's."""

    batch: str
    document: str
    name: str
    phones: tuple[str, ...]
    creditor: str
    amount: Decimal | None
    instalments: int
    days_overdue: int
    fecha_limite: date | None
    fecha_maxima: date | None
    issues: tuple[str, ...]
    call: CallRecord | None = None


def read_debtor(document: Mapping[str, Any]) -> PersonRecord:
    """Return the person of a debtor's document."""
    fields = Fields(document, *_INNER)
    return _person(fields, None)


def read_job(document: Mapping[str, Any]) -> PersonRecord:
    """Return the person of a job, and what came of the calls."""
    fields = Fields(document, *_INNER, "call_result", "result")
    status = fields.text("status", "state", longest=40).lower()
    state, reason = _STATES.get(status), fields.text("disconnection_reason", longest=80)
    promise_on = fields.day("fecha_pago_cliente")
    call = CallRecord(
        job_id=fields.text("job_id", "id", longest=120),
        status=status,
        state=EntryState.SUPPRESSED if reason == "user_requested_dnc" else state,
        attempts=fields.whole("attempts", "attempts_count", "tries") or 0,
        max_attempts=fields.whole("max_attempts", least=1),
        call_id=fields.text("call_id", longest=120),
        reason=reason,
        is_reached=state is EntryState.SUCCEEDED or bool(fields.flag("call_successful")) or bool(promise_on),
        seconds=fields.amount("call_duration_seconds", "duration_seconds", "call_duration") or Decimal(0),
        cost=max(fields.amount("call_cost", "cost", "total_cost") or Decimal(0), Decimal(0)),
        started_at=fields.moment("started_at", "call_started_at"),
        ended_at=fields.moment("call_ended_at", "completed_at", "ended_at"),
        promise_on=promise_on,
        promise_amount=fields.amount("monto_pago_cliente"),
    )
    return _person(fields, call)


def _person(fields: Fields, call: CallRecord | None) -> PersonRecord:
    return PersonRecord(
        batch=fields.text("batch_id", longest=65),
        document=fields.text("rut", "dni", "document", "identifier", "rut_fmt", longest=64),
        name=fields.text("name", "nombre", "full_name", longest=NAME_LENGTH),
        phones=tuple(fields.texts(*_PHONES)),
        creditor=fields.text("origen_empresa", "empresa", "company_name", "creditor", longest=NAME_LENGTH),
        amount=fields.amount("monto_total", "deuda", "debt_amount", "saldo", "amount"),
        instalments=fields.whole("cuotas_adeudadas", "cantidad_cupones", least=1) or 1,
        days_overdue=fields.whole("dias_vencidos", "dias_retraso", "days_overdue") or 0,
        fecha_limite=fields.day("fecha_limite", "due_date"),
        fecha_maxima=fields.day("fecha_maxima"),
        issues=fields.noted,
        call=call,
    )
