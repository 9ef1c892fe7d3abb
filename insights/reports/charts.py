"""The charts of insights, each from a module's result; what it draws it also tells as a table."""

from collections.abc import Container, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from insights.models.words import FRAME_LABELS, SENTIMENT_LABELS
from insights.modules.emotions import Emotions
from insights.modules.frames import Frames
from insights.modules.opportunities import Opportunities, Opportunity, Zone
from insights.modules.personality import Personality
from insights.modules.timeline import Anomaly, Timeline, Turn, WeekOfComments
from insights.modules.topics import Topic, Topics
from insights.modules.voices import Polarity, Voice, Voices
from insights.modules.weeks import first_day
from insights.queries.looks import cuts
from insights.reports.looking import Chosen
from insights.reports.words import EMOTIONS, TRAITS, ZONES
from insights.rules import Emotion, Frame, Sentiment, Trait
from tenants.display.charts import (
    Axis,
    Bars,
    Category,
    Columns,
    Doughnut,
    Flag,
    Lines,
    Point,
    Radar,
    Scatter,
    Series,
    Zones,
)
from tenants.display.charts.colours import BLUE, GREY, OCHRE, RED, TEAL
from tenants.display.formats import Formats

# One colour for one meaning on every page and in every file.
SENTIMENT_COLOURS = {
    Sentiment.POSITIVE: TEAL,
    Sentiment.NEGATIVE: RED,
    Sentiment.NEUTRAL: GREY,
    Sentiment.MIXED: OCHRE,
}
FRAME_COLOURS = {Frame.POSITIVE: TEAL, Frame.NEGATIVE: RED, Frame.ASPIRATIONAL: BLUE}
ZONE_COLOURS = {
    Zone.CRITICAL: RED,
    Zone.INTENSE_NICHE: OCHRE,
    Zone.NOISE: BLUE,
    Zone.WATCH: GREY,
}
SIDE_COLOURS = {Polarity.PROMOTER: TEAL, Polarity.NEUTRAL: GREY, Polarity.DETRACTOR: RED}
TOP = 12
MOST_WEEKS = 106
_CLOCKWISE = (Zone.INTENSE_NICHE, Zone.CRITICAL, Zone.NOISE, Zone.WATCH)


def emotions(found: Emotions, chosen: Chosen, formats: Formats, before: Emotions | None = None) -> Radar:
    """Draw the eight emotions, and as many days before when there is such a range."""
    shapes = [Series(_("This range"), _levels(found))]
    if before is not None:
        shapes.append(Series(_("As many days before"), _levels(before)))
    rim = _rim(max(max(_levels(one)) for one in (found, before) if one))
    return Radar(
        "emotions",
        _("Emotions"),
        _("Mean of each emotion over the labelled comments, from 0 in the centre to %(rim)s at the rim.")
        % {"rim": formats.number(rim)},
        tuple(str(EMOTIONS[emotion]) for emotion in Emotion),
        tuple(shapes),
        top=rim,
        heading=_("Emotion"),
        hrefs=tuple(chosen.comments(emotion=emotion) for emotion in Emotion),
    )


def _rim(highest: float) -> float:
    """Return where the web ends: means of eight emotions are small, and a whole web would hide them."""
    return next((rim for rim in (0.25, 0.5, 0.75) if highest <= rim), 1.0)


def _levels(found: Emotions) -> tuple[float, ...]:
    return tuple(found.emociones[emotion] for emotion in Emotion)


def personality(found: Personality, targets: Sequence[float | None]) -> Radar:
    """Draw the five traits as perceived, and as the brand wants them when it says so."""
    shapes = [Series(_("Perceived"), tuple(found.rasgos[trait] for trait in Trait))]
    if any(value is not None for value in targets):
        shapes.append(Series(_("Wanted"), tuple(targets)))
    return Radar(
        "personality",
        _("Personality"),
        _("Mean of each trait over the comments that show it, 0 to 100."),
        tuple(str(TRAITS[trait]) for trait in Trait),
        tuple(shapes),
        top=100,
        heading=_("Trait"),
    )


def topics(found: Topics, chosen: Chosen) -> Bars:
    """Draw how many comments speak of each topic."""
    return Bars(
        "topics",
        _("Topics"),
        _("Comments that speak of each topic; one comment may speak of several."),
        tuple(_topic(one, chosen) for one in found.topics),
        heading=_("Topic"),
        limit=TOP,
    )


