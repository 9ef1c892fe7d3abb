"""A brand that changes its zone keeps its comments: their wall clock is the same (N3, N4, N6)."""

from typing import Any

import pytest
from django.utils import timezone

from insights.actions import start_analysis
from insights.actions.fichas import change_ficha
from insights.actions.reading import storing
from insights.models import Comment, FichaCliente
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.scope import current_schema
from tests.insights.analysing import analysed
from tests.insights.reading import a_comment, a_ficha, a_post, give_rows

WALL, FIXED, KNOWN = "sin desfase", "con desfase", "con id"


def comments(wall: str = WALL) -> list[list[Any]]:
    return [
        a_comment(wall, created_at="2025-01-06 10:00"),
        a_comment(FIXED, ownerUsername="@Bea", created_at="2025-01-06T10:00:00-05:00"),
        a_comment(KNOWN, ownerUsername="@Caro", created_at="2025-01-06 10:00", comment_id="c1"),
    ]


@pytest.fixture
def ficha(in_acme: Any) -> FichaCliente:
    """Three comments, labelled; the brand's zone has changed since."""
    made = a_ficha([a_post()], comments(), timezone="America/Lima")
    analysed(made)
    return change_ficha(ficha=FichaCliente.objects.get(pk=made.pk), by=None, timezone="America/Santiago")


def told() -> dict[str, tuple[int, int, bool]]:
    found = Comment.objects.all()
    return {one.text: (one.pk, one.created_at.hour, one.missing_in_source) for one in found}


def test_nothing_is_new_and_moments_are_read_anew(ficha: FichaCliente) -> None:
    """N3, N6, N7: ten o'clock of Lima is ten o'clock of Santiago now; an offset says its own."""
    before = told()
    run = analysed(ficha)
    assert (run.state, run.comments_new, run.comments_edited, run.rows_vanished) == ("skipped", 0, 0, 0)
    assert {text: one[0] for text, one in told().items()} == {text: one[0] for text, one in before.items()}
    assert {text: one[1] for text, one in told().items()} == {WALL: 13, FIXED: 15, KNOWN: 13}
    give_rows(ficha, [a_post()], [*comments(), a_comment("otra")])
    run = analysed(ficha)
    assert (run.comments_new, Comment.objects.count()) == (1, 4), "the next read is an ordinary one"


def test_a_text_that_was_edited_meanwhile_is_the_same_comment(ficha: FichaCliente) -> None:
    """N6: same post, author and wall clock, one text gone and one come."""
    give_rows(ficha, [a_post()], comments("sin desfase, corregido"))
    run = analysed(ficha)
    assert (run.comments_new, run.comments_edited, run.rows_vanished) == (0, 1, 0)


def test_a_comment_that_was_gone_comes_back_as_itself(ficha: FichaCliente) -> None:
    """N6: what the source had lost is known again in another zone too."""
    Comment.objects.filter(text=WALL).update(missing_in_source=True)
    before = told()
    run = analysed(ficha)
    assert (run.comments_new, Comment.objects.count()) == (0, 3)
    assert told()[WALL] == (before[WALL][0], 13, False)


def test_a_source_that_begins_to_give_ids_keeps_its_comments(ficha: FichaCliente) -> None:
    """N4: another zone and another form of the identity at once."""
    rows = [a_comment(WALL, created_at="2025-01-06 10:00", comment_id="c0"), *comments()[1:]]
    give_rows(ficha, [a_post()], rows)
    run = analysed(ficha)
    assert (run.comments_new, Comment.objects.count()) == (0, 3)


def test_a_read_without_comments_forgets_nothing(ficha: FichaCliente) -> None:
    """N6: the tab is missing on the day that the zone changes; a day later its comments are the same."""
    give_rows(ficha, [a_post()], None)
    assert analysed(ficha).comments_read == 0
    give_rows(ficha, [a_post()], comments())
    assert (analysed(ficha).comments_new, Comment.objects.count()) == (0, 3)


def test_a_sheet_that_is_cut_on_that_day_forgets_nothing(ficha: FichaCliente) -> None:
    """N6: most rows are lost by mistake as the zone changes; a day later they are the same comments."""
    give_rows(ficha, [a_post()], comments()[2:])
    assert analysed(ficha).rows_vanished == 2
    give_rows(ficha, [a_post()], comments())
    assert (analysed(ficha).comments_new, Comment.objects.count()) == (0, 3)


