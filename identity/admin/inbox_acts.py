"""What the inbox's forms do; each is one action in the name of a person (I9)."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from identity import actions
from identity.actions import Choice
from identity.actions.people.refusals import CaseClosed, CaseIgnored
from identity.admin.inbox_asked import fit
from identity.models import Case
from identity.rules import CaseState, VerdictKind
from tenants.admin.acting import by_of
from tenants.intake import is_uuid

NOTE_LENGTH = 500
# Returns whether the person stays with the case.
Act = Callable[[HttpRequest, Case], bool]


def note_of(request: HttpRequest) -> str:
    """Return what was typed beside the act, in one line."""
    return fit(request.POST.get("note", ""), longest=NOTE_LENGTH)


def link(request: HttpRequest, case: Case) -> bool:
    """Link the lead to a person, or to the owner of an account. Raises CaseClosed, CaseIgnored."""
    _check_open(case)
    person, driver = _picked(request)
    choice = Choice(person=person, driver=driver)
    actions.resolve_case(lead_id=case.pk, choice=choice, by=by_of(request), note=note_of(request))
    return False


def new(request: HttpRequest, case: Case) -> bool:
    """Make a person of the lead. Raises CaseClosed, CaseIgnored."""
    _check_open(case)
    actions.resolve_case(lead_id=case.pk, choice=Choice(), by=by_of(request), note=note_of(request))
    return False


def ignore(request: HttpRequest, case: Case) -> bool:
    """Leave the lead unlinked."""
    actions.ignore_case(lead_id=case.pk, by=by_of(request), note=note_of(request))
    return False


def reopen(request: HttpRequest, case: Case) -> bool:
    """Take an ignored case up again."""
    actions.reopen_case(lead_id=case.pk, by=by_of(request))
    messages.success(request, _("The case is open again."))
    return True


def ask(request: HttpRequest, case: Case) -> bool:
    """Have the lead tried again."""
    actions.ask_again(lead_id=case.pk, by=by_of(request))
    return False


def cannot(request: HttpRequest, case: Case) -> bool:
    """Say who the lead is not."""
    person, driver = _picked(request)
    kind = VerdictKind.CANNOT_LINK
    actions.give_verdict(lead_id=case.pk, kind=kind, person=person, driver=driver, by=by_of(request))
    messages.success(request, _("Noted: no run links the two any more."))
    return True


def take_back(request: HttpRequest, case: Case) -> bool:
    """Undo a link made by hand."""
    actions.take_back_resolution(lead_id=case.pk, by=by_of(request))
    messages.success(request, _("Taken back: the case is open again."))
    return True


def _check_open(case: Case) -> None:
    """Refuse what was pressed on a page that is no longer true, although the action would allow it."""
    if case.state == CaseState.IGNORED:
        raise CaseIgnored
    if case.state != CaseState.OPEN:
        raise CaseClosed


def _picked(request: HttpRequest) -> tuple[UUID | None, str]:
    """Return the person or the account that a form names. Raises Http404 for what no form says."""
    person, driver = request.POST.get("person", ""), fit(request.POST.get("driver", ""))
    if is_uuid(person):
        return UUID(person), ""
    if person or not driver:
        raise Http404
    return None, driver


ACTS: Mapping[str, Act] = {
    "link": link,
    "new": new,
    "ignore": ignore,
    "reopen": reopen,
    "ask": ask,
    "cannot": cannot,
    "take-back": take_back,
}
