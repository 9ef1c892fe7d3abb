"""What the numbers say to people: stages, reasons, next actions, causes and their cures, alerts."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.models import REASON_LABELS
from identity.queries.alerts import Alert, AlertCode
from identity.queries.guardrails import Guardrail
from identity.rules import CauseOfRed, LimboReason, LimboStage, NextAction

Words = str | Promise

STAGE_LABELS: Mapping[LimboStage, Words] = {
    LimboStage.NO_LEAD_DATE: _("No date"),
    LimboStage.NO_IDENTITY: _("No identity"),
    LimboStage.NO_DRIVER: _("No driver"),
    LimboStage.NO_TRIPS_14D: _("No trips in 14 days"),
    LimboStage.TRIPS_NO_CLAIM: _("Trips without claim"),
    LimboStage.OK: _("In order"),
}
LIMBO_REASON_LABELS: Mapping[str, Words] = {
    **{str(reason): label for reason, label in REASON_LABELS.items()},
    LimboReason.LEAD_DATE_MISSING: _("The cabinet gave no date"),
    LimboReason.NOT_TRIED: _("Not looked at yet"),
    LimboReason.DRIVER_MISSING: _("The person has no driver account"),
    LimboReason.WINDOW_OPEN: _("The 14 days are still running"),
    LimboReason.WINDOW_CLOSED: _("The 14 days are over"),
    LimboReason.CLAIM_NOT_GENERATED: _("A reached milestone is not claimed"),
    LimboReason.BELOW_MILESTONES: _("Too few trips for a milestone"),
    LimboReason.OWED_BY_EARLIER_LEAD: _("An earlier lead of the person has it"),
    LimboReason.CLAIMED: _("Everything is claimed"),
}
ACTION_LABELS: Mapping[NextAction, Words] = {
    NextAction.COMPLETE_LEAD_DATE: _("Bring the date with the next file"),
    NextAction.WAIT_FOR_MATCHING: _("Wait for the next run"),
    NextAction.REVIEW_CASE: _("Review the case"),
    NextAction.IMPROVE_SOURCE_DATA: _("Bring better data from the source"),
    NextAction.IMPORT_DRIVER: _("Import the driver"),
    NextAction.WAIT_FOR_TRIPS: _("Wait for trips"),
    NextAction.GENERATE_CLAIM: _("Generate the claim"),
    NextAction.NONE: _("Nothing to do"),
}
CAUSE_LABELS: Mapping[CauseOfRed, Words] = {
    CauseOfRed.DATA_MISSING: _("Data is missing: no identifiers, nobody found, or only a weak likeness"),
    CauseOfRed.CONFLICTS: _("Conflicts: several persons fit, the name is another, or not sure enough"),
    CauseOfRed.INFLOW: _("Inflow: leads that came in and were not looked at yet, or more in than out"),
}
CURES: Mapping[CauseOfRed, Words] = {
    CauseOfRed.DATA_MISSING: _("Bring better data from the source."),
    CauseOfRed.CONFLICTS: _("Review the cases, or adjust the rules."),
    CauseOfRed.INFLOW: _("Run recovery oftener, or with more capacity."),
}
MATCHED_LATELY_WORDS: Words = _(
    "Every new link of the last 24 hours, whether its lead was in the red backlog or not. What recovery "
    "drained is matched_out."
)
ALERT_LABELS: Mapping[AlertCode, Words] = {
    AlertCode.TRIPS_NO_CLAIM_LASTS: _(
        "Reached milestones have not been claimed for 3 days: %(figure)s leads."
    ),
    AlertCode.JOB_FAILED: _("The job %(subject)s failed."),
    AlertCode.GUARDRAIL_FAILED: _("The check “%(subject)s” found %(figure)s offenders."),
    AlertCode.MATCHED_BUT_IN_BACKLOG: _("%(figure)s leads were matched and are in the backlog again."),
    AlertCode.NO_IDENTITY_MANY: _("%(figure)s leads have no identity, more than %(bound)s."),
    AlertCode.IDENTITY_SHARE_LOW: _("%(figure)s %% of the leads have an identity, less than %(bound)s %%."),
    AlertCode.JOB_SILENT: _("The job %(subject)s gives no sign of life."),
    AlertCode.NO_IDENTITY_GROWS: _(
        "Leads without identity grew by %(figure)s %% within a week, %(bound)s %% or more."
    ),
}
GUARDRAIL_LABELS: Mapping[str, Words] = {
    Guardrail.DRAIN: _("The queue drains"),
    Guardrail.KEY: _("Keys lead to leads"),
    Guardrail.ORIGIN: _("Everybody has an origin"),
    Guardrail.NUMBERS: _("The numbers add up"),
}


def alert_words(alert: Alert) -> str:
    """Say an alert in the reader's language."""
    subject = GUARDRAIL_LABELS.get(alert.subject, alert.subject)
    figures = {"figure": f"{alert.figure or 0:g}", "bound": f"{alert.bound or 0:g}", "subject": subject}
    return str(ALERT_LABELS[alert.code]) % figures
