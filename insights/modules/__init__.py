"""The questions Q1 to Q15: pure arithmetic over the labels of a view. See docs/insights-modules.md.

view = View(comments=…, posts=…, engine=Engine.MODEL, zone="America/Lima")
results = compute_all(view)  # Q1-Q8, Q11-Q15
results[Module.RECOMMENDATIONS] = from_model(view, results, rows)  # or advise(view, results) without a model
results[Module.SUMMARY] = summarise(view, results)
results[Module.EMOTIONS].to_json()
read_result(Module.EMOTIONS, stored)
"""

from insights.modules.envelope import Metadata, Module, Remark, Result, failed, finished, needs_model
from insights.modules.quotes import Quote, best_quote, is_verbatim
from insights.modules.recommendations import (
    Area,
    Evidence,
    Reach,
    Recommendation,
    Recommendations,
    Rejected,
    Urgency,
    check_recommendation,
    from_model,
    is_found,
    reach_of,
    within,
)
from insights.modules.registry import (
    COMPUTED,
    MalformedResult,
    advise,
    compute,
    compute_all,
    json_schema,
    read_result,
    read_text,
    summarise,
)
from insights.modules.topic_names import topic_key
from insights.modules.verifying import quotes_of, verified
from insights.modules.view import CommentView, Cuts, PostView, View

__all__ = [
    "COMPUTED",
    "Area",
    "CommentView",
    "Cuts",
    "Evidence",
    "MalformedResult",
    "Metadata",
    "Module",
    "PostView",
    "Quote",
    "Reach",
    "Recommendation",
    "Recommendations",
    "Rejected",
    "Remark",
    "Result",
    "Urgency",
    "View",
    "advise",
    "best_quote",
    "check_recommendation",
    "compute",
    "compute_all",
    "failed",
    "finished",
    "from_model",
    "is_found",
    "is_verbatim",
    "json_schema",
    "needs_model",
    "quotes_of",
    "reach_of",
    "read_result",
    "read_text",
    "summarise",
    "topic_key",
    "verified",
    "within",
]
