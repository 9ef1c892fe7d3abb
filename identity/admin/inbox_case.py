"""One case as a person sees it: the lead beside up to three candidates, why, and what was tried (I10, W1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from identity import actions
from identity.actions import Explanation
from identity.actions.wording import ADVICE, FIELD_LABELS, LEVELS, RULE_VERDICTS, Said, Words
from identity.admin.inbox_lines import MOST_VALUES, Line, lines_of
from identity.models import REASON_LABELS, Attempt, Case, Lead, Link, Verdict
from identity.models.words import CONFIDENCE_LABELS, OUTCOME_LABELS, RULE_LABELS, VIA_LABELS
from identity.queries.evidence import Known, attempts_of, known, link_of, verdicts_of
from identity.rules import SHOWN_CANDIDATES, CaseState, Outcome, Source
from tenants.admin.columns import reader
from tenants.display.charts import Category, Table, Waterfall
from tenants.jobs.queries import names_of

ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate: a person, or an unknown owner of accounts; `pick` is how a form names it."""

    place: int
    name: str
    href: str
    pick: dict[str, str]
    accounts: str
    standing: str
    posterior: float
    bits: float
    is_chosen: bool
    is_aside: bool
    chart: Waterfall

    @property
    def key(self) -> str:
        """Return the place as part of an element's name."""
        return str(self.place)

    @property
    def drawings(self) -> tuple[SafeString, SafeString]:
        """Draw the chart, wide and for a phone. The theme takes the frame of the house for its own charts."""
        return self.chart.svg(reader()), self.chart.narrow(reader())

    @property
    def table(self) -> Table:
        """Tell the chart."""
        return self.chart.table(reader())


@dataclass(frozen=True, slots=True)
class View:
    """The whole case; `link` is there when somebody linked the lead meanwhile."""

    case: Case
    lead: Lead
    link: Link | None
    now: str
    gap: str
    advice: Words
    lines: Sequence[Line]
    shown: Sequence[Shown]
    more: int
    rules: Sequence[tuple[Words, Said, str]]
    attempts: Sequence[dict[str, Any]]
    verdicts: Sequence[dict[str, Any]]
    ruleset: str

    @property
    def is_open(self) -> bool:
        """Say whether a person may still decide."""
        return self.case.state == CaseState.OPEN and self.link is None

    @property
    def is_ignored(self) -> bool:
        """Say whether a person decided to leave it."""
        return self.case.state == CaseState.IGNORED and self.link is None


def view_of(case: Case) -> View | None:
    """Return a case with its explanation, decided anew; None when its lead is gone. About 18 queries."""
    lead = case.lead
    found = actions.explain_lead(lead=lead.pk)
    if found is None:
        return None
    first = found.candidates[:SHOWN_CANDIDATES]
    facts = known(
        persons=[one.person for one in first if one.person],
        drivers=[number for one in first for number in one.drivers],
    )
    return View(
        case=case,
        lead=lead,
        link=link_of(lead=lead),
        now=_now(found),
        gap=_gap(found.gap),
        advice=ADVICE.get(found.reason or "", ""),
        lines=lines_of(lead, found, facts),
        shown=[_shown(place, found, facts) for place in range(len(first))],
        more=len(found.candidates) - len(first),
        rules=[(RULE_LABELS[one.rule], RULE_VERDICTS[one.verdict], _alike(one.alike)) for one in found.tried],
        attempts=[_attempt(one) for one in attempts_of(lead_id=lead.pk, limit=ATTEMPTS)],
        verdicts=_verdicts(verdicts_of(lead_id=lead.pk)),
        ruleset=found.ruleset,
    )


def _now(found: Explanation) -> str:
    """Say what the next run would do."""
    if found.outcome is Outcome.MATCHED and found.rule:
        words = _("Tried now it would be linked: %(rule)s, %(score)d points, confidence %(sure)s.")
        sure = CONFIDENCE_LABELS[found.confidence] if found.confidence else ""
        return words % {"rule": RULE_LABELS[found.rule], "score": found.score, "sure": sure}
    told = {
        "outcome": OUTCOME_LABELS[found.outcome],
        "reason": REASON_LABELS[found.reason] if found.reason else "",
    }
    return _("Tried now: %(outcome)s. %(reason)s.") % told


def _gap(bits: float | None) -> str:
    if bits is None:
        return ""
    return _("The likeliest is %(gap)s bits ahead of the next.") % {"gap": reader().number(bits, 1)}


def _shown(place: int, found: Explanation, facts: Known) -> Shown:
    one = found.candidates[place]
    person = facts.persons.get(one.person) if one.person else None
    name = (person.name if person else "") or one.name or _("Without a name")
    return Shown(
        place=place + 1,
        name=name.title() if name.isupper() else name,
        href=reverse("admin:identity_person_change", args=[one.person]) if one.person else "",
        pick={"person": str(one.person)} if one.person else {"driver": one.drivers[0] if one.drivers else ""},
        accounts=", ".join(one.drivers[:MOST_VALUES]) + (" …" if len(one.drivers) > MOST_VALUES else ""),
        standing=_standing(facts, one.person),
        posterior=one.posterior,
        bits=one.bits,
        is_chosen=found.chosen == place,
        is_aside=one.is_aside,
        chart=_chart(place, one),
    )


def _standing(facts: Known, person: Any) -> str:
    """Say what is linked already."""
    if person is None:
        return _("Not a person yet: linking makes one of the account.")
    counts = facts.links.get(person, {})
    leads, accounts = counts.get(Source.CABINET, 0), counts.get(Source.DRIVER, 0)
    told = (
        ngettext("%(count)d lead", "%(count)d leads", leads) % {"count": leads},
        ngettext("%(count)d account", "%(count)d accounts", accounts) % {"count": accounts},
    )
    return _("Linked already: %(leads)s, %(accounts)s") % {"leads": told[0], "accounts": told[1]}


def _chart(place: int, one: Any) -> Waterfall:
    """Draw what speaks for and against a candidate, in bits."""
    formats = reader()
    words = _("What speaks for and against, in bits: together %(bits)s, probability %(share)s.")
    told = {"bits": formats.number(one.bits, 1), "share": formats.percent(one.posterior, 1)}
    steps = (
        Category(f"{FIELD_LABELS[step.field]}: {LEVELS[step.level].words}", step.bits) for step in one.steps
    )
    title = _("Score of candidate %(place)d") % {"place": place + 1}
    return Waterfall(f"score-{place + 1}", title, words % told, tuple(steps), _("Together"), _("Field"))


def _alike(shares: Iterable[float | None]) -> str:
    known_ones = [reader().percent(share, 0) for share in shares if share is not None][:SHOWN_CANDIDATES]
    return _("likeness of names: %(shares)s") % {"shares": ", ".join(known_ones)} if known_ones else ""


def _attempt(one: Attempt) -> dict[str, Any]:
    return {
        "at": one.tried_at,
        "via": VIA_LABELS.get(one.via, one.via),
        "outcome": OUTCOME_LABELS.get(one.outcome, one.outcome),
        "reason": one.get_reason_display(),
        "posterior": one.posterior,
        "job": one.job,
    }


def _verdicts(said: Sequence[Verdict]) -> list[dict[str, Any]]:
    names = names_of(ids={one.created_by for one in said}) if said else {}
    return [
        {
            "kind": one.kind,
            "who": str(one.person or one.driver),
            "href": reverse("admin:identity_person_change", args=[one.person_id]) if one.person_id else "",
            "at": one.created_at,
            "by": names.get(one.created_by, ""),
            "note": one.note,
        }
        for one in said
    ]
