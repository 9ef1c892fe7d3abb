"""One real round of insights for the demo (F7): a workbook of a synthetic brand, read, labelled and analysed.

By the actions that the administration's buttons call; the running worker does the job, and what it stored is
held against what the generator knows.
"""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from config.bootstrap import _
from config.demonstration import watch
from config.narration import Step
from config.supervisor import Supervisor, SupervisorError
from insights import actions
from insights.models import Comment, FichaCliente, Insight, Post
from insights.samples import BRANDS, make_books
from tenants.scope import tenant_scope


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands in the rows, or should."""

    posts: int
    comments: int


def name_of(brand: str) -> str:
    """Return what a brand of the samples is called."""
    return BRANDS[brand].name


def analyse_brand(step: Step, crew: Supervisor, *, schema: str, brand: str, seed: int) -> None:
    """Make the brand, give it its workbook and analyse it, once (N1-N15).

    Raises SupervisorError when the job fails or the rows are not the generator's.
    """
    with tenant_scope(schema):
        ficha = FichaCliente.objects.filter(brand_name=BRANDS[brand].name).first()
        if ficha and ficha.last_analysis_timestamp:
            step.facts["already_there"] = True
            return
    sample = make_books(brand, seed=seed, last_monday=_last_monday(BRANDS[brand].zone))[1]
    with tenant_scope(schema):
        ficha = ficha or _made(brand)
        actions.upload_workbook(ficha=ficha, name=sample.filename, content=sample.content, by=None)
        run = actions.start_analysis(ficha=ficha.pk)
    watch(step, crew, cast("UUID", run.job), schema)  # a run that was just started has its job
    _compare(step, schema, ficha, Stored(sample.truth.posts, sample.truth.comments))


def _made(brand: str) -> FichaCliente:
    sketch = BRANDS[brand]
    return actions.create_ficha(
        by=None,
        brand_name=sketch.name,
        industry=sketch.industry,
        country=sketch.country,
        timezone=sketch.zone,
        archetype=sketch.archetype,
        tone_of_voice=sketch.tone,
        target_profile={str(trait): value for trait, value in sketch.targets.items()},
        has_samples=True,
    )


def _last_monday(zone: str) -> date:
    """Return the Monday of the last whole week: nobody comments tomorrow."""
    today = timezone.localdate(timezone=ZoneInfo(zone))
    return today - timedelta(days=today.weekday() + 7)


def _compare(step: Step, schema: str, ficha: FichaCliente, expected: Stored) -> None:
    with tenant_scope(schema):
        comments = Comment.objects.filter(ficha=ficha)
        found = Stored(Post.objects.filter(ficha=ficha).count(), comments.count())
        step.facts |= asdict(found) | {"labelled": comments.exclude(label=None).count()}
        is_told = Insight.objects.filter(ficha=ficha).exists()
    if found != expected or not is_told:
        raise SupervisorError(
            _("The brand has %(found)s, the sample %(expected)s.") % {"found": found, "expected": expected}
        )
