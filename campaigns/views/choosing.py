"""What pages and files are narrowed to, read from the address and written back to it (W6)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

from campaigns.models import Account, Campaign
from campaigns.models.words import USE_CASE_LABELS
from campaigns.queries.call_rows import UNDER_WAY, CallChoice
from campaigns.queries.choosing import Choice, accounts_named, campaigns_named
from campaigns.queries.entry_rows import EntryChoice, PromiseKind, Step
from campaigns.reports import addresses
from campaigns.reports.dashboard import Named
from campaigns.rules import EntryReason, EntryState, Outcome, UseCase
from tenants.display import asked

USUAL_DAYS = 30
# A year at once, and its last one beside it.
MOST_DAYS = 366
MOST_CAMPAIGNS = 200
# Days beyond are typing errors, and midnights there overflow.
YEARS = range(2000, 2100)
HOURS = tuple(str(hour) for hour in range(24))
WEEKDAYS = tuple(str(day) for day in range(1, 8))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address asks for, and what it could: `params` are the filters that there are."""

    choice: Choice
    accounts: list[Account]
    campaigns: list[Campaign]

    @property
    def params(self) -> dict[str, str]:
        """The filters as an address says them."""
        return addresses.params_of(self.choice)

    @property
    def named(self) -> Named:
        """Whose figures they are; a campaign's own account and purpose."""
        found = next((one for one in self.campaigns if one.pk == self.choice.campaign), None)
        account = next((one.name for one in self.accounts if self._is_of(one, found)), "")
        use_case = found.use_case if found else self.choice.use_case
        words = str(USE_CASE_LABELS[UseCase(use_case)]) if use_case else ""
        return Named(account, found.name if found else "", words)

    def in_days(self) -> Choice:
        """Return what is asked for, both its days filled in."""
        start, end = period(self.choice.start, self.choice.end, today=today_of(self.choice))
        return replace(self.choice, start=start, end=end)

    @property
    def in_effect(self) -> dict[str, str]:
        """The filters asked for, as an address says them, with the days that are shown for them."""
        shown = addresses.params_of(self.in_days())
        return {name: shown[name] for name in self.params}

    def _is_of(self, account: Account, campaign: Campaign | None) -> bool:
        return account.pk == campaign.account_id if campaign else account.code == self.choice.account


def chosen(request: HttpRequest, *, zone: str) -> Chosen:
    """Return what an address asks for; what means nothing asks for nothing (S13). Two or three queries.

    Days are those of the campaign's clock, else of the account's, else of `zone`.
    """
    accounts = accounts_named()
    campaigns = campaigns_named(chosen=asked.number(request, "campaign"), most=MOST_CAMPAIGNS)
    number = asked.one_of(request, "campaign", [str(one.pk) for one in campaigns])
    found = next((one for one in campaigns if str(one.pk) == number), None)
    # A campaign is of one account and use case: another's beside it means nothing.
    own = [one for one in accounts if found is None or one.pk == found.account_id]
    account = asked.one_of(request, "account", [one.code for one in own])
    use_case = asked.one_of(request, "use_case", [found.use_case] if found else list(UseCase))
    clocks = [found.call_settings["timezone"]] if found else []
    clocks += [one.timezone for one in own if one.code == account]
    start, end = days(request)
    choice = Choice(account, found.pk if found else None, use_case, start, end, next(iter(clocks), zone))
    return Chosen(choice, accounts, campaigns)


def entry_choice(request: HttpRequest, of: Choice) -> EntryChoice:
    """Return which people an address asks for."""
    return EntryChoice(
        of,
        state=asked.one_of(request, "state", list(EntryState)),
        reason=asked.one_of(request, "reason", list(EntryReason)),
        outcome=asked.one_of(request, "outcome", list(Outcome)),
        step=asked.one_of(request, "step", list(Step)),
        promise=asked.one_of(request, "promise", list(PromiseKind)),
        arm=asked.number(request, "arm"),
    )


def call_choice(request: HttpRequest, of: Choice) -> CallChoice:
    """Return which calls an address asks for."""
    hour = asked.one_of(request, "hour", HOURS)
    weekday = asked.one_of(request, "weekday", WEEKDAYS)
    return CallChoice(
        of,
        outcome=asked.one_of(request, "outcome", [*Outcome, UNDER_WAY]),
        is_contact=request.GET.get("contact") == "1",
        hour=int(hour) if hour else None,
        weekday=int(weekday) if weekday else None,
    )


def said_of_entries(chosen: EntryChoice) -> dict[str, str]:
    """Return the filters of people as an address says them, without those of campaigns."""
    names = ("state", "reason", "outcome", "step", "promise", "arm")
    return {name: str(value) for name in names if (value := getattr(chosen, name))}


def said_of_calls(chosen: CallChoice) -> dict[str, str]:
    """Return the filters of calls as an address says them, without those of campaigns."""
    said = {
        "outcome": chosen.outcome,
        "contact": "1" if chosen.is_contact else "",
        "hour": chosen.hour,
        "weekday": chosen.weekday,
    }
    return {name: str(value) for name, value in said.items() if value not in ("", None)}


def period(start: date | None, end: date | None, *, today: date) -> tuple[date, date]:
    """Return the days to look at: those asked for, else the last thirty; a year at most."""
    last = end or (min(start + timedelta(days=USUAL_DAYS - 1), today) if start and start <= today else today)
    first = start if start and start <= last else last - timedelta(days=USUAL_DAYS - 1)
    return max(first, last - timedelta(days=MOST_DAYS - 1)), last


def today_of(choice: Choice) -> date:
    """Return the day that it is by the clock of a choice."""
    return timezone.localdate(timezone=ZoneInfo(choice.zone))


def before_call(request: HttpRequest) -> UUID | None:
    """Return the call that a page begins before; None for the first page."""
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None


def days(request: HttpRequest) -> tuple[date | None, date | None]:
    """Return the first and the last day that an address asks for, None for those it does not.

    A last day before the first one means nothing.
    """
    found = [asked.day(request, name) for name in ("start_date", "end_date")]
    start, end = (day if day and day.year in YEARS else None for day in found)
    return start, None if start and end and end < start else end
