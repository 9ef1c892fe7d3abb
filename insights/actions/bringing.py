"""Insights that another system found: stored beside our own, without words that nobody said (N15, N21)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from insights.actions.tasking import merge_tasks
from insights.models import Comment, FichaCliente, Insight
from insights.modules import Module, Result, quotes_of, verified
from insights.modules.voices import Voices
from insights.rules import ModuleState, RunState
from tenants.records.actions import note

LARGEST_ID = 10**18


@dataclass(frozen=True, slots=True)
class Brought:
    """What was found elsewhere: checked results by module, the moment and the totals."""

    results: Mapping[Module, Result[Any]]
    at: datetime
    posts: int = 0
    comments: int = 0

    @property
    def state(self) -> RunState:
        """Completed when all ten are there and none failed."""
        states = [result.estado for result in self.results.values()]
        whole = len(states) == 10 and ModuleState.FAILED not in states
        return RunState.COMPLETED if whole else RunState.PARTIAL


@transaction.atomic
def bring_insight(*, ficha: FichaCliente, brought: Brought, by: UUID | None) -> Insight:
    """Append an insight; quotes and voices that are not in the brand's comments are left out.

    The newest one's recommendations become tasks (N18), as those of our own runs do.
    """
    insight = Insight.objects.create(
        ficha=ficha,
        analysis_timestamp=brought.at,
        analysis_status=brought.state,
        total_posts_analyzed=brought.posts,
        total_comments_analyzed=brought.comments,
        engine=next(iter(brought.results.values())).metadata.engine,
        created_by=by,
        **_stored(ficha, brought.results),
    )
    older = Q(last_analysis_timestamp=None) | Q(last_analysis_timestamp__lt=brought.at)
    is_newest = FichaCliente.objects.filter(older, pk=ficha.pk).update(
        last_analysis_timestamp=brought.at, last_checked_at=Coalesce("last_checked_at", brought.at)
    )
    FichaCliente.objects.filter(pk=ficha.pk).restamp()
    if is_newest:
        _merge(insight, brought)
    note(verb="created", of="insight", id=insight.pk, by=by)
    return insight


def _merge(insight: Insight, brought: Brought) -> None:
    """Bring the tasks in line (N18); what does not speak of recommendations withdraws none."""
    advice = brought.results.get(Module.RECOMMENDATIONS)
    if advice is not None and advice.results is not None:
        merge_tasks(insight=insight, recommended=advice.results.recomendaciones)


def _stored(ficha: FichaCliente, results: Mapping[Module, Result[Any]]) -> dict[str, Any]:
    comments = Comment.objects.filter(ficha=ficha).order_by()
    cited = {quote.comment_id for result in results.values() for quote in quotes_of(result)}
    known = comments.filter(pk__in=[number for number in cited if number < LARGEST_ID])
    texts = dict(known.values_list("pk", "text"))
    has_voices = any(isinstance(result.results, Voices) for result in results.values())
    authors = set(comments.values_list("author", flat=True).distinct()) if has_voices else set()
    return {
        f"{module.key}_result": verified(result, texts=texts, authors=authors).to_json()
        for module, result in results.items()
    }
