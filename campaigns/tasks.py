"""The doors of long work: call who is due, apply what providers tell, look after both."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import actions
from campaigns.actions import audiences
from campaigns.dispatch.rounds import dispatch
from campaigns.dispatch.sweeping import sweep
from campaigns.dispatch.telling import apply_events
from campaigns.dispatch.waking import look_again
from campaigns.rules import JobKind
from tenants.jobs.runner import Run, handles


def _look_again(params: dict[str, object], _state: str, _error: str) -> None:
    look_again(int(str(params["provider"])), now=timezone.now())


@handles(JobKind.DISPATCH, label=_("Make calls"), on_end=_look_again, quiet=True)
def make_calls(run: Run) -> dict[str, int]:
    """Call who is due at one provider, until nothing is for a while (C15–C20)."""
    return dispatch(run, clock=timezone.now)


@handles(JobKind.EVENTS, label=_("Apply what providers tell"), quiet=True)
def apply_provider_events(run: Run) -> dict[str, int]:
    """Apply events in the order in which they came, each in its own transaction (S17)."""
    return apply_events(run, clock=timezone.now)


@handles(JobKind.SWEEP, label=_("Look after calls"), schedulable=True)
def look_after_calls(run: Run) -> dict[str, int]:
    """Wake dispatchers, compare lines with the provider, finish what nobody finished (C18)."""
    return sweep(run, clock=timezone.now)


@handles(JobKind.IMPORT, label=_("Import a client's file"), on_end=actions.settle_client_file)
def import_file(run: Run) -> dict[str, object]:
    """Make entries of a client's file (C1–C11)."""
    return actions.import_client_file(run)


@handles(JobKind.AUDIENCE, label=_("Choose people to call"), on_end=audiences.settle_audience)
def choose_people(run: Run) -> dict[str, object]:
    """Choose people among many contacts, and make a list of them (W2)."""
    return audiences.choose_audience(run)


@handles(JobKind.CANCEL, label=_("Cancel a campaign"))
def cancel_entries(run: Run) -> dict[str, int]:
    """Let the people of a large cancelled campaign leave (C22)."""
    return actions.finish_cancelling(run, now=timezone.now())


@handles(JobKind.FORGET, label=_("Forget what was said in calls"), schedulable=True)
def forget_calls(run: Run) -> dict[str, int]:
    """Delete transcripts and recordings' addresses after the tenant's number of days (S19)."""
    return actions.forget_calls(run, now=timezone.now())


@handles(JobKind.RECOUNT, label=_("Recount campaigns"), schedulable=True)
def recount(run: Run) -> dict[str, object]:
    """Compare counters with entries and balances with ledgers; mend the ones, tell both (C22, C23)."""
    return actions.recount(run, now=timezone.now())