def move_to(ficha: FichaCliente, zone: str) -> None:
    change_ficha(ficha=FichaCliente.objects.get(pk=ficha.pk), by=None, timezone=zone)


def breaks_down(*_told: Any) -> None:
    raise RuntimeError("out of memory")


def many(*texts: str) -> list[list[Any]]:
    return [a_comment(text, created_at="2025-01-06 10:00", ownerUsername=f"@{text}") for text in texts]


def test_a_zone_taken_back_after_a_cut_sheet_doubles_nothing(in_acme: Any) -> None:
    """N6: what the cut sheet still held was read in the new zone; it is known again in the old one."""
    ficha = a_ficha([a_post()], many("uno", "dos", "tres"), timezone="America/Lima")
    analysed(ficha)
    move_to(ficha, "America/Santiago")
    give_rows(ficha, [a_post()], many("uno"))
    assert analysed(ficha).rows_vanished == 2
    move_to(ficha, "America/Lima")
    give_rows(ficha, [a_post()], many("uno", "dos", "tres"))
    run = analysed(ficha)
    assert (run.comments_new, run.rows_vanished, Comment.objects.count()) == (0, 0, 3)


def test_an_edit_after_a_cut_sheet_in_the_new_zone_is_an_edit(in_acme: Any) -> None:
    """N6: same post, author and moment of the zone that the cut sheet was read in."""
    ficha = a_ficha([a_post()], many("uno", "dos", "tres"), timezone="America/Lima")
    analysed(ficha)
    move_to(ficha, "America/Santiago")
    give_rows(ficha, [a_post()], many("uno"))
    analysed(ficha)
    edited = a_comment("uno, corregido", created_at="2025-01-06 10:00", ownerUsername="@uno")
    give_rows(ficha, [a_post()], [edited])
    run = analysed(ficha)
    assert (run.comments_new, run.comments_edited, Comment.objects.count()) == (0, 1, 3)


def test_what_was_gone_before_two_zones_comes_back_as_itself(in_acme: Any) -> None:
    """N6: a row that was missing while a whole sheet was read in another zone stands in the one before."""
    texts = ("uno", "dos", "tres", "cuatro", "cinco", "seis")
    ficha = a_ficha([a_post()], many(*texts), timezone="America/Lima")
    analysed(ficha)
    for zone in ("America/Santiago", "Europe/Madrid"):
        move_to(ficha, zone)
        give_rows(ficha, [a_post()], many(*texts[1:]))
        assert analysed(ficha).comments_new == 0
    give_rows(ficha, [a_post()], many(*texts))
    assert (analysed(ficha).comments_new, Comment.objects.count()) == (0, 6)


def test_a_read_that_broke_down_leaves_its_zone_behind(in_acme: Any, monkeypatch: Any) -> None:
    """N6, J6: it had written rows in the new zone, which is taken back before it is taken up again."""
    ficha = a_ficha([a_post()], many("uno", "dos", "tres"), timezone="America/Lima")
    analysed(ficha)
    move_to(ficha, "America/Santiago")
    run = start_analysis(ficha=ficha.pk)
    ticket = DueTicket(Job.objects.get(state="waiting").pk, current_schema() or "")
    with monkeypatch.context() as broken:
        broken.setattr(storing, "_close", breaks_down)
        work_on(ticket)
    move_to(ficha, "America/Lima")
    give_rows(ficha, [a_post()], many("uno", "dos", "tres", "cuatro"))
    Job.objects.filter(state="waiting").update(due_at=timezone.now())
    work_on(ticket)
    run.refresh_from_db()
    assert (run.state, run.comments_new, Comment.objects.count()) == ("completed", 1, 4)


def test_zones_are_forgotten_once_nothing_is_missing(ficha: FichaCliente) -> None:
    """N6: a whole sheet puts every comment into one zone."""
    analysed(ficha)
    ficha.refresh_from_db()
    assert (ficha.read_zone, ficha.other_zones) == ("America/Santiago", [])
