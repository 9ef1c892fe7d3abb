"""A campaign in a line: how far it is, how it goes, in words and figures that every table of them shares."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.models import Campaign
from campaigns.models.words import CAMPAIGN_STATE_LABELS
from campaigns.queries.campaigns import progress, status_of
from campaigns.queries.results import People, people_of
from campaigns.rules import CampaignState

TONES = {
    CampaignState.RUNNING: "running",
    CampaignState.PAUSED: "warn",
    CampaignState.COMPLETED: "good",
    CampaignState.CANCELLED: "bad",
}


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in a line: its figures by their one definition, its state in words."""

    campaign: Campaign
    state: str
    tone: str
    progress: float
    people: People


def line_of(found: Campaign) -> CampaignLine:
    """Tell a campaign that was read with its counters; no query."""
    state = CampaignState(found.state)
    words, done = str(CAMPAIGN_STATE_LABELS[state]), progress(status_of(found))
    return CampaignLine(found, words, TONES.get(state, ""), done, people_of(found))


def lines_of(found: Iterable[Campaign]) -> list[CampaignLine]:
    """Tell campaigns that were read with their counters."""
    return [line_of(one) for one in found]
