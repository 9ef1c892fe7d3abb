"""What each tab shows of one look: its module's result as charts, and words for what charts do not say."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from insights.modules import Module, Remark, Result, View
from insights.queries import kept
from insights.queries.kept import KeptResults
from insights.queries.looks import Stock
from insights.queries.revisions import Revision
from insights.reports import charts, post_charts
from insights.reports.looking import OVERVIEW, Chosen, results_for, stock_for, view_for
from insights.reports.telling import NOTHING, Told, told
from insights.reports.words import MODULES, QUESTIONS
from insights.rules import ModuleState, Trait
from tenants.display.charts import Chart
from tenants.display.formats import Formats

Results = Mapping[Module, Result[Any]]
SHOWN = (ModuleState.OK, ModuleState.PARTIAL)
OF_POSTS = (Module.ENGAGEMENT, Module.CADENCE, Module.TIMING, Module.UNUSUAL_POSTS)
# As many weeks are named that were told otherwise, the newest.
MOST_REVISED = 6
# Tabs that tell the story, which compares with the days before.
TOLD = (OVERVIEW, Module.SUMMARY.key)


@dataclass(frozen=True, slots=True)
class Panel:
    """One module on a page: what it shows, or why it shows nothing."""

    module: Module
    title: str
    question: str
    result: Result[Any] | None
    charts: tuple[Chart, ...] = ()
    trouble: str = ""
    remarks: tuple[str, ...] = ()
    told: Told = NOTHING

    @property
    def is_of_posts(self) -> bool:
        """Say whether its sample are posts: those that could be measured (Q11-Q13, Q15)."""
        return self.module in OF_POSTS


@dataclass(frozen=True)
class Look:
    """One look with its results; `before`: of as many days just before, where there are any."""

    chosen: Chosen
    results: KeptResults
    formats: Formats
    before: Results = field(default_factory=dict)

    @cached_property
    def view(self) -> View:
        """Return the posts and comments themselves, for who tells of each. Three queries, once."""
        return replace(view_for(self.chosen), language=self.formats.language)

    @cached_property
    def stock(self) -> Stock:
        """Return how many comments there are, and who read them. One query, once."""
        return stock_for(self.chosen)

    @property
    def labelled(self) -> int:
        """How many comments have a label."""
        return self.results[Module.EMOTIONS].n

    @property
    def published(self) -> int:
        """How many posts fall into the range."""
        return self.results[Module.CADENCE].n

    @cached_property
    def revision(self) -> Revision | None:
        """Return which weeks were told otherwise before. One query when it is kept, else four."""
        return kept.revision_for(ficha=self.chosen.ficha)

    @property
    def revised(self) -> frozenset[str]:
        """The ISO weeks that bear a mark."""
        return self.revision.marked if self.revision else frozenset()

    @property
    def offers_model(self) -> bool:
        """Say whether traits, frames, needs and authority were read at all (N11)."""
        return self.results[Module.PERSONALITY].estado is not ModuleState.NEEDS_MODEL

    def found(self, module: Module) -> Any:
        """Return the results of a module, None when it has none to show."""
        result = self.results.get(module)
        return result.results if result and result.estado in SHOWN else None


def at_tab(look: Look, tab: str) -> Look:
    """Return the same look at a tab; what was read of it stays read."""
    other = replace(look, chosen=replace(look.chosen, tab=tab))
    given = {one.name for one in fields(look)}
    vars(other).update({name: value for name, value in vars(look).items() if name not in given})
    return other


def look_of(chosen: Chosen, formats: Formats) -> Look:
    """Return what is told of one look, in its reader's language. One query a range when kept, else five."""
    before = chosen.before() if chosen.tab in (*TOLD, Module.EMOTIONS.key) else None
    earlier = results_for(before, language=formats.language) if before else {}
    return Look(chosen, results_for(chosen, language=formats.language), formats, earlier)


def panel(look: Look, module: Module) -> Panel:
    """Return a module's panel; one that failed says so, and the others stand (N14)."""
    result = look.results.get(module)
    shown = look.found(module) is not None
    return Panel(
        module=module,
        title=str(MODULES[module]),
        question=str(QUESTIONS[module]),
        result=result,
        charts=CHARTS[module](look) if shown and module in CHARTS else (),
        trouble="" if shown else _trouble(result),
        remarks=(*_remarks(result), *_revised(look, module)) if result and shown else (),
        told=told(module, look.found(module), look.chosen, look.formats) if shown else NOTHING,
    )


def panels(look: Look) -> list[Panel]:
    """Return what the chosen tab shows; the overview shows five charts of five modules."""
    if look.chosen.tab == OVERVIEW:
        return [panel(look, module) for module in OVERVIEW_MODULES]
    return [panel(look, Module(look.chosen.tab.upper()))]


def _trouble(result: Result[Any] | None) -> str:
    state = result.estado if result else ModuleState.NO_DATA
    return {
        ModuleState.NEEDS_MODEL: _("This needs a language model; the basic analysis does not read it."),
        ModuleState.FAILED: _("This part could not be computed. The other parts are not affected."),
    }.get(state, _("There are no labelled comments for this in the chosen range."))


