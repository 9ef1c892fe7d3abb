"""Brands and their schedules: when each is looked at, by which clock, who sees which (N16, N17)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django_celery_beat.models import PeriodicTask
from hypothesis import given
from hypothesis import strategies as st

from insights.actions import (
    BadSchedule,
    change_ficha,
    correct_label,
    create_ficha,
    upload_workbook,
)
from insights.actions import test_connection as connection_of
from insights.models import Comment, FichaCliente, FichaViewer, Label
from insights.queries.fichas import next_look, stale_fichas, visible_fichas
from insights.queries.health import health
from insights.rules import Frame, Sentiment, with_offset
from insights.rules import Label as Meaning
from insights.sources import MissingColumns
from tenants.jobs.models import Schedule
from tenants.jobs.schedules import mirror
from tenants.records.models import StoredFile
from tenants.rules import Role
from tenants.scope import owner_scope, tenant_scope
from tests.insights.analysing import JOY, analysed
from tests.insights.reading import a_comment, a_ficha, a_post, a_workbook, tabs


@pytest.mark.parametrize(
    ("words", "ficha", "later"),
    [
        ("0 6 * * *", 7, "7 6 * * *"),
        ("0 6 * * *", 67, "7 6 * * *"),
        ("45 6 * * 1", 20, "5 7 * * 1"),
        ("45 23 * * *", 20, "59 23 * * *"),
        ("50 * * * *", 20, "10 * * * *"),
        ("*/15 * * * *", 20, "*/15 * * * *"),
    ],
)
def test_it_begins_brands_at_different_minutes(words, ficha, later):
    """N16: each with a fixed offset of 0-29 minutes."""
    assert with_offset(words, ficha) == later


@given(st.integers(0, 59), st.integers(0, 23), st.integers(0, 10**15))
def test_it_never_leaves_the_day(minute, hour, ficha):
    """N16: an offset is later by 0-29 minutes, and on the same day."""
    told = with_offset(f"{minute} {hour} * * *", ficha).split()
    passed = int(told[0]) + 60 * int(told[1]) - minute - 60 * hour
    assert 0 <= passed < 30
    assert int(told[1]) < 24


def test_it_puts_a_brand_on_the_shared_scheduler_in_its_own_zone(acme, any_db):
    """N16: schedules are beat's entries per brand, in its zone; a disabled brand's is off."""
    with tenant_scope(acme.schema_name):
        ficha = create_ficha(by=None, brand_name="Café Sur", timezone="America/Lima", schedule="0 5 * * *")
        assert Schedule.objects.get(kind="insights.analyze").subject == str(ficha.pk)
    with owner_scope():
        mirror()
        task = PeriodicTask.objects.get(args__contains="insights.analyze")
        assert (str(task.crontab.timezone), task.crontab.hour, task.enabled) == ("America/Lima", "5", True)
        assert task.crontab.minute == str(ficha.pk % 30)
    with tenant_scope(acme.schema_name):
        change_ficha(ficha=ficha, by=None, is_enabled=False, timezone="America/Santiago")
    with owner_scope():
        mirror()
        task.refresh_from_db()
        assert (str(task.crontab.timezone), task.enabled) == ("America/Santiago", False)


@pytest.mark.parametrize("values", [{"schedule": "diario"}, {"timezone": "Lima"}, {"schedule": "99 6 * * *"}])
def test_it_refuses_a_schedule_that_cannot_be_read(in_acme, values):
    """N16: a bad schedule is refused where it is written, not found out at night."""
    with pytest.raises(BadSchedule):
        create_ficha(by=None, brand_name="Café Sur", **values)
    assert not FichaCliente.objects.exists()


def test_it_says_when_a_brand_is_looked_at_next(in_acme):
    """W5, N16: the next look, by the brand's clock."""
    ficha = create_ficha(by=None, brand_name="Café Sur", timezone="America/Lima")
    now = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
    expected = datetime(2026, 1, 11, 11, ficha.pk % 30, tzinfo=UTC)
    assert next_look(ficha=ficha, now=now) == expected


