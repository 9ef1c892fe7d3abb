"""The colours of states and outcomes on the pages of staff; the words beside them say the same."""

from campaigns.rules import AT_WORK, CampaignState, EntryState, Outcome

CAMPAIGN_TONES = {
    CampaignState.READY: "warn",
    CampaignState.RUNNING: "running",
    CampaignState.PAUSED: "warn",
    CampaignState.COMPLETED: "good",
    CampaignState.CANCELLED: "bad",
}
ENTRY_TONES = {
    EntryState.SUCCEEDED: "good",
    EntryState.NEEDS_REVIEW: "warn",
    EntryState.ON_HOLD: "warn",
    EntryState.FAILED: "bad",
    **dict.fromkeys(AT_WORK, "running"),
}
OUTCOME_TONES = {
    Outcome.CONVERSED: "good",
    Outcome.BAD_NUMBER: "bad",
    Outcome.CARRIER: "bad",
    Outcome.REPUTATION: "bad",
    Outcome.MONEY: "bad",
    Outcome.PLATFORM: "bad",
    Outcome.UNKNOWN: "warn",
    Outcome.CUT_SHORT: "warn",
}
