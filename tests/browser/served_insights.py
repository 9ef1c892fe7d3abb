"""Brands of the served product: read by word lists, read by a model, not read yet, and one that is broken."""

from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from insights import actions
from insights.models import Comment, FichaCliente, FichaViewer, Insight, Label, Run, Task
from insights.models.labels import columns_of
from insights.rules import Engine, TaskState, text_hash
from insights.samples import BRANDS, BookSample, make_books
from tenants import actions as people
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, User
from tenants.rules import Role
from tenants.scope import owner_scope, tenant_scope
from tests import cast
from tests.insights.brands import a_brand

WEEKS = 14
MODEL = "gpt-5.4-nano"
# A viewer who sees one brand only, "Estudio Lienzo".
BOUND = "dora@acme.example"


def fill_insights(acme: Tenant, by: User) -> dict[str, str]:
    """Give Acme four brands, one viewer bound to one of them; return the pages of some of their rows."""
    with owner_scope():
        dora = cast_viewer(acme)
    with tenant_scope(acme.schema_name):
        aurora, _book = bring_brand("aurora", by)
        cumbre, told = bring_brand("cumbre", by)
        for ficha in (aurora, cumbre):
            actions.start_analysis(ficha=ficha.pk, by=by.pk)
    # Other jobs may be due as well, and come first.
    while _are_running(acme):
        assert work_once(platform=False)
    with tenant_scope(acme.schema_name):
        _read_by_a_model(cumbre, told)
        lienzo, _waits = bring_brand("lienzo", by)
        FichaViewer.objects.create(ficha=lienzo, member=dora.pk, created_by=by.pk)
        broken = a_brand(now=timezone.now(), name="Zapatería Luna", weeks=2)
        _break(broken)
        _move_tasks(cumbre, by)
        comment = Comment.objects.filter(ficha=aurora).latest("likes", "pk")
        run = Run.objects.filter(ficha=aurora).latest("pk")
        task = Task.objects.filter(ficha=cumbre).earliest("pk")
    pages = {"aurora": aurora, "cumbre": cumbre, "lienzo": lienzo, "luna": broken}
    return {
        **{f"brand_{name}": _page("dashboard", ficha) for name, ficha in pages.items()},
        **{f"board_{name}": _page("tasks", ficha) for name, ficha in pages.items()},
        **{f"comments_{name}": _page("comments", ficha) for name, ficha in pages.items()},
        "admin_brand": reverse("admin:insights_fichacliente_change", args=[aurora.pk]),
        "admin_brand_waits": reverse("admin:insights_fichacliente_change", args=[lienzo.pk]),
        "analysis": reverse("admin:insights_run_change", args=[run.pk]),
        "admin_comment": reverse("admin:insights_comment_change", args=[comment.pk]),
        "task": reverse("admin:insights_task_change", args=[task.pk]),
    }


def _are_running(acme: Tenant) -> bool:
    with tenant_scope(acme.schema_name):
        return Run.objects.live().exists()


def cast_viewer(acme: Tenant) -> User:
    """Return a new viewer of Acme. Needs the owner's scope."""
    dora = people.create_user(email=BOUND, name="Dora", password=cast.PASSWORD)
    people.give_role(user=dora, tenant=acme, role=Role.VIEWER)
    return dora


def last_monday(zone: str) -> date:
    """Return the Monday of the last whole week."""
    today = timezone.localdate(timezone=ZoneInfo(zone))
    return today - timedelta(days=today.weekday() + 7)


def bring_brand(brand: str, by: User, *, weeks: int = WEEKS) -> tuple[FichaCliente, BookSample]:
    """Make a brand of the samples with its workbook. Needs the tenant's scope."""
    sketch = BRANDS[brand]
    book = make_books(brand, weeks=weeks, last_monday=last_monday(sketch.zone), size=0.8)[1]
    ficha = actions.create_ficha(
        by=by.pk,
        brand_name=sketch.name,
        industry=sketch.industry,
        timezone=sketch.zone,
        target_profile={str(trait): value for trait, value in sketch.targets.items()},
    )
    actions.upload_workbook(ficha=ficha, name=book.filename, content=book.content, by=by.pk)
    return ficha, book


def _read_by_a_model(ficha: FichaCliente, book: BookSample) -> None:
    """Let each text mean what the generator knows, as a model would have said it."""
    texts = set(Comment.objects.filter(ficha=ficha).values_list("text", flat=True))
    Label.objects.bulk_create(
        Label(
            text_hash=text_hash(text),
            engine=Engine.MODEL,
            model=MODEL,
            prompt_version="sample",
            **columns_of(meaning),
        )
        for text, meaning in book.truth.labels.items()
        if text in texts
    )
    meant = Label.objects.filter(text_hash=OuterRef("text_hash"), engine=Engine.MODEL).values("pk")[:1]
    Comment.objects.filter(ficha=ficha).update(label=Coalesce(Subquery(meant), "label"))


def _break(ficha: FichaCliente) -> None:
    """Store recommendations of which nobody can make sense."""
    run = Run.objects.get(ficha=ficha)
    Insight.objects.create(
        ficha=ficha,
        run=run,
        analysis_timestamp=timezone.now(),
        q9_result={"estado": "ok", "results": {"recomendaciones": "?"}},
    )


def _move_tasks(ficha: FichaCliente, by: User) -> None:
    """Let somebody have begun with the first tasks."""
    states = (TaskState.DONE, TaskState.IN_PROGRESS)
    for task, state in zip(Task.objects.filter(ficha=ficha).order_by("week", "pk"), states, strict=False):
        actions.move_task(task=task, state=state, by=by.pk)
        actions.annotate_task(task=task, text="Lo lleva Camila.", by=by.pk)


def _page(name: str, ficha: FichaCliente) -> str:
    return f"{reverse(f'insights:{name}')}?{urlencode({'ficha': ficha.pk})}"
