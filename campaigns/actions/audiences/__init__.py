"""Whom to call is chosen among the contacts, told with reasons, and becomes a draft by the road of files."""

from campaigns.actions.audiences.choosing import (
    LEFT_OUT_LABELS,
    MOST_CONSIDERED,
    MOST_PEOPLE,
    Audience,
    AudienceChoice,
    Chosen,
    LeftOut,
    NobodyChosen,
    Tie,
    audience,
)
from campaigns.actions.audiences.making import audience_upload, draft_audience, launchable_audience

__all__ = [
    "LEFT_OUT_LABELS",
    "MOST_CONSIDERED",
    "MOST_PEOPLE",
    "Audience",
    "AudienceChoice",
    "Chosen",
    "LeftOut",
    "NobodyChosen",
    "Tie",
    "audience",
    "audience_upload",
    "draft_audience",
    "launchable_audience",
]
