"""Brands: made, changed, put on their schedule, given a source, tried out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from insights.actions.refusals import BadSchedule
from insights.actions.watching import schedule_watch
from insights.models import FichaCliente, Post
from insights.rules import JobKind, RowCode, SourceKind, Tab, Trigger, with_offset
from insights.sources import Answer, Source, read_rows, read_source
from tenants.intake import shown_name
from tenants.jobs.models import Schedule
from tenants.jobs.schedules import check_crontab
from tenants.records.actions import keep_file, note
from tenants.records.models import StoredFile
from tenants.rules import XLSX_TYPE

# Locales of spreadsheets that write the month first: their slashes are refused or, worse, understood (N3).
MONTH_FIRST = ("en_US", "en_PH", "fil_PH")
REPLACED_KEPT = timedelta(days=30)
NO_FILE = UUID(int=0)


@transaction.atomic
def create_ficha(*, by: UUID | None, **values: Any) -> FichaCliente:
    """Make a brand and put it on its schedule (N16). Raises BadSchedule."""
    ficha = FichaCliente(created_by=by, **{"schedule": settings.ORCHESTRATOR_SCHEDULE} | values)
    _check_schedule(ficha)
    ficha.save(force_insert=True)
    ficha.refresh_from_db()
    _put_on_schedule(ficha)
    note(verb="created", of="ficha", id=ficha.pk, by=by)
    return ficha


@transaction.atomic
def change_ficha(*, ficha: FichaCliente, by: UUID | None, **values: Any) -> FichaCliente:
    """Change a brand; another source, zone or tab is read from its beginning. Raises BadSchedule."""
    for name, value in values.items():
        setattr(ficha, name, value)
    _check_schedule(ficha)
    ficha.save(update_fields=[*values])
    _put_on_schedule(ficha)
    note(verb="changed", of="ficha", id=ficha.pk, by=by, change={"fields": sorted(values)})
    return ficha


@transaction.atomic
def upload_workbook(*, ficha: FichaCliente, name: str, content: bytes, by: UUID | None) -> FichaCliente:
    """Give a brand a workbook as its source, once it was read; raises a SourceRefused (N1).

    The one before is kept for a month, should the new one be a mistake, and then forgotten (S19).
    """
    source = source_of(ficha, workbook=content)
    read_rows(read_source(source), zone=source.zone)
    StoredFile.objects.filter(pk=ficha.workbook_id or NO_FILE).update(expires_at=Now() + REPLACED_KEPT)
    shown = shown_name(name, otherwise="brand.xlsx")
    stored = keep_file(name=shown, content=content, content_type=XLSX_TYPE, by=by)
    ficha.workbook, ficha.source_kind = stored, SourceKind.WORKBOOK
    ficha.save(update_fields=["workbook", "source_kind"])
    note(verb="upload", of="ficha", id=ficha.pk, by=by)
    return ficha


@dataclass(frozen=True, slots=True)
class Connection:
    """What a source would bring: counts, problems by code, and what its dates may be taken for."""

    posts: int
    comments: int
    rows_read: dict[str, int]
    problems: dict[RowCode, int]
    has_comments_tab: bool
    title: str
    locale: str
    zone: str

    @property
    def is_month_first(self) -> bool:
        """Say whether the sheet writes dates month first, which is not read so (N3)."""
        return self.locale in MONTH_FIRST


def test_connection(*, ficha: FichaCliente) -> Connection:
    """Read a brand's source without storing or paying anything; raises a SourceRefused (N1)."""
    source = source_of(ficha)
    answer: Answer = read_source(source, is_asked_about=True)
    known = set(Post.objects.filter(ficha=ficha).values_list("url", flat=True))
    read = read_rows(answer, zone=source.zone, known_urls=known)
    problems = {code: sum(one.code == code for one in read.remarks) for code in RowCode}
    return Connection(
        posts=len(read.posts),
        comments=len(read.comments),
        rows_read={str(tab): read.tabs[tab].read for tab in Tab},
        problems={code: count for code, count in problems.items() if count},
        has_comments_tab=read.has_comments_tab,
        title=answer.title,
        locale=answer.locale,
        zone=answer.zone,
    )


def source_of(ficha: FichaCliente, *, workbook: bytes | None = None) -> Source:
    """Return where a brand's rows are; `workbook` stands for the one that is stored. One query for that."""
    if workbook is None and ficha.source_kind == SourceKind.WORKBOOK and ficha.workbook_id:
        stored = StoredFile.objects.filter(pk=ficha.workbook_id).first()
        workbook = bytes(stored.content) if stored else None
    return Source(
        kind=SourceKind.WORKBOOK if workbook is not None else SourceKind(ficha.source_kind),
        zone=ficha.timezone,
        posts_tab=ficha.posts_tab,
        comments_tab=ficha.comments_tab,
        spreadsheet_id=ficha.spreadsheet_id,
        workbook=workbook,
    )


def _check_schedule(ficha: FichaCliente) -> None:
    try:
        check_crontab(ficha.schedule, now=timezone.now(), zone=ZoneInfo(ficha.timezone))
    except (ValueError, LookupError, OSError) as error:
        raise BadSchedule from error


def _put_on_schedule(ficha: FichaCliente) -> None:
    Schedule.objects.update_or_create(
        kind=JobKind.ANALYZE,
        subject=str(ficha.pk),
        defaults={
            "params": {"ficha": ficha.pk, "trigger": Trigger.SCHEDULE},
            "crontab": with_offset(ficha.schedule, ficha.pk),
            "timezone": ficha.timezone,
            "is_active": ficha.is_enabled,
        },
    )
    schedule_watch()