def topics_by_mood(found: Topics, chosen: Chosen) -> Scatter:
    """Draw topics by how many comments speak of each and how well, as bubbles."""
    shown = found.topics[:25]
    return Scatter(
        "topics-mood",
        _("Topics by sentiment"),
        _("To the right: more comments speak of it. Upwards: they speak better of it."),
        tuple(
            Point(
                one.topic,
                one.frecuencia,
                round(100 * one.sentimiento_promedio, 1),
                one.menciones,
                _leaning(one.sentimiento_promedio),
                chosen.comments(topic=one.topic),
            )
            for one in shown
        ),
        Axis(_("Comments, %")),
        Axis(_("Sentiment, −100 to 100"), high=100),
        size_label=_("Comments"),
        heading=_("Topic"),
    )


def _topic(one: Topic, chosen: Chosen) -> Category:
    leaning = _leaning(one.sentimiento_promedio)
    return Category(one.topic, one.menciones, leaning, chosen.comments(topic=one.topic))


def _leaning(sentiment: float) -> str:
    if abs(sentiment) < 0.15:
        return SENTIMENT_COLOURS[Sentiment.NEUTRAL]
    return SENTIMENT_COLOURS[Sentiment.POSITIVE if sentiment > 0 else Sentiment.NEGATIVE]


def sentiment(counts: Mapping[Sentiment, int], chosen: Chosen) -> Doughnut:
    """Draw the shares of the four classes."""
    told = _("Share of each class among the comments that have one.")
    classes = tuple(_class(kind, counts[kind], chosen) for kind in Sentiment)
    return Doughnut("sentiment", _("Sentiment"), told, classes, _("Class"))


def _class(kind: Sentiment, n: int, chosen: Chosen) -> Category:
    href = chosen.comments(sentiment=kind)
    return Category(str(SENTIMENT_LABELS[kind]), n, SENTIMENT_COLOURS[kind], href)


def volume(found: Timeline, chosen: Chosen, formats: Formats, revised: Container[str] = ()) -> Columns:
    """Draw how many comments were labelled in each week; `revised` weeks changed after they were told."""
    weeks = found.serie[-MOST_WEEKS:]
    return Columns(
        "volume",
        _("Comments by week"),
        _("Labelled comments by the week in which they were written."),
        _named(weeks, formats, revised),
        above=(Series(_("Comments"), tuple(week.n for week in weeks)),),
        heading=_("Week of"),
        hrefs=tuple(chosen.comments(week=str(first_day(week.semana))) for week in weeks),
        starred=frozenset(at for at, week in enumerate(weeks) if week.semana in revised),
    )


def _named(weeks: Sequence[WeekOfComments], formats: Formats, revised: Container[str]) -> tuple[str, ...]:
    days = labels((week.semana for week in weeks), formats)
    return tuple(f"{day} *" if week.semana in revised else day for day, week in zip(days, weeks, strict=True))


def labels(weeks: Iterable[str], formats: Formats) -> tuple[str, ...]:
    """Return what ISO weeks (2026-W45) are called on an axis: their Mondays (`2 nov`)."""
    return formats.days([first_day(week) for week in weeks])


def timeline(found: Timeline, chosen: Chosen, formats: Formats, revised: Container[str] = ()) -> Lines:
    """Draw the percent of positive and negative comments week by week; empty weeks are gaps."""
    weeks = found.serie[-MOST_WEEKS:]
    places = {week.semana: at for at, week in enumerate(weeks)}
    return Lines(
        "timeline",
        _("Sentiment by week"),
        _("Percent of positive and negative comments; a triangle marks a week that turned sharply."),
        _named(weeks, formats, revised),
        (
            _side(Sentiment.POSITIVE, tuple(week.porcentaje_positivo for week in weeks), chosen),
            _side(Sentiment.NEGATIVE, tuple(week.porcentaje_negativo for week in weeks), chosen),
        ),
        heading=_("Week of"),
        hrefs=tuple(chosen.comments(week=str(first_day(week.semana))) for week in weeks),
        flags=tuple(
            _flag(places[one.semana], one, formats) for one in found.anomalias if one.semana in places
        ),
    )


