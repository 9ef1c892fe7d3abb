"""One look at the contacts: the page shows it, its PDF and workbook hand it over, so none disagrees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personas import queries
from personas.models import MetricsRecord
from personas.queries import Counted, Coverage, Figure, PersonaOverview, PersonaTrend
from personas.reports import charts
from personas.reports.charts import link
from tenants.display.charts import Bars, Doughnut, Lines
from tenants.display.formats import Formats
from tenants.display.home import Change, Tile, Tone


@dataclass(frozen=True, slots=True)
class Choice:
    """What a look is narrowed to: a source ("" for all), against so many days ago, with months of growth."""

    source: str
    days: int
    months: int

    @property
    def params(self) -> dict[str, str]:
        """The page's parameters, as an address has them."""
        return {"source": self.source, "days": str(self.days), "months": str(self.months)}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a small table: a name, its figure, and the contacts behind it."""

    label: str
    contacts: int
    href: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How the contacts stand at `now`; `covered`, `moved` and `latest` are of all sources."""

    now: datetime
    formats: Formats
    choice: Choice
    seen: PersonaOverview
    covered: tuple[Coverage, ...]
    moved: PersonaTrend
    latest: MetricsRecord | None

    @property
    def tiles(self) -> list[Tile]:
        """The figures of now against those of the day chosen."""
        return _tiles(self.seen, self.choice.days, self._source, self.formats)

    @property
    def uncompared(self) -> str:
        """Why the figures stand without those of the day chosen, "" if they do not (W5)."""
        if self.choice.source:
            return _(
                "Earlier days are kept of all sources together: the key figures stand without comparison."
            )
        if not self.seen.recorded:
            return _("No record of %(day)s is kept: the key figures stand without comparison.") % {
                "day": self.formats.day(self.seen.on)
            }
        return ""

    @property
    def shares(self) -> Bars:
        """The chart of each persona's contacts."""
        return charts.bars(self.seen, self._source)

    @property
    def ring(self) -> Doughnut:
        """The chart of each persona's part."""
        return charts.ring(self.seen, self._source)

    @property
    def growth(self) -> Lines:
        """The chart of new connections."""
        return charts.growth(self.seen, self._source, self.formats)

    @property
    def connected(self) -> Lines:
        """The chart of the coverage by month of connection."""
        return charts.coverage_by_month(self.seen, self.formats)

    @property
    def coverage(self) -> Lines | None:
        """The chart of the recorded coverage; None before there are two days of it."""
        return charts.coverage(self.covered, self.formats)

    @property
    def by_day(self) -> Lines | None:
        """The chart of each persona's contacts by day; None before there are two days of them."""
        return charts.personas_by_day(self.seen.shares, self.moved, self.formats)

    @property
    def unclassified(self) -> list[Row]:
        """Frequent titles that no keyword matches."""
        return _rows(self.seen.unclassified, "title", self._source)

    @property
    def companies(self) -> list[Row]:
        """Companies with most contacts."""
        return _rows(self.seen.companies, "company", self._source)

    @property
    def keywords(self) -> list[Row]:
        """Keywords that win most."""
        return _rows(self.seen.keywords, "keyword", self._source)

    @property
    def unused(self) -> list[tuple[str, str]]:
        """Keywords without a contact, each with its persona, by the latest record."""
        names = {share.code: share.name for share in self.seen.shares}
        found = self.latest.figures["unused_keywords"] if self.latest else []
        return [(one["keyword"], names.get(one["buyer_persona_id"], "")) for one in found]

    @property
    def _source(self) -> dict[str, str]:
        return {"source": self.choice.source} if self.choice.source else {}


def standing(*, choice: Choice, now: datetime, formats: Formats) -> Standing:
    """Return how the contacts stand. Ten queries, of a source nine."""
    seen = queries.overview(now=now, days=choice.days, months=choice.months, source=choice.source)
    return Standing(
        now=now,
        formats=formats,
        choice=choice,
        seen=seen,
        covered=queries.coverage_trend(now=now, days=choice.days),
        moved=queries.persona_trend(now=now, days=choice.days),
        latest=queries.latest_metrics(),
    )


def _tiles(seen: PersonaOverview, days: int, source: dict[str, str], formats: Formats) -> list[Tile]:
    words = ngettext("against %(count)d day ago", "against %(count)d days ago", days) % {"count": days}
    return [
        _count(_("Contacts"), seen.contacts, words, link(**source)),
        _coverage(_("Coverage, %"), seen.classified, days, formats),
        _count(_("With a persona of their own"), seen.classified, words, link(**source)),
        _coverage(_("With a job title, %"), seen.with_title, days, formats),
        Tile(_("Decided by hand"), seen.held, link(held="1", **source)),
    ]


def _count(label: str, figure: Figure, since: str, href: str) -> Tile:
    change = None if figure.before is None else Change(figure.now, figure.before)
    return Tile(label, figure.now, href, change, since)


def _coverage(label: str, figure: Figure, days: int, formats: Formats) -> Tile:
    now, part = round(100 * figure.ratio, 1), figure.ratio_before
    # A part of nothing says nothing: no news, neither good nor bad, when there was nobody before.
    if part is None:
        return Tile(label, now)
    before = round(100 * part, 1)
    tone: Tone = "good" if now > before else "bad" if now < before else "calm"
    was = ngettext("was %(share)s %(count)d day ago", "was %(share)s %(count)d days ago", days)
    words = was % {"share": formats.percent(part), "count": days}
    return Tile(label, now, "", Change(now, before, tone), words)


def _rows(counted: Iterable[Counted], name: str, source: dict[str, str]) -> list[Row]:
    return [Row(one.label, one.contacts, link(**{name: one.key}, **source)) for one in counted]
