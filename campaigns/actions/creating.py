"""A campaign is made: named, paid for, with hours that are lawful from the first day (C13)."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns.actions.arms import choose_versions
from campaigns.legality import CallSettings, frame_named, read_call_settings
from campaigns.models import Account, Campaign, Tally
from campaigns.queries import UnknownAccount
from campaigns.rules import NAME_LENGTH, PRIORITIES, ProcessingType, UseCase, in_places
from tenants.display.formats import reader
from tenants.intake import Fault, day_of_ours, one_line
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

LONGEST_DESCRIPTION = 5_000


class BadCampaign(Refused):
    """What is said of a campaign makes no sense; `faults` name the field."""

    code = "campaign_invalid"
    kind = RefusalKind.UNPROCESSABLE
    message = _("What is said of the campaign makes no sense.")

    def __init__(self, field: str, words: Any) -> None:
        super().__init__(words, field=field, faults=(Fault("invalid", f"#/{field}", words),))


class CampaignFacts(TypedDict, total=False):
    """What is said of a campaign; what is not named stays, or is the default of a new one.

    `call_settings` is what a client sent, in the spec's shape or its synonyms; None asks for the defaults.
    `scripts` are ids of versions with their weights; none for no script.
    """

    name: str
    description: str
    priority: int
    call_settings: Mapping[str, Any] | None
    starts_at: datetime | None
    ends_at: datetime | None
    spend_cap: Decimal | None
    scripts: Mapping[int, int]


@transaction.atomic
def create_campaign(
    *,
    account: str,
    facts: CampaignFacts,
    now: datetime,
    use_case: UseCase = UseCase.COLLECTION,
    processing_type: ProcessingType = ProcessingType.BASIC,
    by: UUID | None = None,
) -> Campaign:
    """Make a campaign without entries, in state draft; its settings are complete from now on.

    Raises UnknownAccount, BadCampaign, BadCallSettings, NoLegalHours, VersionNotSpeakable.
    """
    payer = payer_of(account)
    asked = facts.get("call_settings")
    settings = settings_for(asked, payer, use_case)
    made = Campaign.objects.create(
        code=new_code(now, settings.timezone),
        account=payer,
        use_case=use_case,
        processing_type=processing_type,
        call_settings=settings.as_json(),
        frame=frame_named(settings.legal_frame).label,
        created_by=by,
        **checked(facts),
    )
    Tally.objects.create(campaign=made)
    note(verb="created", of="campaign", id=made.pk, by=by, change={"batch_id": made.code})
    if facts.get("scripts"):
        choose_versions(campaign=made.code, weights=facts["scripts"], by=by)
    made.refresh_from_db()
    return made


def payer_of(code: str) -> Account:
    """Return the account that pays. One query. Raises UnknownAccount."""
    found = Account.objects.filter(code=code).first()
    if found is None:
        raise UnknownAccount(account_id=code)
    return found


def settings_for(asked: Any, account: Account, use_case: UseCase) -> CallSettings:
    """Return a campaign's settings: its own, else its account's, else the legal frame's (C13).

    Raises BadCallSettings, NoLegalHours.
    """
    return read_call_settings(
        asked,
        country=account.country,
        use_case=use_case,
        timezone=account.timezone,
        account=account.call_settings,
    )


def checked(facts: CampaignFacts) -> dict[str, Any]:
    """Return what is said, but for settings and scripts, in its written form. Raises BadCampaign."""
    wanted: dict[str, Any] = {key: value for key, value in facts.items() if key not in _APART}
    for name, check in _CHECKS.items():
        if name in wanted:
            wanted[name] = check(wanted[name])
    check_schedule(wanted.get("starts_at"), wanted.get("ends_at"))
    return wanted


def new_code(now: datetime, zone: str) -> str:
    """Return a batch_id of the campaign's own day, as the first clients know them."""
    return f"batch-{now.astimezone(ZoneInfo(zone)):%Y%m%d}-{secrets.token_hex(4)}"


def _name(value: str) -> str:
    line = one_line(value)
    if not 0 < len(line) <= NAME_LENGTH:
        raise BadCampaign("name", _("A name has 1 to %(most)d characters.") % {"most": NAME_LENGTH})
    return line


def _description(value: str) -> str:
    if len(value) > LONGEST_DESCRIPTION:
        most = reader().number(LONGEST_DESCRIPTION)
        words = _("A description has up to %(most)s characters.") % {"most": most}
        raise BadCampaign("description", words)
    return value


def _priority(value: int) -> int:
    if value not in PRIORITIES:
        raise BadCampaign("priority", _("A priority is 1, 2 or 3; 3 goes first."))
    return value


def _cap(value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    try:
        cap = in_places(value)
    except ValueError as error:
        raise BadCampaign("spend_cap", _("The amount is too large.")) from error
    if cap < 0:
        raise BadCampaign("spend_cap", _("A price or a cap is not negative."))
    return cap


def check_schedule(starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Raise BadCampaign for a moment on no day of ours, or an end that does not come after the beginning."""
    for name, moment in (("starts_at", starts_at), ("ends_at", ends_at)):
        # Clocks of elsewhere, and the days that are looked ahead, must still be there (S13).
        if moment and day_of_ours(moment.date()) != moment.date():
            raise BadCampaign(name, _("A campaign begins and ends between the years 1900 and 2200."))
    if starts_at and ends_at and ends_at <= starts_at:
        raise BadCampaign("ends_at", _("A campaign ends after it begins."))


# Read against the law, and kept in rows of their own.
_APART = frozenset({"call_settings", "scripts"})
_CHECKS: Mapping[str, Any] = {
    "name": _name,
    "description": _description,
    "priority": _priority,
    "spend_cap": _cap,
}
