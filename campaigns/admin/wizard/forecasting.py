"""What a launch would come to, in words: people, money, time, and what stands against it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns import actions, queries
from campaigns.actions import Forecast
from campaigns.legality import frame_named
from campaigns.models import Account, Arm, Campaign
from campaigns.models.words import REASON_LABELS
from campaigns.rules import BillingType, EntryReason
from tenants.admin.columns import reader


def forecast_told(found: Campaign, *, now: datetime) -> dict[str, Any]:
    """Return what the page tells of a campaign whose file was read. Sixteen queries at most."""
    told = actions.forecast(code=found.code, now=now)
    arms = queries.arms_of(campaign=found)
    return {
        "forecast": told,
        "legal_frame": frame_named(found.call_settings["legal_frame"]),
        "held": [(str(REASON_LABELS[EntryReason(one)]), count) for one, count in told.held.items()],
        "held_count": sum(told.held.values()),
        "blockers": list(_blockers(told)),
        "remarks": list(_remarks(told)),
        "arms": arms,
        "effect": _effect(found, arms),
        "days": {name: found.file.params.get(name) for name in ("dias_fecha_limite", "dias_fecha_maxima")},
    }


def _blockers(told: Forecast) -> Iterator[tuple[str, str]]:
    """Yield what stands against a launch, each with where it can be mended."""
    found = told.campaign
    account = reverse("admin:campaigns_account_change", args=[found.account_id])
    places = {"account_not_active": account, "no_provider": account}
    provider = found.account.provider_id
    if provider is not None:
        page = reverse("admin:campaigns_provider_change", args=[provider])
        places |= {"no_caller_number": page, "no_provider_key": page}
    for code, words in told.obstacles.items():
        yield words, places.get(code, "")


def _remarks(told: Forecast) -> Iterator[str]:
    """Yield what does not forbid a launch, but should be known before."""
    account: Account = told.campaign.account
    once = f"{reader().number(told.cost_once, 2)}\u00a0{told.unit}"
    if account.billing_type != BillingType.UNLIMITED and account.balance < told.cost_once:
        balance = f"{reader().number(account.balance, 2)}\u00a0{told.unit}"
        words = _("The balance is %(balance)s, one attempt each costs up to %(once)s: some will wait.")
        yield words % {"balance": balance, "once": once}
    cap = told.campaign.spend_cap
    if cap is not None and cap < told.cost_once:
        words = _("The spend cap of %(cap)s does not cover one attempt each (%(once)s).")
        yield words % {"cap": f"{reader().number(cap, 2)}\u00a0{told.unit}", "once": once}
    for one in told.lacking:
        count = reader().number(one.missing + one.unreadable)
        words = _("The script needs “%(name)s”; people without a usable value of it: %(count)s.")
        yield words % {"name": one.name, "count": count}
    if told.left_over:
        words = _("The campaign ends before everybody has been called once; left over: %(count)s.")
        yield words % {"count": reader().number(told.left_over)}
    elif told.callable and told.finish_at is None:
        yield _("When it would be done cannot be told: its hours and daily limits leave too little room.")


def _effect(found: Campaign, arms: list[Arm]) -> str:
    """Say the least difference that an A/B of so many people can show; "" for one script or none (V10)."""
    if len(arms) < 2 or not found.tally.entries:
        return ""
    plan = queries.plan_of(campaign=found)
    told = {"people": reader().number(plan.people), "baseline": reader().percent(plan.baseline)}
    if plan.least_effect is None:
        return _("With %(people)s people no difference can be shown at a success of %(baseline)s.") % told
    words = _("With %(people)s people a rise of %(effect)s over a success of %(baseline)s can be shown.")
    return words % {**told, "effect": reader().percent(plan.least_effect)}
