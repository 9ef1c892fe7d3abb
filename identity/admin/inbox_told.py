"""What became of the case just left: read from its rows, so that it is true whoever was quicker."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from identity.models import Case
from identity.queries.evidence import link_of
from identity.rules import CaseState, MatchRule


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, where to see it, and how the undo is named to the page's form; "" for none."""

    lead: int
    words: str
    href: str
    undo: str = ""


def told_of(lead_id: int) -> Told | None:
    """Say what a case has become; None for none. Two queries."""
    case = Case.objects.select_related("lead").filter(pk=lead_id).first() if lead_id else None
    if case is None:
        return None
    name, here = str(case.lead), f"{reverse('admin:identity_inbox')}?case={case.pk}"
    link = link_of(lead=case.lead)
    if link is not None:
        words = _("%(lead)s is linked to %(person)s.") % {"lead": name, "person": link.person}
        href = reverse("admin:identity_person_change", args=[link.person_id])
        return Told(case.pk, words, href, "take-back" if link.rule == MatchRule.MANUAL else "")
    if case.state == CaseState.IGNORED:
        return Told(case.pk, _("%(lead)s is ignored.") % {"lead": name}, here, "reopen")
    return Told(case.pk, _("%(lead)s is tried again by the next run.") % {"lead": name}, here)
