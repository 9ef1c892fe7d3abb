"""What is kept of what was said? The fullest telling of each call, for as long as the tenant keeps it."""

from datetime import datetime

from campaigns.models import CallAttempt, CallRecord
from campaigns.providers import CallReport
from campaigns.rules import ERASED_KEY, AttemptState


def keep_record(attempt: CallAttempt, report: CallReport, *, now: datetime) -> None:
    """Keep what a report of an ended call tells; what it is silent about stays as it was.

    Of an erased person nothing is kept but the cost and whether the goal was met (S19).
    """
    if not report.is_final:
        return
    if not attempt.person_key.startswith(ERASED_KEY):
        _write(attempt, report, now)
    late = CallAttempt.objects.filter(pk=attempt.pk, state=AttemptState.CLOSED)
    if report.cost_micros is not None:
        # The provider may know its cost only with the analysis, when our own books are closed (C23).
        late.update(provider_cost_micros=report.cost_micros)
    if report.analysis is not None:
        # And what it made of the talk, whichever event came first.
        late.filter(is_goal_met=None).update(is_goal_met=report.analysis.successful)


def _write(attempt: CallAttempt, report: CallReport, now: datetime) -> None:
    record = CallRecord.objects.filter(attempt=attempt).first() or CallRecord(attempt=attempt)
    record.transcript = report.transcript or record.transcript
    record.recording_url = report.recording_url[:1000] or record.recording_url
    if report.analysis is not None:
        record.summary, record.sentiment = report.analysis.summary, report.analysis.sentiment[:10]
        record.analysis = dict(report.analysis.custom)
    record.raw = dict(report.raw) or record.raw
    record.received_at = now
    record.save()
