"""Looking after the looking: brands that nobody checks are told once, a day's runs are counted (N15, N17)."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insights.models import FichaCliente
from insights.models.words import stale_words
from insights.queries.fichas import stale_fichas
from insights.queries.health import health
from insights.rules import JobKind
from tenants.actions.mailing import mail_admins
from tenants.display.formats import Formats
from tenants.jobs.models import Schedule
from tenants.jobs.runner import Run as Work

log = logging.getLogger(__name__)
DAY = timedelta(days=1)
# Minutes apart, so that a tenant's own jobs do not queue behind each other.
CRONTABS = {JobKind.WATCH: "35 * * * *", JobKind.FORGET: "37 4 * * *"}


def schedule_watch() -> None:
    """Give the tenant the jobs that look after its brands; may repeat."""
    for kind, crontab in CRONTABS.items():
        Schedule.objects.get_or_create(kind=kind, subject="", defaults={"crontab": crontab})


def watch(work: Work, *, now: datetime) -> dict[str, Any]:
    """Tell the tenant's administrators of newly stale brands; return the summary of the last 24 hours.

    Told once while it lasts: a check ends the incident. What could not be sent is tried by the next job.
    """
    told = _tell_stale(work, now)
    found = health(since=now - DAY, now=now)
    counts = {"stale": found.stale, "told": told, **found.states}
    log.info("insights: last day %s", " ".join(f"{name}={count}" for name, count in counts.items()))
    return counts


def _tell_stale(work: Work, now: datetime) -> int:
    stale = stale_fichas(now=now).filter(stale_told_at=None)
    brands = list(stale.order_by("brand_name", "id"))
    if not brands:
        return 0
    log.warning("insights: stale brands: %s", " ".join(str(brand.pk) for brand in brands))
    if not mail_admins(message=lambda: (stale_words(len(brands)), _words(brands))):
        return 0
    with work.chunk() as chunk:
        # Asked again: who was checked meanwhile has its next incident before it.
        chunk.advance(stale.filter(pk__in=[brand.pk for brand in brands]).update(stale_told_at=now))
    return len(brands)


def _words(brands: Sequence[FichaCliente]) -> str:
    lines = [f"- {brand.brand_name}: {_last_check(brand)}" for brand in brands]
    why = _("The schedule or its source has stopped; see its newest run.")
    return "\n".join([*lines, "", why, _("You are told once; a check of the source ends it.")])


def _last_check(brand: FichaCliente) -> str:
    if brand.last_checked_at is None:
        return _("never checked")
    formats = Formats(get_language() or settings.LANGUAGE_CODE, timezone=brand.timezone)
    moment = formats.moment(brand.last_checked_at)
    return _("last checked %(moment)s") % {"moment": f"{moment} ({brand.timezone})"}
