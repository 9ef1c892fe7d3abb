"""Whom to call is chosen among the contacts, told with reasons, and becomes a draft by the road of files."""

from campaigns.actions.audiences.choosing import (
    LEFT_OUT_LABELS,
    AudienceChoice,
    Chosen,
    LeftOut,
    NobodyChosen,
    Tie,
)
from campaigns.actions.audiences.looking import CONTACTS_AT_ONCE, MOST_PEOPLE, Audience, audience
from campaigns.actions.audiences.making import AudienceAsked, draft_audience, launchable_audience
from campaigns.actions.audiences.working import choose_audience, settle_audience

__all__ = [
    "CONTACTS_AT_ONCE",
    "LEFT_OUT_LABELS",
    "MOST_PEOPLE",
    "Audience",
    "AudienceAsked",
    "AudienceChoice",
    "Chosen",
    "LeftOut",
    "NobodyChosen",
    "Tie",
    "audience",
    "choose_audience",
    "draft_audience",
    "launchable_audience",
    "settle_audience",
]
