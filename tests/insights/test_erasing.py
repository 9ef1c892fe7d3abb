"""Who is erased leaves no words in labels either: of earlier texts, or of requests under way (S19)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from insights.actions.erasing import InsightTraces
from insights.labelling import Labelled, Stop
from insights.models import Comment, CommentVersion, Insight, Label
from insights.rules import Need, text_hash
from tenants.models import Tenant
from tenants.records.erasure import Fate, Order, PersonKeys, Trace
from tests.insights.analysing import JOY, Scripted, analysed
from tests.insights.reading import a_comment, a_ficha, a_post, give_rows

EVA = PersonKeys(handle="@eva")
PHONE = PersonKeys(phone="+56987600123")
BEFORE, NOW = "mi número es 987600123", "gracias por llamar"
# An earlier text, and the first insight, which quotes it.
QUOTED = {"insights.CommentVersion": 1, "insights.Insight": 1}
ASKING = replace(JOY, need=Need(text="que la llamen", topic="Servicio", impact=50))


class Needing(Scripted):
    """Reads a need in everything."""

    def label(self, *asked: Any, **told: Any) -> Iterator[Labelled]:
        """Answer as before, with the need."""
        for one in super().label(*asked, **told):
            yield replace(one, labels=dict.fromkeys(one.labels, ASKING))


@pytest.fixture
def engine(in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> Needing:
    """The engine of every run."""
    return install(Needing(), monkeypatch)


def install(engine: Needing, monkeypatch: pytest.MonkeyPatch) -> Needing:
    monkeypatch.setattr("insights.actions.running.advice.recommend", engine.advising)
    monkeypatch.setattr("insights.actions.running.work.labeller_for", lambda _model: engine)
    return engine


def erase(keys: PersonKeys) -> dict[str, int]:
    touched = InsightTraces().erased(Order(keys=keys, by=None))
    return {model: count for model, count in touched.items() if count}


def by_eva(text: str) -> list[Any]:
    return a_comment(text, ownerUsername="@Eva", comment_id="e1")


def edited(*others: list[Any]) -> None:
    """Let Eva say something, and something else later; both were labelled."""
    ficha = a_ficha([a_post()], [by_eva(BEFORE), *others])
    analysed(ficha)
    give_rows(ficha, [a_post()], [by_eva(NOW), *others])
    analysed(ficha)


def labels_of(text: str) -> list[str]:
    """Return the needs that are stored under a text's hash."""
    return list(Label.objects.filter(text_hash=text_hash(text)).values_list("need_text", flat=True))


@pytest.mark.usefixtures("engine")
def test_labels_of_earlier_texts_lose_words_and_hash() -> None:
    """S19, N6: what an edited comment said before is as much the person's as what it says now."""
    edited()
    assert erase(EVA) == QUOTED | {"insights.Comment": 1, "insights.Label": 2, "insights.Insight": 2}
    assert (labels_of(BEFORE), labels_of(NOW)) == ([], [])
    assert set(Label.objects.values_list("need_text", "joy")) == {("—", 10_000)}
    assert erase(EVA) == {}


@pytest.mark.usefixtures("engine")
def test_so_does_that_of_an_earlier_text_that_alone_names_the_person() -> None:
    """S19: the comment is somebody's who no longer gives the number; only the earlier text goes."""
    edited()
    assert erase(PHONE) == QUOTED | {"insights.Label": 1}
    assert (labels_of(BEFORE), labels_of(NOW)) == ([], ["que la llamen"])


@pytest.mark.usefixtures("engine")
def test_an_earlier_text_without_a_label_is_looked_for_too() -> None:
    """S19: it may have been labelled all the same."""
    edited()
    CommentVersion.objects.update(label=None)
    erase(EVA)
    assert labels_of(BEFORE) == []


@pytest.mark.usefixtures("engine")
def test_what_others_say_or_said_stays() -> None:
    """S19, N8: equal texts share a label; it goes with the last who has it."""
    edited(a_comment(BEFORE, ownerUsername="@Paz"))
    other = Comment.objects.get(author__iendswith="paz")
    erase(EVA)
    assert labels_of(BEFORE) == ["que la llamen"]
    CommentVersion.objects.create(comment=other, text=BEFORE, label=other.label, run=other.first_run)
    Comment.objects.filter(pk=other.pk).update(text=NOW, text_hash=text_hash(NOW))
    erase(EVA)
    assert labels_of(BEFORE) == ["que la llamen"]
    erase(PersonKeys(handle="paz"))
    assert labels_of(BEFORE) == []


def test_a_need_that_names_the_person_is_found_and_blanked(engine: Needing) -> None:
    """S19: the second look sees it, whoever's the comment is."""
    analysed(a_ficha([a_post()], [a_comment("llámenla")]))
    Label.objects.update(need_text="llamar al 987600123 hoy")
    assert InsightTraces().found(PHONE).traces == (Trace("insights.Label", 1, Fate.EMPTIED),)
    assert erase(PHONE) == {"insights.Label": 1}
    assert labels_of("llámenla") == ["llamar al — hoy"]
    assert InsightTraces().found(PHONE).traces == ()


def test_an_answer_that_comes_after_an_erasure_is_not_kept(
    in_acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S19, N12: the text was gone before the model had said what it means; the others' labels are kept."""

    class Late(Needing):
        def label(self, *asked: Any, **told: Any) -> Iterator[Labelled]:
            for one in super().label(*asked, **told):
                erase(EVA)
                yield one

    install(Late(), monkeypatch)
    run = analysed(a_ficha([a_post()], [by_eva(BEFORE), a_comment(NOW)]))
    assert (run.state, labels_of(BEFORE), labels_of(NOW)) == ("completed", [], ["que la llamen"])


@pytest.mark.parametrize("given_up", ["", "language"])
def test_what_was_not_labelled_yet_is_never_asked_nor_counted(engine: Needing, given_up: str) -> None:
    """S19, N7: a dash is nobody's opinion, and nobody pays for it, whatever engine comes."""
    ficha = a_ficha([a_post()], [by_eva(BEFORE), a_comment(NOW)])
    engine.stop = Stop.UNREACHABLE
    analysed(ficha)
    Comment.objects.filter(text=BEFORE).update(unlabelled_because=given_up)
    erase(EVA)
    engine.stop, engine.model = None, "another"
    run = analysed(ficha)
    assert (run.state, run.labelled, run.pending, engine.calls) == ("completed", 1, 0, [[NOW]])
    assert Insight.objects.get().total_comments_analyzed == 1
    assert Comment.objects.get(label=None).unlabelled_because == "erased"
    assert analysed(ficha).state == "skipped"


@pytest.mark.usefixtures("engine")
def test_what_was_labelled_before_stays_counted() -> None:
    """S19: figures stay; it is neither asked again nor given up."""
    edited()
    erase(EVA)
    comment = Comment.objects.get()
    assert comment.label is not None
    assert comment.unlabelled_because == ""
