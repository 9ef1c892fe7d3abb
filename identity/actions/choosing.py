"""A tenant's own thresholds, milestones and currency: changed by people, new evidence for cases (I7c)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from identity.actions.evidence import hold_evidence
from identity.models import Claim, IdentitySettings
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

CODE = re.compile(r"[A-Z0-9]{1,8}")
CURRENCY = re.compile(r"[A-Z]{3}")
MOST_MILESTONES = 12
MOST_TRIPS = 10_000
LARGEST_AMOUNT = Decimal("9999999999.99")


class BadSettings(Refused):
    """The settings contradict themselves; the words say where."""

    code = "bad_settings"
    kind = RefusalKind.UNPROCESSABLE


class CodeClaimed(BadSettings):
    """Claims bear `codes` that would be gone (I14)."""

    code = "milestone_claimed"
    kind = RefusalKind.CONFLICT
    message = _("Claims bear the code %(code)s, so it stays; its trips and its worth may change.")

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(str(self.message) % {"code": ", ".join(codes)}, milestones=codes)
        self.codes = codes


class CurrencyClaimed(BadSettings):
    """Claims are in other currencies, and amounts are added up under one name."""

    code = "currency_claimed"
    kind = RefusalKind.CONFLICT
    message = _("Claims are in %(currency)s and cannot be told in another currency.")

    def __init__(self, currencies: Sequence[str]) -> None:
        super().__init__(str(self.message) % {"currency": ", ".join(currencies)}, currencies=currencies)


@dataclass(frozen=True, slots=True)
class Milestone:
    """So many trips inside the window are worth so much, beside what the milestones before are worth."""

    code: str
    trips: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Chosen:
    """All that a tenant may choose; shares are 0 to 1."""

    mode: str
    similar: float
    clear_gap: float
    different: float
    currency: str
    milestones: Sequence[Milestone]


@transaction.atomic
def change_settings(*, chosen: Chosen, by: UUID | None = None) -> list[str]:
    """Write the settings that differ and return their names; open cases are tried by other rules next time.

    Claims that are there stay as they are. Raises BadSettings, CodeClaimed,
    CurrencyClaimed.
    """
    _check(chosen)
    kept = IdentitySettings.objects.select_for_update().get_or_create(id=1)[0]
    _check_claimed(kept, chosen)
    wanted = _stored(chosen)
    changed = [name for name, value in wanted.items() if getattr(kept, name) != value]
    if changed:
        for name in changed:
            setattr(kept, name, wanted[name])
        kept.changed_by = by
        kept.save(update_fields=[*changed, "changed_at", "changed_by"])
        note(verb="save", of="settings", id=1, by=by, change={name: wanted[name] for name in changed})
    return changed


def _check_claimed(kept: IdentitySettings, chosen: Chosen) -> None:
    gone = {str(one["code"]) for one in kept.milestones} - {one.code for one in chosen.milestones}
    is_other = chosen.currency != kept.currency
    if not gone and not is_other:
        return
    # Claims are written by the settings of their moment, and nobody writes any until these are committed.
    hold_evidence()
    if codes := _borne("milestone", Q(milestone__in=gone)):
        raise CodeClaimed(codes)
    if is_other and (currencies := _borne("currency", ~Q(currency=chosen.currency))):
        raise CurrencyClaimed(currencies)


def _borne(name: str, where: Q) -> list[str]:
    """Return what some claims bear in a column, each once."""
    return list(Claim.objects.filter(where).order_by(name).values_list(name, flat=True).distinct())


def begin_settings(*, currency: str) -> None:
    """Write a new tenant's settings, in its currency; may repeat."""
    IdentitySettings.objects.get_or_create(id=1, defaults={"currency": currency})


def _stored(chosen: Chosen) -> dict[str, Any]:
    return {
        "mode": chosen.mode,
        "similar": chosen.similar,
        "clear_gap": chosen.clear_gap,
        "different": chosen.different,
        "currency": chosen.currency,
        "milestones": [
            {"code": one.code, "trips": one.trips, "amount": _number(one.amount)} for one in chosen.milestones
        ],
    }


def _number(amount: Decimal) -> int | float:
    # JSON has no decimals; two places survive a float of this size.
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _check(chosen: Chosen) -> None:
    if chosen.mode not in dict(IdentitySettings._meta.get_field("mode").flatchoices):
        raise BadSettings(_("There is no such way of matching."))
    if not all(0 <= share <= 1 for share in (chosen.similar, chosen.clear_gap, chosen.different)):
        raise BadSettings(_("Thresholds lie between 0 and 1."))
    if chosen.different > chosen.similar:
        raise BadSettings(_("Names cannot be similar and clearly different at once."))
    if not CURRENCY.fullmatch(chosen.currency):
        raise BadSettings(_("A currency is three capital letters, such as PEN."))
    _check_milestones(chosen.milestones)


def _check_milestones(milestones: Sequence[Milestone]) -> None:
    if not 1 <= len(milestones) <= MOST_MILESTONES:
        raise BadSettings(_("There are 1 to %(most)d milestones.") % {"most": MOST_MILESTONES})
    if not all(CODE.fullmatch(one.code) for one in milestones):
        raise BadSettings(_("A milestone's code is 1 to 8 capital letters and digits, such as M5."))
    if len({one.code for one in milestones}) < len(milestones):
        raise BadSettings(_("Every milestone has a code of its own."))
    trips = [one.trips for one in milestones]
    if trips != sorted(set(trips)) or not 1 <= trips[0] <= trips[-1] <= MOST_TRIPS:
        raise BadSettings(_("Milestones rise: each takes more trips than the one before, from 1 on."))
    if not all(
        0 <= one.amount <= LARGEST_AMOUNT and one.amount == round(one.amount, 2) for one in milestones
    ):
        raise BadSettings(_("An amount is 0 or more, with two decimals at most."))
