"""Q4: how comments tell their story."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator
from pydantic.dataclasses import dataclass

from insights.modules.envelope import Module, Result, finished, needs_model
from insights.modules.numbers import dominant, intervals, shares
from insights.modules.quotes import Quote, best_quote
from insights.modules.shapes import STRICT, FrameIntervals, FrameShares, Some, Week, each_of
from insights.modules.view import Said, View
from insights.modules.weeks import year_week
from insights.rules import Frame

Examples = Annotated[dict[Frame, Quote | None], AfterValidator(each_of(Frame))]


@dataclass(frozen=True, slots=True, config=STRICT)
class FrameWeek:
    """A week in which `n` comments have a frame."""

    semana: Week
    n: Some
    distribucion_marcos: FrameShares
    ci95: FrameIntervals


@dataclass(frozen=True, slots=True, config=STRICT)
class Frames:
    """Shares of the comments that have a frame, with Wilson's intervals."""

    distribucion_marcos: FrameShares
    ci95: FrameIntervals
    marco_dominante: Frame | None
    ejemplos: Examples
    evolucion: tuple[FrameWeek, ...]


def compute(view: View) -> Result[Frames]:
    """Answer Q4; no comment with a frame is no_data."""
    if not view.offers_model:
        return needs_model(view, Module.FRAMES)
    return finished(view, Module.FRAMES, _frames(view))


def _frames(view: View) -> Frames | None:
    counts = frame_counts(view.labelled)
    if not any(counts.values()):
        return None
    weeks = ((year_week(monday), frame_counts(said)) for monday, said in view.by_week.items())
    return Frames(
        distribucion_marcos=shares(counts),
        ci95=intervals(counts),
        marco_dominante=dominant(counts),
        ejemplos={frame: _example(view, frame) for frame in Frame},
        evolucion=tuple(
            FrameWeek(week, sum(framed.values()), shares(framed), intervals(framed))
            for week, framed in weeks
            if any(framed.values())
        ),
    )


def frame_counts(said: Iterable[Said]) -> dict[Frame, int]:
    """Count comments by frame, in listed order; those without one are in none."""
    counted = Counter(label.frame for _, label in said)
    return {frame: counted[frame] for frame in Frame}


def _example(view: View, frame: Frame) -> Quote | None:
    return best_quote(comment for comment, label in view.labelled if label.frame is frame)
