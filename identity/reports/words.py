"""Which stages and reasons pages offer, in which order; their words are those of every door."""

from collections.abc import Mapping

from identity.rules import LimboReason, LimboStage, Reason

# Stages that keep a lead from its money, as charts stack them.
STUCK = tuple(stage for stage in LimboStage if stage is not LimboStage.OK)
# What can stand behind a stage, for filters: without a person it is what the case says.
REASONS_OF: Mapping[LimboStage, tuple[Reason | LimboReason, ...]] = {
    LimboStage.NO_LEAD_DATE: (LimboReason.LEAD_DATE_MISSING,),
    LimboStage.NO_IDENTITY: (
        Reason.MULTIPLE_CANDIDATES,
        Reason.NAME_MISMATCH,
        Reason.LOW_CONFIDENCE,
        Reason.WEAK_MATCH_ONLY,
        Reason.NO_CANDIDATES,
        Reason.MISSING_IDENTIFIERS,
        Reason.ERROR,
        LimboReason.NOT_TRIED,
    ),
    LimboStage.NO_DRIVER: (LimboReason.DRIVER_MISSING,),
    LimboStage.NO_TRIPS_14D: (LimboReason.WINDOW_OPEN, LimboReason.WINDOW_CLOSED),
    LimboStage.TRIPS_NO_CLAIM: (LimboReason.CLAIM_NOT_GENERATED,),
    LimboStage.OK: (LimboReason.CLAIMED, LimboReason.BELOW_MILESTONES, LimboReason.OWED_BY_EARLIER_LEAD),
}
