"""What may be said of an account: each fact checked and in its one written form."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypedDict
from zoneinfo import available_timezones

from babel.numbers import is_currency
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS

from campaigns.legality import DaysOff, knows_country, read_account_settings
from campaigns.models import CallerNumber, Provider
from campaigns.rules import NAME_LENGTH, BillingType, in_places
from tenants.display.formats import reader
from tenants.intake import Fault, one_line
from tenants.rules import RefusalKind, Refused

CONTACT_LENGTH = 200
MOST_AT_ONCE = 10_000
MOST_A_DAY = 10_000_000
MOST_HOLIDAYS = 366
_CURRENCY = re.compile(r"[A-Z]{3}")


class BadAccount(Refused):
    """What is said of an account makes no sense; `faults` name the fields."""

    code = "account_invalid"
    kind = RefusalKind.UNPROCESSABLE
    message = _("What is said of the account makes no sense.")

    def __init__(self, field: str, words: str | Promise) -> None:
        super().__init__(words, field=field, faults=(Fault("invalid", f"#/{field}", words),))


class AccountFacts(TypedDict, total=False):
    """What is said of an account; what is not named stays, or is the default of a new one.

    `caller_numbers` are numbers of its provider, none for all of them; `extra_holidays` ISO days,
    `worked_holidays` public holidays on which it calls nevertheless.
    """

    name: str
    contact: str
    billing_type: BillingType
    price_per_minute: Decimal
    price_setup: Decimal
    price_failed: Decimal
    currency: str
    max_concurrent_calls: int
    daily_call_limit: int | None
    daily_spend_cap: Decimal | None
    country: str
    timezone: str
    provider: Provider | None
    caller_numbers: Sequence[str]
    call_settings: Mapping[str, Any] | None
    extra_holidays: Sequence[str]
    worked_holidays: Sequence[str]


def checked(facts: AccountFacts) -> dict[str, Any]:
    """Return the facts in their written form.

    Raises BadAccount for the first that makes no sense, BadCallSettings for the defaults of calls.
    """
    return {name: _CHECKS[name](value) if name in _CHECKS else value for name, value in facts.items()}


def check_worked(country: str, *, worked: Sequence[str], extra: Sequence[str]) -> None:
    """Raise BadAccount for a day that is no public holiday of the country, or is off by the account's wish.

    A holiday is lifted only by naming that very day, so that a slip lifts no other.
    """
    holidays = DaysOff.of(country)
    odd = [day for day in worked if not knows_country(country) or date.fromisoformat(day) not in holidays]
    if odd:
        words = _("These days are no public holidays of the country: %(days)s.")
        raise BadAccount("worked_holidays", words % {"days": ", ".join(odd)})
    if both := sorted(set(worked) & set(extra)):
        words = _("These days are further holidays as well: %(days)s.")
        raise BadAccount("worked_holidays", words % {"days": ", ".join(both)})


def numbers_of(provider: Provider | None, numbers: Sequence[str]) -> list[CallerNumber]:
    """Return the rows of a provider's numbers. Raises BadAccount for one that it does not have."""
    found = {one.number: one for one in CallerNumber.objects.filter(provider=provider, number__in=numbers)}
    if set(numbers) - set(found):
        raise BadAccount("caller_numbers", _("The provider does not have this caller number."))
    return list(found.values())


def _name(value: str) -> str:
    line = one_line(value)
    if not 0 < len(line) <= NAME_LENGTH:
        raise BadAccount("name", _("A name has 1 to %(most)d characters.") % {"most": NAME_LENGTH})
    return line


def _contact(value: str) -> str:
    line = one_line(value)
    if len(line) > CONTACT_LENGTH:
        raise BadAccount("contact", _("A contact has up to %(most)d characters.") % {"most": CONTACT_LENGTH})
    return line


def _price(field: str) -> Callable[[Decimal], Decimal]:
    def check(value: Decimal) -> Decimal:
        try:
            price = in_places(value)
        except ValueError as error:
            raise BadAccount(field, _("The amount is too large.")) from error
        if price < 0:
            raise BadAccount(field, _("A price or a cap is not negative."))
        return price

    return check


def _cap(value: Decimal | None) -> Decimal | None:
    return None if value is None else _price("daily_spend_cap")(value)


def _whole(field: str, most: int) -> Callable[[int], int]:
    def check(value: int) -> int:
        if not 1 <= value <= most:
            raise BadAccount(field, _("A whole number from 1 to %(most)s.") % {"most": reader().number(most)})
        return value

    return check


def _limit(value: int | None) -> int | None:
    return None if value is None else _whole("daily_call_limit", MOST_A_DAY)(value)


def _currency(value: str) -> str:
    if not (_CURRENCY.fullmatch(value) and is_currency(value)):
        raise BadAccount("currency", _("A currency is three capital letters, such as PEN."))
    return value


def _country(value: str) -> str:
    if value not in SUPPORTED_REGIONS:
        raise BadAccount("country", _("A country is its two capital letters, such as CL."))
    return value


def _zone(value: str) -> str:
    if value not in _zones():
        raise BadAccount("timezone", _("There is no such time zone; one is called America/Santiago."))
    return value


def _settings(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if value is None else read_account_settings(value)


def _days(field: str) -> Callable[[Sequence[str]], list[str]]:
    def check(value: Sequence[str]) -> list[str]:
        try:
            days = sorted({date.fromisoformat(day).isoformat() for day in value})
        except ValueError as error:
            raise BadAccount(field, _("A day is written 2026-09-18.")) from error
        if len(days) > MOST_HOLIDAYS:
            raise BadAccount(field, _("At most %(most)d days.") % {"most": MOST_HOLIDAYS})
        return days

    return check


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": _name,
    "contact": _contact,
    "price_per_minute": _price("price_per_minute"),
    "price_setup": _price("price_setup"),
    "price_failed": _price("price_failed"),
    "currency": _currency,
    "max_concurrent_calls": _whole("max_concurrent_calls", MOST_AT_ONCE),
    "daily_call_limit": _limit,
    "daily_spend_cap": _cap,
    "country": _country,
    "timezone": _zone,
    "call_settings": _settings,
    "extra_holidays": _days("extra_holidays"),
    "worked_holidays": _days("worked_holidays"),
}
