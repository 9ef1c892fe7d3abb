"""One lead comes in by itself, read like a row of a file (I1, I15)."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from identity.actions.importing.terms import currency
from identity.actions.importing.writing import Writing, write_records
from identity.imports import LeadRecord, Terms, Unacceptable, describe_reason, read_lead
from identity.models import Lead
from identity.rules import Became, ImportKind
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

VERBS = {Became.CREATED: "created", Became.UPDATED: "changed"}


class LeadRefused(Refused):
    """The lead cannot be taken; `reason` says why in a word, as an import's report does."""

    code = "lead_refused"
    kind = RefusalKind.UNPROCESSABLE


class RecordedLead(NamedTuple):
    """The lead as it is stored now, and whether it was not known before."""

    lead: Lead
    is_new: bool


@transaction.atomic
def record_lead(*, values: Mapping[str, str], terms: Terms, by: UUID | None = None) -> RecordedLead:
    """Write a lead by its external id: make it, or replace all that was said of it before.

    `values` are the columns of a leads file; what is not given is "". Raises LeadRefused.
    """
    record = _read(values, terms)
    (became,) = write_records(ImportKind.LEADS, [record], writing=Writing(currency())).became
    found = _written(record)
    if became in VERBS:
        note(verb=VERBS[became], of="lead", id=found.pk, by=by)
    return RecordedLead(found, became is Became.CREATED)


def _read(values: Mapping[str, str], terms: Terms) -> LeadRecord:
    try:
        return read_lead(values, terms)
    except Unacceptable as error:
        raise LeadRefused(describe_reason(error.reason), reason=str(error.reason)) from error


def _written(record: LeadRecord) -> Lead:
    if record.external_id:
        return Lead.objects.get(source_pk=record.external_id)
    same = Lead.objects.filter(external_id="", inputs=record.inputs, happened_at=record.happened_at)
    return same.order_by("id")[0]
