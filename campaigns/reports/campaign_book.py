"""A campaign as a workbook: a sheet for each question, numbers as they were counted (Exports)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.queries.campaigns import minutes
from campaigns.reports.campaign import CampaignLook, Promised, StopLine, Versions
from campaigns.reports.sheets import calls_page, counts_block, rates_of
from campaigns.reports.telling import period_of, promise_headings, stop_headings, version_headings
from campaigns.scripting.comparing import ArmResult
from tenants.display.books import Block, Page, Ratio
from tenants.display.formats import Formats


def pages_of(look: CampaignLook, formats: Formats, *, organisation: str, now: datetime) -> Iterator[Page]:
    """Yield every sheet, in the reader's language. No query."""
    yield _overview(look, formats, organisation=organisation, now=now)
    yield _people(look)
    yield calls_page(look.calls.outcomes, look.calls.times, look.choice, formats)
    yield _promises(look, formats)
    yield _stops(look)
    if look.versions:
        yield _versions(look.versions)


def _overview(look: CampaignLook, formats: Formats, *, organisation: str, now: datetime) -> Page:
    found = look.campaign
    facts = [
        (_("Organisation"), organisation),
        (_("Campaign"), found.name),
        (_("Description"), found.description or None),
        (_("Account"), found.account.name),
        (_("Use case"), look.life.use_case),
        (_("State"), look.life.line.state),
        (_("Cancelled because"), found.cancellation_reason or None),
        (_("Calls of"), period_of(look.choice, formats)),
        (_("Clock"), look.choice.zone),
        (pgettext("campaign", "Started"), found.started_at),
        (pgettext("campaign", "Ended"), found.completed_at),
        (_("Made"), now),
    ]
    blocks = [Block((), facts), Block((_("Figure"), _("Value")), _figures(look), _("The whole life"))]
    return Page(_("Overview"), blocks, f"{found.name} · {_('Campaign report')}", widths={0: 34, 1: 40})


def _figures(look: CampaignLook) -> list[tuple[str, Any]]:
    tally = look.campaign.tally
    return [
        (_("Entries"), tally.entries),
        (_("At their end"), Ratio(look.life.line.progress / 100)),
        *rates_of(look.life.line.people),
        (_("Calls"), tally.calls),
        (_("Minutes of talk"), minutes(tally.talk_ms)),
        (_("Charged, %(unit)s") % {"unit": look.campaign.account.unit}, tally.charged),
    ]


def _people(look: CampaignLook) -> Page:
    entries = look.campaign.tally.entries
    blocks = [counts_block(chart, _("Entries"), entries) for chart in (look.life.funnel, look.life.states)]
    return Page(pgettext("campaign", "People"), blocks, notes=[_("The whole life")])


def _promises(look: CampaignLook, formats: Formats) -> Page:
    blocks = [_sums(look.promised), _days(look.promised)] if look.promised else []
    said = _cut(look.promised, formats) if look.promised else [_("Nobody has promised anything.")]
    return Page(_("Promises"), blocks, notes=[_("The whole life"), *said])


def _cut(found: Promised, formats: Formats) -> list[str]:
    """Say that there are older days, never leave it to be found out (W3)."""
    told = _("Promised by day: the newest %(shown)s rows alone, there are older ones.")
    return [told % {"shown": formats.number(len(found.days))}] if found.are_more else []


def _sums(found: Promised) -> Block:
    rows = [
        (
            one.sums.currency,
            one.sums.promises,
            one.sums.amount,
            one.sums.owed,
            None if one.share is None else Ratio(one.share),
            one.sums.shortfall,
            one.sums.late,
            one.sums.open,
        )
        for one in found.lines
    ]
    return Block(promise_headings(), rows, _("By currency"))


def _days(found: Promised) -> Block:
    rows = [(day.on, day.currency, day.promises, day.amount) for day in found.days]
    return Block((_("Day"), _("Currency"), _("Promises"), _("Promised")), rows, _("Promised by day"))


def _stops(look: CampaignLook) -> Page:
    headings = stop_headings()
    waiting = [(*_stop(one), one.due, one.earliest_at) for one in look.waiting]
    blocks = [
        Block((*headings, _("May be called now"), _("Next one")), waiting, _("Why nobody calls them now")),
        Block(headings, [_stop(one) for one in look.over], _("Why they are called no more")),
    ]
    return Page(_("Not called"), blocks, notes=[_("The whole life")], widths={0: 46, 5: 20})


def _stop(one: StopLine) -> tuple[Any, ...]:
    return one.reason, one.state, one.entries, Ratio(one.share)


def _versions(shown: Versions) -> Page:
    arms = [(arm.name, *_arm(arm.result)) for arm in shown.told.arms]
    blocks = [
        Block((*version_headings(), *_bounds()), arms),
        Block((_("Comparison"), _("Difference"), *_bounds(), "p"), _pairs(shown)),
    ]
    return Page(_("Versions of the script"), blocks, notes=[_("The whole life"), shown.told.split])


def _bounds() -> tuple[str, str]:
    return _("95 %% interval, from") % (), _("95 %% interval, to") % ()


def _arm(one: ArmResult) -> tuple[Any, ...]:
    bounds = (Ratio(one.interval.low), Ratio(one.interval.high)) if one.trials else (None, None)
    rate = None if one.rate is None else Ratio(one.rate)
    return one.weight, one.people, one.trials, one.successes, rate, *bounds


def _pairs(shown: Versions) -> list[tuple[Any, ...]]:
    pairs = zip(shown.told.pairs, shown.found.verdict.pairs, strict=True)
    return [
        (verdict, *map(Ratio, (pair.difference, pair.interval.low, pair.interval.high)), pair.p_value)
        for (verdict, _evidence), pair in pairs
    ]
