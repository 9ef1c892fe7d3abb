"""What about campaigns needs a person, in words: what, why, where to look (W5)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.models import Campaign
from campaigns.models.words import ALERT_LABELS
from campaigns.queries.lookout import Lookout
from campaigns.reports import addresses
from campaigns.rules import AlertKind, EntryState
from tenants.display.formats import Formats
from tenants.display.home import Attention, Level

WHYS: Mapping[AlertKind, str | Promise] = {
    AlertKind.PROVIDER_STOPPED: gettext_lazy("No call goes out until an administrator starts it again."),
    AlertKind.BREAKER_OPEN: gettext_lazy("One call tries again after a while; nothing is lost meanwhile."),
    AlertKind.NUMBER_RESTS: gettext_lazy("It was marked as spam or blocked; the other numbers go on."),
    AlertKind.UNKNOWN_OUTCOME: gettext_lazy("Its people wait for a decision in the administration."),
    AlertKind.CALL_UNSETTLED: gettext_lazy("Its people wait for a decision in the administration."),
    AlertKind.MANY_FAILURES: gettext_lazy(
        "Bad numbers, or faults of carrier or provider: the outcomes say which."
    ),
    AlertKind.NO_FUNDS: gettext_lazy("Its people are on hold; a top-up releases them."),
    AlertKind.SPEND_CAP: gettext_lazy("Its people wait until the cap is raised."),
    AlertKind.SLOTS_DIFFER: gettext_lazy("Calls are compared with the provider every minute."),
}
LEVELS: Mapping[AlertKind, Level] = {
    AlertKind.PROVIDER_STOPPED: "bad",
    AlertKind.BREAKER_OPEN: "bad",
    AlertKind.NO_FUNDS: "bad",
    AlertKind.MANY_FAILURES: "bad",
    AlertKind.NUMBER_RESTS: "note",
    AlertKind.SLOTS_DIFFER: "note",
}


def attention(found: Lookout, formats: Formats) -> list[Attention]:
    """Return what needs a person: alerts first, then campaigns whose people wait."""
    return [*of_alerts(found), *(item for one in found.held for item in _held(one, formats))]


def of_alerts(found: Lookout) -> list[Attention]:
    """Return the live alerts as things to look at."""
    return [_alert(AlertKind(alert.kind), about) for alert, about in found.alerts]


def _alert(kind: AlertKind, about: Campaign | None) -> Attention:
    text = str(ALERT_LABELS[kind])
    level, why = LEVELS.get(kind, "warn"), str(WHYS.get(kind, ""))
    if about is None:
        return Attention(text, why, "", level)
    return Attention(f"{about.name}: {text}", why, addresses.campaign(about.pk), level)


def _held(found: Campaign, formats: Formats) -> list[Attention]:
    tally, items = found.tally, []
    if tally.needs_review:
        words = ngettext(
            "%(n)s entry waits for a decision", "%(n)s entries wait for a decision", tally.needs_review
        )
        why = _("Somebody with the right to decides in the administration.")
        items.append(_waiting(found, words, tally.needs_review, EntryState.NEEDS_REVIEW, why, formats))
    if tally.on_hold:
        words = ngettext("%(n)s entry is on hold", "%(n)s entries are on hold", tally.on_hold)
        why = _("Money, a time zone or a number is missing: the list says which.")
        items.append(_waiting(found, words, tally.on_hold, EntryState.ON_HOLD, why, formats))
    return items


def _waiting(
    found: Campaign, words: str, count: int, state: EntryState, why: str, formats: Formats
) -> Attention:
    text = words % {"n": formats.number(count)}
    return Attention(f"{found.name}: {text}", why, addresses.entries(campaign=found.pk, state=state))
