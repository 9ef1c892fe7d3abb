"""The figures of classification, computed every six hours and on demand, kept 90 days."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from personas import queries
from personas.actions.classifying import ruleset
from personas.classifier import KeywordRule, Ruleset, normalise
from personas.classifier.counting import count_matches
from personas.models import MetricsRecord
from personas.queries import Figures
from personas.rules import METRICS_KEPT_DAYS, JobKind
from tenants.jobs.models import Schedule

LISTED = 20
AN_HOUR = timedelta(hours=1)
# Nights are when nobody waits; minutes apart, so that a tenant's own jobs do not queue behind each other.
CRONTABS = {JobKind.COMPUTE_METRICS: "10 */6 * * *", JobKind.RECOUNT: "20 4 * * *"}


@transaction.atomic
def compute_metrics(*, now: datetime) -> MetricsRecord:
    """Count contacts, keywords and what they do, keep it as a record, forget days after 90 days.

    Raises NoRules. Seven queries while rules stand, however many contacts.
    """
    rules, counted = ruleset(), queries.figures()
    before = queries.latest_metrics()
    figures = figures_of(counted) | _keyword_lists(rules, count_matches(rules, _titles()))
    figures["coverage"] = coverage_of(counted)
    figures["trends"] = _trends(counted, before, now) if before else {}
    # Whole days: tiles compare with the last record of the day that was 90 days ago, until today ends.
    first_kept = queries.first_moment(now, METRICS_KEPT_DAYS + 1)
    MetricsRecord.objects.filter(computed_at__lt=first_kept).delete()
    return MetricsRecord.objects.create(computed_at=now, figures=figures)


def schedule_upkeep() -> None:
    """Give the tenant the jobs that compute metrics every six hours and recount at night; may repeat."""
    for kind, crontab in CRONTABS.items():
        Schedule.objects.get_or_create(kind=kind, subject="", defaults={"crontab": crontab})


def figures_of(counted: Figures) -> dict[str, Any]:
    """Return contacts and keywords as metrics and statistics tell them."""
    contacts = counted.contacts
    return {
        "contacts": {
            "total": contacts.total,
            "by_persona": contacts.by_persona,
            "locked": contacts.locked,
            "manually_assigned": contacts.manually_assigned,
            "with_job_title": contacts.with_job_title,
            "with_normalized_job_title": contacts.with_normalized_job_title,
            "default_persona": contacts.default_persona,
        },
        "keywords": {"total": counted.keywords_total, "by_persona": counted.keywords},
    }


def coverage_of(counted: Figures) -> dict[str, float]:
    """Return the parts of the contacts that are normalised, classified, titled, in percent."""
    contacts = counted.contacts
    return {
        "normalization": contacts.percent(contacts.with_normalized_job_title),
        "classification": contacts.percent(contacts.classified),
        "job_title": contacts.percent(contacts.with_job_title),
    }


def _titles() -> Iterator[tuple[str, int]]:
    yield from queries.title_counts()
    for typed, contacts in queries.typed_counts().items():
        yield normalise(typed), contacts


def _keyword_lists(rules: Ruleset, matched: Counter[int]) -> dict[str, Any]:
    codes = {persona.id: persona.code for persona in rules.personas}

    def listed(keyword: KeywordRule) -> dict[str, Any]:
        return {
            "keyword": keyword.text,
            "buyer_persona_id": codes[keyword.persona_id],
            "match": keyword.match,
            "effect": keyword.effect,
            "contacts": matched[keyword.id],
        }

    # A stable sort: of equal counts the one that wins first (P3) comes first.
    used = sorted((one for one in rules.keywords if matched[one.id]), key=lambda one: -matched[one.id])
    unused = [one for one in rules.keywords if not matched[one.id]]
    return {
        "top_keywords": [listed(one) for one in used[:LISTED]],
        "unused_keywords": [listed(one) for one in unused[:LISTED]],
    }


def _trends(counted: Figures, before: MetricsRecord, now: datetime) -> dict[str, Any]:
    contacts, then = counted.contacts, before.figures["contacts"]
    growth = contacts.total - then["total"]
    return {
        "contact_growth": growth,
        "contact_growth_percent": round(100 * growth / then["total"], 2) if then["total"] else 0.0,
        "classification_improvement": contacts.classified - (then["total"] - then["default_persona"]),
        "keyword_growth": counted.keywords_total - before.figures["keywords"]["total"],
        "hours_since_last": round((now - before.computed_at) / AN_HOUR, 2),
    }