def _remarks(result: Result[Any]) -> list[str]:
    said = {
        Remark.BY_RULES.value: _("By rules from counts, without a language model."),
        Remark.MIXED_ENGINES.value: _("Some comments were read by a model, some by word lists."),
        Remark.NO_AUTHORITY.value: _("Authority needs a language model."),
        Remark.NO_SUBJECTIVITY.value: _("Subjectivity needs a language model."),
    }
    small = [_("Small sample: read these figures with care.")] if result.muestra_insuficiente else []
    return small + [said[warning] for warning in result.warnings if warning in said]


def _revised(look: Look, module: Module) -> Iterator[str]:
    """Yield which of the shown weeks were told otherwise, and how many comments they had (N6)."""
    if module is not Module.TIMELINE or look.revision is None:
        return
    shown = {week.semana for week in look.found(module).serie}
    weeks = [week for week in look.revision.weeks if week.semana in shown]
    if weeks:
        days = charts.labels((week.semana for week in weeks), look.formats)[-MOST_REVISED:]
        counts = [f"{week.before} → {week.now}" for week in weeks[-MOST_REVISED:]]
        listed = ", ".join(f"{day} ({count})" for day, count in zip(days, counts, strict=True))
        when = look.formats.moment(look.revision.since)
        said = _(
            "* Changed since the analysis of %(when)s, by comments that are late, edited, dated anew, "
            "labelled later or corrected: weeks of %(weeks)s."
        )
        yield said % {"when": when, "weeks": listed if len(weeks) <= MOST_REVISED else f"… {listed}"}


def _emotions(look: Look) -> tuple[Chart, ...]:
    before = look.before.get(Module.EMOTIONS)
    earlier = before.results if before else None
    return (charts.emotions(look.found(Module.EMOTIONS), look.chosen, look.formats, earlier),)


def _personality(look: Look) -> tuple[Chart, ...]:
    wanted = look.chosen.ficha.target_profile
    return (charts.personality(look.found(Module.PERSONALITY), [wanted.get(trait) for trait in Trait]),)


def _topics(look: Look) -> tuple[Chart, ...]:
    found = look.found(Module.TOPICS)
    told = (charts.topics(found, look.chosen),)
    return told if look.chosen.tab == OVERVIEW else (*told, charts.topics_by_mood(found, look.chosen))


def _frames(look: Look) -> tuple[Chart, ...]:
    counts, found = look.results.counts, look.found(Module.FRAMES)
    by_week = charts.frames_by_week(found, counts.weeks, look.chosen, look.formats)
    return charts.frames(counts.frames, look.chosen), by_week


def _voices(look: Look) -> tuple[Chart, ...]:
    return (charts.voices(look.found(Module.VOICES), look.chosen),)


def _opportunities(look: Look) -> tuple[Chart, ...]:
    result = look.results[Module.OPPORTUNITIES]
    return (charts.opportunities(look.found(Module.OPPORTUNITIES), result.n, look.chosen),)


def _sentiment(look: Look) -> tuple[Chart, ...]:
    return (charts.sentiment(look.results.counts.classes, look.chosen),)


def _timeline(look: Look) -> tuple[Chart, ...]:
    found = look.found(Module.TIMELINE)
    if look.chosen.tab == OVERVIEW:
        return (charts.volume(found, look.chosen, look.formats, look.revised),)
    lines = charts.timeline(found, look.chosen, look.formats, look.revised)
    return lines, charts.volume(found, look.chosen, look.formats, look.revised)


def _engagement(look: Look) -> tuple[Chart, ...]:
    return (post_charts.engagement(look.found(Module.ENGAGEMENT), look.chosen),)


def _cadence(look: Look) -> tuple[Chart, ...]:
    return (post_charts.cadence(look.found(Module.CADENCE), look.chosen, look.formats),)


def _timing(look: Look) -> tuple[Chart, ...]:
    found = look.found(Module.TIMING)
    return post_charts.weekdays(found, look.chosen), post_charts.hours(found, look.chosen)


def _net_sentiment(look: Look) -> tuple[Chart, ...]:
    return (post_charts.net_sentiment(look.found(Module.NET_SENTIMENT), look.chosen, look.formats),)


CHARTS: Mapping[Module, Callable[[Look], tuple[Chart, ...]]] = {
    Module.EMOTIONS: _emotions,
    Module.PERSONALITY: _personality,
    Module.TOPICS: _topics,
    Module.FRAMES: _frames,
    Module.VOICES: _voices,
    Module.OPPORTUNITIES: _opportunities,
    Module.SENTIMENT: _sentiment,
    Module.TIMELINE: _timeline,
    Module.ENGAGEMENT: _engagement,
    Module.CADENCE: _cadence,
    Module.TIMING: _timing,
    Module.NET_SENTIMENT: _net_sentiment,
}
OVERVIEW_MODULES = (
    Module.SENTIMENT,
    Module.TOPICS,
    Module.TIMELINE,
    Module.EMOTIONS,
    Module.PERSONALITY,
)
