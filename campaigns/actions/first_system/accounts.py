"""Accounts of the first calling system, with what was left of their money as the first row of a ledger."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from campaigns.actions.account_facts import AccountFacts
from campaigns.actions.accounts import change_account, create_account
from campaigns.actions.first_system.past import History
from campaigns.actions.ledger import adjust
from campaigns.imports.first_system import ACCOUNT_FIELDS, AccountRecord, PastReason, read_account
from campaigns.models import Account, LedgerRow
from campaigns.rules import CODE_PATTERN, AccountStatus, BillingType, LedgerKind
from personas.actions.first_system.documents import Read
from tenants.records.rules import Fate, Taken
from tenants.rules import Refused

# How rows of an import are known again; nobody else writes it.
OPENING = "Balance of the first system"


def facts_of(record: AccountRecord, *, is_new: bool = True) -> AccountFacts:
    """Return what an action takes: of a known account neither its unit nor who calls for it."""
    told: dict[str, Any] = record.facts()
    if is_new:
        told["provider"] = None
    else:
        told = {name: value for name, value in told.items() if name not in ("billing_type", "currency")}
    facts: Any = told
    found: AccountFacts = facts
    return found


class Accounts(History[AccountRecord]):
    """Who paid. They get no provider: nobody calls for them until a person chooses one."""

    name = "accounts"
    found_as = ("accounts",)
    fields: Mapping[str, str] = ACCOUNT_FIELDS
    chunk = 100

    def read(self, fields: Mapping[str, object]) -> AccountRecord:
        """Return the account of a document."""
        return read_account(fields)

    def decide(self, read: Sequence[Read[AccountRecord]]) -> list[Taken]:
        """Open or change each account."""
        codes = [one.record.code for one in read]
        there = {one.code: one for one in Account.objects.filter(code__in=codes)} | self.past.accounts
        return [self._take(one, there.get(one.record.code)) for one in read]

    def _take(self, one: Read[AccountRecord], there: Account | None) -> Taken:
        if not re.fullmatch(CODE_PATTERN, one.record.code):
            return one.settled(Fate.ERROR, reason=str(PastReason.CODE_MISSING))
        if there is None and one.target is not None:
            return one.settled(Fate.SKIPPED, reason=str(PastReason.DELETED_HERE))
        if there is not None and there.pk != one.target:
            return one.settled(Fate.ERROR, reason=str(PastReason.EXISTS_HERE), detail=one.record.code)
        try:
            # A refusal takes back what was written of this account alone.
            with transaction.atomic():
                return self._write(one, there)
        except Refused as refusal:
            return one.settled(Fate.ERROR, reason=str(PastReason.ACCOUNT_UNUSABLE), detail=str(refusal)[:200])

    def _write(self, one: Read[AccountRecord], there: Account | None) -> Taken:
        record, by = one.record, self.session.by
        facts = record.facts()
        if self.session.dry_run:
            known = {name: facts[name] for name in ("country", "timezone", "billing_type") if name in facts}
            self.past.accounts[record.code] = there or Account(code=record.code, name=record.name, **known)
            said = (*record.issues, *self._balance_notes(record))
            return one.settled(Fate.UPDATED if there else Fate.CREATED, notes=said)
        if there is None:
            found = create_account(facts=facts_of(record), code=record.code, by=by)
        else:
            changes = facts_of(record, is_new=False)
            found = change_account(code=record.code, changes=changes, now=timezone.now(), by=by)
        # What was suspended over there does not begin to call here; what was decided here stays.
        if there is None and record.status is not AccountStatus.ACTIVE:
            Account.objects.filter(pk=found.pk).update(status=record.status)
        notes = (*record.issues, *self._balance_notes(record), *self._open_balance(found, record.balance))
        fate = Fate.UPDATED if there else Fate.CREATED
        return one.settled(fate, target=str(found.pk), notes=tuple(dict.fromkeys(notes)))

    def _balance_notes(self, record: AccountRecord) -> list[str]:
        return [str(PastReason.BALANCE_NEGATIVE)] if record.balance < 0 else []

    def _open_balance(self, account: Account, balance: Decimal) -> list[str]:
        """Set what came over right by one more row, so that all of its rows are what is left over there."""
        if account.billing_type == BillingType.UNLIMITED:
            return []
        rows = LedgerRow.objects.filter(account=account, kind=LedgerKind.ADJUSTMENT, note=OPENING)
        before = rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        missing = max(balance, Decimal(0)) - before
        if account.balance + missing < 0:
            return [str(PastReason.BALANCE_SPENT_HERE)]
        if missing:
            adjust(code=account.code, amount=missing, now=timezone.now(), note=OPENING, by=self.session.by)
        return []
