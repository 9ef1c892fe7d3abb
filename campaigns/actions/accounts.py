"""Who pays is opened, changed, suspended, expired and let call again; every act is noted."""

import re
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.actions.account_facts import AccountFacts, check_worked, checked, numbers_of
from campaigns.actions.releasing import release_repriced
from campaigns.dispatch.waking import hurry
from campaigns.models import Account, Provider
from campaigns.queries import UnknownAccount
from campaigns.rules import ACCOUNT_BEGINNINGS, ACCOUNT_MOVES, CODE_PATTERN, AccountStatus
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

# What names or reaches somebody: the log says that it changed, not to what (S19).
PERSONAL = {"name", "contact"}
# What the ledger is counted in.
UNITS = {"billing_type", "currency"}
# What a call may cost at most follows from these.
PRICES = {"billing_type", "price_per_minute", "price_setup"}


class BadAccountCode(Refused):
    """An account_id is no word that an address could hold."""

    code = "account_id_invalid"
    kind = RefusalKind.UNPROCESSABLE
    message = _("An account_id is made of letters, digits, hyphens and underscores, 64 at most.")


class AccountExists(Refused):
    """Another account has this account_id."""

    code = "account_exists"
    message = _("There is an account of this account_id already.")


class AccountMoveRefused(Refused):
    """The account is not where this can be done."""

    code = "account_state"
    message = _("The account is not in a state that allows this.")


class AccountHasLedger(Refused):
    """Money was counted in one unit already; another one would make the sum meaningless."""

    code = "account_has_ledger"
    message = _("Billing and currency stay as they are once the ledger has a row: open another account.")


@transaction.atomic
def create_account(
    *,
    facts: AccountFacts,
    code: str = "",
    status: AccountStatus = AccountStatus.ACTIVE,
    by: UUID | None = None,
) -> Account:
    """Open an account with an empty ledger; without a provider it gets the oldest one.

    Raises BadAccount, BadCallSettings, BadAccountCode, AccountExists, AccountMoveRefused for a status that
    nobody begins in.
    """
    wanted: dict[str, Any] = {"provider": Provider.objects.order_by("id").first(), **checked(facts)}
    numbers = numbers_of(wanted["provider"], wanted.pop("caller_numbers", ()))
    if status not in ACCOUNT_BEGINNINGS:
        raise AccountMoveRefused(status=str(status))
    if code and not re.fullmatch(CODE_PATTERN, code):
        raise BadAccountCode
    made = Account(code=code or new_code(), status=status, **wanted)
    check_worked(made.country, worked=made.worked_holidays, extra=made.extra_holidays)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise AccountExists(account_id=made.code) from error
    made.caller_numbers.set(numbers)
    note(verb="created", of="account", id=made.pk, by=by, change={"account_id": made.code})
    _note_worked(made, before=(), by=by)
    return queries.account(code=made.code)


@transaction.atomic
def change_account(*, code: str, changes: AccountFacts, now: datetime, by: UUID | None = None) -> Account:
    """Change what is named and differs; another provider lets all of its numbers call unless some are named.

    Other prices, or another plan, release who waited for money (C23). Raises UnknownAccount, BadAccount,
    BadCallSettings, AccountHasLedger.
    """
    found = hold_account(code)
    wanted = checked(changes)
    numbers = wanted.pop("caller_numbers", None)
    changed = {name: value for name, value in wanted.items() if getattr(found, name) != value}
    if UNITS & set(changed) and queries.has_ledger(account=found):
        raise AccountHasLedger
    worked = found.worked_holidays
    for name, value in changed.items():
        setattr(found, name, value)
    if {"worked_holidays", "extra_holidays"} & set(changed):
        check_worked(found.country, worked=found.worked_holidays, extra=found.extra_holidays)
    if changed:
        found.save(update_fields=list(changed))
    if numbers is not None or "provider" in changed:
        changed |= _choose_numbers(found, numbers or ())
    if changed:
        note(verb="changed", of="account", id=found.pk, by=by, change=_told(changed))
        _note_worked(found, before=worked, by=by)
        if PRICES & set(changed):
            release_repriced(found, now=now)
        wake_calls(found)
    return queries.account(code=code)


def suspend_account(*, code: str, by: UUID | None = None) -> Account:
    """Let an account make no new calls; live ones finish. Twice is once.

    Raises UnknownAccount, AccountMoveRefused.
    """
    return _moved(code, AccountStatus.SUSPENDED, "suspend", by)


def activate_account(*, code: str, by: UUID | None = None) -> Account:
    """Let an account call. Twice is once. Raises UnknownAccount."""
    return _moved(code, AccountStatus.ACTIVE, "activate", by)


def expire_account(*, code: str, by: UUID | None = None) -> Account:
    """Say that an account's contract has ended. Twice is once. Raises UnknownAccount."""
    return _moved(code, AccountStatus.EXPIRED, "expire", by)


def hold_account(code: str) -> Account:
    """Return the account, locked until the transaction ends. Raises UnknownAccount."""
    found = Account.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise UnknownAccount(account_id=code)
    return found


def wake_calls(account: Account) -> None:
    """Let the dispatcher of an active account look at once: it may call more now, or again."""
    if account.status == AccountStatus.ACTIVE and account.provider_id:
        hurry(account.provider_id)


def new_code() -> str:
    """Return an account_id that nobody has: ten random letters and digits behind `acc-`."""
    return f"acc-{secrets.token_hex(5)}"


@transaction.atomic
def _moved(code: str, status: AccountStatus, verb: str, by: UUID | None) -> Account:
    found = hold_account(code)
    before = AccountStatus(found.status)
    if before != status:
        if status not in ACCOUNT_MOVES[before]:
            raise AccountMoveRefused(account_id=code, status=str(before))
        found.status = status
        found.save(update_fields=["status"])
        note(verb=verb, of="account", id=found.pk, by=by, change={"before": str(before)})
        wake_calls(found)
    return queries.account(code=code)


def _note_worked(found: Account, *, before: Collection[str], by: UUID | None) -> None:
    """Say in the log, in a row of its own, that somebody lifted public holidays, and which (C13)."""
    lifted = sorted(set(found.worked_holidays) - set(before))
    if lifted:
        note(verb="work_holidays", of="account", id=found.pk, by=by, change={"days": lifted})


def _choose_numbers(account: Account, numbers: Any) -> dict[str, Any]:
    """Let these numbers call, none for all of the provider's; return what changed."""
    before = set(account.caller_numbers.values_list("number", flat=True))
    account.caller_numbers.set(numbers_of(account.provider, numbers))
    return {"caller_numbers": sorted(numbers)} if before != set(numbers) else {}


def _told(changed: dict[str, Any]) -> dict[str, Any]:
    """Return what the log keeps: the new values, but for what names or reaches somebody."""
    return {name: None if name in PERSONAL else _plain(value) for name, value in changed.items()}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | list | dict) else str(value)
