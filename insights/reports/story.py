"""The story of a range in ten seconds: what cannot wait, key figures and their moves, sharp turns (Q10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from insights.modules import Module
from insights.modules.summary import Alert, AlertKind
from insights.modules.weeks import first_day
from insights.reports.charts import turned
from insights.reports.looking import Chosen
from insights.reports.panels import Look
from insights.reports.words import EMOTIONS, MODULES
from insights.rules import Sentiment
from tenants.display.home import Tone

LATEST_TURNS = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and where the reader sees what it stands on."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One key figure; `change` is against as many days before, "" where nothing can be compared."""

    label: str
    value: str
    href: str
    change: str = ""
    tone: Tone = "calm"
    direction: str = "flat"


@dataclass(frozen=True, slots=True)
class Story:
    """What a brand's page says first; `alert` is what cannot wait."""

    alert: Said | None
    headline: str
    findings: tuple[Said, ...]
    figures: tuple[Figure, ...]
    turns: tuple[Said, ...]
    missing: str


def story(look: Look) -> Story | None:
    """Return the story of a look; None when nobody said anything in it."""
    found = look.found(Module.SUMMARY)
    if found is None:
        return None
    findings = tuple(Said(one.texto, look.chosen.href(one.modulo.key)) for one in found.hallazgos_clave)
    alert = _alert(found.alerta_prioritaria, look.chosen) if found.alerta_prioritaria else None
    missing = ", ".join(str(MODULES[module]) for module in found.faltantes)
    return Story(
        alert=alert,
        headline=alert.text if alert else _headline(look),
        findings=findings,
        figures=tuple(_figures(look)),
        turns=_turns(look),
        missing=_("Not available: %(modules)s.") % {"modules": missing} if missing else "",
    )


def _headline(look: Look) -> str:
    result = look.results[Module.SUMMARY]
    if result.muestra_insuficiente:
        return _("Too few comments in these days to tell a story.")
    share = _share(look.found(Module.SENTIMENT), Sentiment.NEGATIVE)
    before = _share(_results(look, Module.SENTIMENT), Sentiment.NEGATIVE)
    if share is not None and before is not None and abs(share - before) >= 5:
        return _("Criticism grows.") if share > before else _("Criticism falls.")
    return _("Nothing urgent in these days.")


def _alert(alert: Alert, chosen: Chosen) -> Said:
    if alert.tipo is AlertKind.WORSE and alert.semana:
        return Said(alert.texto, chosen.comments(week=str(first_day(alert.semana))))
    if alert.tipo is AlertKind.CRITICAL and alert.tema:
        return Said(alert.texto, chosen.comments(asks=alert.tema))
    return Said(alert.texto, chosen.comments(sentiment=Sentiment.NEGATIVE))


def _turns(look: Look) -> tuple[Said, ...]:
    found = look.found(Module.TIMELINE)
    latest = reversed(found.anomalias[-LATEST_TURNS:]) if found else ()
    return tuple(
        Said(turned(one, look.formats), look.chosen.comments(week=str(first_day(one.semana))))
        for one in latest
    )


def _figures(look: Look) -> Iterator[Figure]:
    yield _comments(look)
    for kind, label, is_good in (
        (Sentiment.POSITIVE, _("Positive comments"), True),
        (Sentiment.NEGATIVE, _("Negative comments"), False),
    ):
        yield _percent(look, kind, label, is_good=is_good)
    yield _emotion(look)
    yield _topic(look)


def _comments(look: Look) -> Figure:
    now, formats = look.results[Module.SENTIMENT].n, look.formats
    result = look.before.get(Module.SENTIMENT)
    label, href = _("Comments"), look.chosen.comments()
    if not (result and result.n):
        return Figure(label, formats.number(now), href)
    apart = now / result.n - 1
    change = f"{_sign(apart)}{formats.percent(abs(apart), 0)}"
    return Figure(label, formats.number(now), href, change, "calm", _way(apart))


def _percent(look: Look, kind: Sentiment, label: str, *, is_good: bool) -> Figure:
    share = _share(look.found(Module.SENTIMENT), kind)
    href = look.chosen.comments(sentiment=kind)
    if share is None:
        return Figure(label, "–", href)
    value = look.formats.percent(share / 100, 0)
    before = _share(_results(look, Module.SENTIMENT), kind)
    if before is None:
        return Figure(label, value, href)
    apart = round(share - before, 1)
    tone: Tone = "calm" if abs(apart) < 1 else "good" if (apart > 0) is is_good else "bad"
    points = look.formats.number(abs(apart), 1)
    change = _("%(sign)s%(points)s points") % {"sign": _sign(apart), "points": points}
    return Figure(label, value, href, change, tone, _way(apart))


def _emotion(look: Look) -> Figure:
    emotion = _dominant(look.found(Module.EMOTIONS))
    before = _dominant(_results(look, Module.EMOTIONS))
    value = str(EMOTIONS[emotion]) if emotion else "–"
    href = look.chosen.comments(emotion=emotion) if emotion else look.chosen.href(Module.EMOTIONS.key)
    return Figure(_("Main emotion"), value, href, _was(EMOTIONS.get(before), value) if before else "")


def _topic(look: Look) -> Figure:
    topic, before = _first(look.found(Module.TOPICS)), _first(_results(look, Module.TOPICS))
    href = look.chosen.comments(topic=topic) if topic else look.chosen.href(Module.TOPICS.key)
    return Figure(_("Main topic"), topic or "–", href, _was(before, topic) if before else "")


def _was(before: object, now: str) -> str:
    return _("as before") if str(before) == now else _("before: %(what)s") % {"what": before}


def _results(look: Look, module: Module) -> Any:
    result = look.before.get(module)
    return result.results if result else None


def _share(found: Any, kind: Sentiment) -> float | None:
    return 100 * found.distribucion[kind] if found else None


def _dominant(found: Any) -> Any:
    return found.emocion_dominante if found else None


def _first(found: Any) -> str:
    return found.topics[0].topic if found and found.topics else ""


def _sign(apart: float) -> str:
    return "+" if apart > 0 else "−" if apart < 0 else "±"


def _way(apart: float) -> str:
    return "flat" if not apart else "up" if apart > 0 else "down"
