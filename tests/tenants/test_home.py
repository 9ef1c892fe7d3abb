"""Home: figures of every app, what waits for a person, how fresh it is; nothing to press (W5, S2)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.display import tiles
from tenants.display.home import Attention, Tile
from tenants.display.tiles import HomePart
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job, Schedule
from tenants.scope import tenant_scope


@pytest.fixture
def provider():
    """An app that has something to show."""

    def part(now, who):
        waiting = Job.objects.count()
        words = Attention(f"{waiting} things wait")
        return HomePart(tiles=(Tile("Trial figure", 1234567),), attention=(words,))

    tiles.register(part, position=1)
    yield part
    tiles._PROVIDERS[:] = [pair for pair in tiles._PROVIDERS if pair[1] is not part]


def test_it_shows_what_apps_provide(bob, page, provider):
    """Providers run inside the viewer's scope; figures as the reader writes them (W7)."""
    said = page(bob).get("/").content.decode()
    assert "Trial figure" in said
    assert "1,234,567" in said
    assert "0 things wait" in said


def test_it_registers_a_provider_once(provider):
    """A second `ready` changes nothing."""
    tiles.register(provider, position=1)
    assert [known for _position, known in tiles._PROVIDERS].count(provider) == 1


def test_it_shows_jobs_in_trouble_and_how_fresh_each_kind_is(bob, acme, page):
    """Failed ones first; the last end of each kind, and when it runs next."""
    with tenant_scope(acme.schema_name):
        jobs.enqueue(kind="test.kind", subject="a")
        now = timezone.now()
        Job.objects.update(state="failed", finished_at=now - timedelta(hours=2))
        Schedule.objects.create(kind="test.other", crontab="0 3 * * *")
    said = page(bob).get("/").content.decode()
    assert "1 job failed since yesterday" in said
    assert "2 hr. ago" in said
    assert "not yet" in said


def test_it_has_nothing_to_press_for_a_viewer(bob, page):
    """Only language and log-out, which are the person's own."""
    said = page(bob).get("/").content.decode()
    forms = [part.split('action="')[1].split('"')[0] for part in said.split("<form")[1:]]
    assert sorted(forms) == ["/language/", "/logout/"]
