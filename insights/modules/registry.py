"""Every module by its number: how it is reckoned, and how its stored answer is read back."""

import json
import logging
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from insights.modules import (
    advice_by_rules,
    cadence,
    emotions,
    engagement,
    frames,
    net_sentiment,
    opportunities,
    personality,
    recommendations,
    sentiment,
    summary,
    timeline,
    timing,
    topics,
    unusual_posts,
    voices,
)
from insights.modules.envelope import Module, Result, failed
from insights.modules.view import View

logger = logging.getLogger(__name__)

# From labels or posts alone; Q9 and Q10 stand on these.
COMPUTED: Mapping[Module, Callable[[View], Result[Any]]] = {
    Module.EMOTIONS: emotions.compute,
    Module.PERSONALITY: personality.compute,
    Module.TOPICS: topics.compute,
    Module.FRAMES: frames.compute,
    Module.VOICES: voices.compute,
    Module.OPPORTUNITIES: opportunities.compute,
    Module.SENTIMENT: sentiment.compute,
    Module.TIMELINE: timeline.compute,
    Module.ENGAGEMENT: engagement.compute,
    Module.CADENCE: cadence.compute,
    Module.TIMING: timing.compute,
    Module.NET_SENTIMENT: net_sentiment.compute,
    Module.UNUSUAL_POSTS: unusual_posts.compute,
}
_SHAPES: Mapping[Module, type[Result[Any]]] = {
    Module.EMOTIONS: Result[emotions.Emotions],
    Module.PERSONALITY: Result[personality.Personality],
    Module.TOPICS: Result[topics.Topics],
    Module.FRAMES: Result[frames.Frames],
    Module.VOICES: Result[voices.Voices],
    Module.OPPORTUNITIES: Result[opportunities.Opportunities],
    Module.SENTIMENT: Result[sentiment.Sentiments],
    Module.TIMELINE: Result[timeline.Timeline],
    Module.RECOMMENDATIONS: Result[recommendations.Recommendations],
    Module.SUMMARY: Result[summary.Summary],
    Module.ENGAGEMENT: Result[engagement.Engagement],
    Module.CADENCE: Result[cadence.Cadence],
    Module.TIMING: Result[timing.Timing],
    Module.NET_SENTIMENT: Result[net_sentiment.NetSentiment],
    Module.UNUSUAL_POSTS: Result[unusual_posts.UnusualPosts],
}


class MalformedResult(ValueError):
    """A stored result is not what its module gives; `faults` say where and why, without the values."""

    def __init__(self, module: Module, faults: tuple[str, ...]) -> None:
        super().__init__(f"{module}: {'; '.join(faults)}")
        self.module, self.faults = module, faults


def compute(view: View, module: Module) -> Result[Any]:
    """Reckon one module of COMPUTED; one that breaks is a failed module, never a failed run (N14)."""
    return _guarded(view, module, COMPUTED[module])


def compute_all(view: View) -> dict[Module, Result[Any]]:
    """Reckon all that needs nothing but the view."""
    return {module: compute(view, module) for module in COMPUTED}


def advise(view: View, results: Mapping[Module, Result[Any]]) -> Result[Any]:
    """Answer Q9 by rules, where there is no model to ask (N11); needs Q3 and Q6 to Q8."""
    return _guarded(view, Module.RECOMMENDATIONS, lambda view: advice_by_rules.by_rules(view, results))


def summarise(view: View, results: Mapping[Module, Result[Any]]) -> Result[Any]:
    """Answer Q10 from Q1 to Q9 of the same view; those not given are named as missing."""
    return _guarded(view, Module.SUMMARY, lambda view: summary.summarise(view, results))


def read_result(module: Module, stored: Any) -> Result[Any]:
    """Read a result that was stored or sent, plain JSON values; raises MalformedResult."""
    try:
        text = json.dumps(stored, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise MalformedResult(module, ("not JSON",)) from None
    return read_text(module, text)


def read_text(module: Module, text: str) -> Result[Any]:
    """Read a result from its JSON text; raises MalformedResult."""
    try:
        result = _reader(module).validate_json(text)
    except ValidationError as error:
        raise MalformedResult(module, tuple(_fault(each) for each in error.errors())) from None
    except (TypeError, ValueError, RecursionError):
        raise MalformedResult(module, ("not JSON",)) from None
    if result.metadata.module is not module:
        raise MalformedResult(module, (f"metadata.module: it is of {result.metadata.module}",))
    return result


def json_schema(module: Module) -> dict[str, Any]:
    """Return the JSON schema of a module's result."""
    return _reader(module).json_schema()


@cache
def _reader(module: Module) -> TypeAdapter[Result[Any]]:
    return TypeAdapter(_SHAPES[module])


def _fault(error: Any) -> str:
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


def _guarded(view: View, module: Module, ask: Callable[[View], Result[Any]]) -> Result[Any]:
    try:
        return ask(view)
    except Exception as error:
        logger.exception("Module %s failed", module)
        return failed(view, module, f"module_failed:{type(error).__name__}")