def test_it_finds_brands_that_nobody_looked_at(in_acme):
    """N17: no check in 25 hours is stale; a disabled brand is not."""
    now = datetime.now(UTC)
    for name, hours, enabled in (("fresca", 24, True), ("vieja", 26, True), ("apagada", 26, False)):
        ficha = create_ficha(by=None, brand_name=name, is_enabled=enabled)
        checked = now - timedelta(hours=hours)
        FichaCliente.objects.filter(pk=ficha.pk).update(last_checked_at=checked)
    assert [ficha.brand_name for ficha in stale_fichas(now=now)] == ["vieja"]
    assert health(since=now - timedelta(days=1), now=now).stale == 1


def test_it_hides_brands_from_viewers_of_others(in_acme):
    """Who: a viewer bound to some brands sees those; bound to none, all; admins see all."""
    one, other = (create_ficha(by=None, brand_name=name) for name in ("Una", "Otra"))
    bound, free = uuid4(), uuid4()
    FichaViewer.objects.create(ficha=one, member=bound)
    assert list(visible_fichas(role=Role.VIEWER, member=bound)) == [one]
    assert set(visible_fichas(role=Role.VIEWER, member=free)) == {one, other}
    assert set(visible_fichas(role=Role.ADMIN, member=bound)) == {one, other}


def test_it_tries_a_source_without_storing_anything(in_acme):
    """N1: test connection says rows and problems; nothing is stored, nobody is paid."""
    ficha = a_ficha([a_post(), a_post("https://x.pe/2", platform="x")], [a_comment(), a_comment(" ")])
    told = connection_of(ficha=ficha)
    assert (told.posts, told.comments, told.problems) == (1, 1, {"invalid_platform": 1})
    assert not Comment.objects.exists()


def test_it_takes_a_workbook_only_when_it_can_be_read(in_acme):
    """N1, N2: a workbook without its columns never becomes the source."""
    ficha = create_ficha(by=None, brand_name="Café Sur")
    with pytest.raises(MissingColumns):
        upload_workbook(ficha=ficha, name="a.xlsx", content=a_workbook({"Posts": [["a"]]}), by=None)
    upload_workbook(ficha=ficha, name="b.xlsx", content=a_workbook(tabs([a_post()], ())), by=None)
    assert FichaCliente.objects.filter(workbook__name="b.xlsx").exists()


def test_a_replaced_workbook_is_forgotten(in_acme):
    """S19: strangers' words in a workbook that nobody reads any more go after a month; the new one stays."""
    ficha = create_ficha(by=None, brand_name="Café Sur")
    for name in ("a.xlsx", "b.xlsx"):
        upload_workbook(ficha=ficha, name=name, content=a_workbook(tabs([a_post()], ())), by=None)
    old, new = StoredFile.objects.order_by("name")
    assert new.expires_at is None
    assert old.expires_at is not None
    assert timedelta(days=29) < old.expires_at - datetime.now(UTC) < timedelta(days=31)


def test_it_lets_a_human_label_win(in_acme, settings):
    """N9: a correction stands for its comment alone, names who made it, and keeps the engine's label."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    ficha = a_ficha([a_post()], [a_comment("buenísimo"), a_comment("buenísimo", ownerUsername="eva")])
    analysed(ficha)
    one, other = Comment.objects.order_by("pk")
    said = Meaning(emotions=JOY.emotions, sentiment=Sentiment.MIXED, score=0.0, frame=Frame.POSITIVE)
    label = correct_label(comment=one, meaning=said, by=uuid4())
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.label_id, label.corrects_id, label.meaning) == (label.pk, other.label_id, said)
    assert Label.objects.filter(engine="offline").count() == 1
    assert analysed(ficha, is_forced=True).labelled == 0
    one.refresh_from_db()
    assert one.label_id == label.pk
