"""What documents of the first calling system say: who paid, which campaigns, who was called (F9)."""

from campaigns.imports.first_system.accounts import ACCOUNT_FIELDS, AccountRecord, read_account
from campaigns.imports.first_system.batches import BATCH_FIELDS, BatchRecord, read_batch
from campaigns.imports.first_system.people import (
    DEBTOR_FIELDS,
    JOB_FIELDS,
    CallRecord,
    PersonRecord,
    read_debtor,
    read_job,
)
from campaigns.imports.first_system.reasons import WORDS, PastReason

__all__ = [
    "ACCOUNT_FIELDS",
    "BATCH_FIELDS",
    "DEBTOR_FIELDS",
    "JOB_FIELDS",
    "WORDS",
    "AccountRecord",
    "BatchRecord",
    "CallRecord",
    "PastReason",
    "PersonRecord",
    "read_account",
    "read_batch",
    "read_debtor",
    "read_job",
]