def _flag(at: int, one: Anomaly, formats: Formats) -> Flag:
    is_better = one.tipo is Turn.BETTER
    colour = SENTIMENT_COLOURS[Sentiment.POSITIVE if is_better else Sentiment.NEGATIVE]
    return Flag(at, turned(one, formats), is_better, colour)


def turned(one: Anomaly, formats: Formats) -> str:
    """Say how a week turned."""
    points = formats.number(abs(one.cambio_pp), 0)
    if one.tipo is Turn.BETTER:
        said = _("Week of %(day)s: positive comments rose by %(points)s points in a week")
    else:
        said = _("Week of %(day)s: positive comments fell by %(points)s points in a week")
    return said % {"day": formats.day(first_day(one.semana)), "points": points}


def _side(kind: Sentiment, percents: tuple[float | None, ...], chosen: Chosen) -> Series:
    href = chosen.comments(sentiment=kind)
    return Series(str(SENTIMENT_LABELS[kind]), percents, SENTIMENT_COLOURS[kind], href)


def frames(counts: Mapping[Frame, int], chosen: Chosen) -> Doughnut:
    """Draw the shares of the three frames."""
    told = _("Share of each frame among the comments that have one.")
    shares = tuple(_frame(frame, counts[frame], chosen) for frame in Frame)
    return Doughnut("frames", _("Narrative frames"), told, shares, _("Frame"))


def _frame(frame: Frame, n: int, chosen: Chosen) -> Category:
    href = chosen.comments(frame=frame)
    return Category(str(FRAME_LABELS[frame]), n, FRAME_COLOURS[frame], href)


def frames_by_week(
    found: Frames, counts: Mapping[str, Mapping[Frame, int]], chosen: Chosen, formats: Formats
) -> Columns:
    """Draw how many comments had each frame, week by week."""
    weeks = found.evolucion[-MOST_WEEKS:]
    return Columns(
        "frames-weeks",
        _("Frames by week"),
        _("Comments with each frame, by the week in which they were written."),
        labels((week.semana for week in weeks), formats),
        above=tuple(_framed(frame, [counts[week.semana][frame] for week in weeks]) for frame in Frame),
        heading=_("Week of"),
        hrefs=tuple(chosen.comments(week=str(first_day(week.semana))) for week in weeks),
    )


def _framed(frame: Frame, counts: Sequence[int]) -> Series:
    return Series(str(FRAME_LABELS[frame]), tuple(counts), FRAME_COLOURS[frame])


def voices(found: Voices, chosen: Chosen) -> Scatter:
    """Draw authors by how many posts they comment and whose side they are on; larger with more authority."""
    known = [one for one in found.voces if one.afinidad is not None][:25]
    return Scatter(
        "voices",
        _("Voices"),
        _("To the right: comments more of the posts. Upwards: speaks better of the brand."),
        tuple(_voice(one, chosen) for one in known),
        Axis(_("Posts commented, %")),
        Axis(_("Affinity"), high=100),
        size_label=_("Authority"),
        heading=_("Author"),
    )


def _voice(one: Voice, chosen: Chosen) -> Point:
    across, href = round(100 * one.score_centralidad, 1), chosen.comments(author=one.username)
    colour = SIDE_COLOURS.get(one.polaridad, "") if one.polaridad else ""
    return Point(one.username, across, one.afinidad or 0, one.autoridad or 0, colour, href)


def opportunities(found: Opportunities, n: int, chosen: Chosen) -> Scatter:
    """Draw what people ask for by how many and how much, over the four zones; `n` labelled comments."""
    shown, cut = found.oportunidades[:25], cuts()
    return Scatter(
        "opportunities",
        _("Opportunities"),
        _("To the right: more comments ask for it. Upwards: it matters more to them."),
        tuple(_opportunity(one, n, chosen) for one in shown),
        Axis(_("Demand, %"), cut.demand, min(100, max(20, 2 * cut.demand))),
        Axis(_("Impact"), cut.impact, 100),
        Zones(*(str(ZONES[zone]) for zone in _CLOCKWISE)),
        _("Comments"),
        _("Topic"),
    )


def _opportunity(one: Opportunity, n: int, chosen: Chosen) -> Point:
    asking = round(one.demanda * n / 100)
    colour = ZONE_COLOURS[one.zona]
    return Point(one.tema, one.demanda, one.impacto, asking, colour, chosen.comments(asks=one.tema))
