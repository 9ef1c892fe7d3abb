"""How well an engine reads, and that the figures are counted right (Evaluation, N11)."""

from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from insights.labelling import Agreement, Asked, Brand, Labelled, MaySpend, OfflineLabeller
from insights.labelling.evaluating import BadExamples, Example, evaluate, read_examples
from insights.management.commands.evaluate_labels import SAMPLE
from insights.rules import Emotion, Engine, Label, Sentiment

JOY, ANGER = Emotion.JOY, Emotion.ANGER
P, N, U = Sentiment.POSITIVE, Sentiment.NEGATIVE, Sentiment.NEUTRAL


class Scripted:
    """Says what it is told, and something else the second time where two answers are given."""

    engine, model, version = Engine.MODEL, "scripted", "1"
    agreement = Agreement()

    def __init__(self, said: dict[str, list[tuple[Sentiment, set[Emotion]] | None]]) -> None:
        self._said, self._round = said, -1

    def label(self, asked: Sequence[Asked], *, brand: Brand, may_spend: MaySpend) -> Iterator[Labelled]:
        self._round += 1
        labels = {}
        for one in asked:
            answers = self._said[one.text]
            if (answer := answers[min(self._round, len(answers) - 1)]) is not None:
                shown = {emotion: 0.9 * (emotion in answer[1]) for emotion in Emotion}
                labels[one.key] = Label(emotions=shown, sentiment=answer[0], score=0.0)
        yield Labelled(labels)


def test_scores_are_counted_by_hand() -> None:
    """Evaluation: precision, recall and F1 by emotion; sides; agreement of two readings."""
    examples = [
        Example("a", P, frozenset({JOY})),
        Example("b", P, frozenset({JOY})),
        Example("c", N, frozenset({ANGER})),
        Example("d", U, frozenset()),
    ]
    found = evaluate(
        examples,
        labeller=Scripted(
            {
                "a": [(P, {JOY})],
                "b": [(N, {ANGER}), (P, {JOY})],
                "c": [(N, {ANGER})],
                "d": [None],
            }
        ),
    )
    assert (found.examples, found.unlabelled) == (4, 1)
    joy, anger = found.emotions[JOY], found.emotions[ANGER]
    assert (joy.precision, joy.recall, joy.n) == (1.0, 0.5, 2)
    assert joy.f1 == pytest.approx(2 / 3)
    assert (anger.precision, anger.recall) == (0.5, 1.0)
    assert found.emotion_macro_f1 == pytest.approx((2 / 3 + 2 / 3) / 6)
    assert found.polarity_right == pytest.approx(2 / 3)
    assert found.polarity_decides == 1.0
    assert found.agreement == pytest.approx(2 / 3)


def test_the_word_lists_reach_what_is_promised() -> None:
    """N11: macro-F1 of six emotions >= 0.60, polarity right >= 0.88 where it decides, deciding >= 70 %."""
    found = evaluate(read_examples(SAMPLE), labeller=OfflineLabeller())
    assert found.examples >= 140
    assert found.emotion_macro_f1 >= 0.60
    assert found.polarity_right is not None
    assert found.polarity_right >= 0.88
    assert found.polarity_decides is not None
    assert found.polarity_decides >= 0.70
    assert found.agreement == 1.0


def test_the_command_prints_the_figures() -> None:
    """Evaluation: `manage.py evaluate_labels` by itself scores the sample."""
    out = StringIO()
    call_command("evaluate_labels", "--offline", stdout=out)
    assert out.getvalue().startswith("offline lexicon lexicon-")
    assert "alegria" in out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("text,sentiment\nhola,Positivo\n", "columns missing: emotions"),
        ("text,sentiment,emotions\nhola,Bueno,\n", "line 2"),
        ("text,sentiment,emotions\nhola,Positivo,\nhola,Positivo,rabia\n", "line 3"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path: Path, content: str, words: str) -> None:
    """Evaluation: bad input gets a clear error."""
    (tmp_path / "examples.csv").write_text(content)
    with pytest.raises(BadExamples, match=words):
        read_examples(tmp_path / "examples.csv")
    with pytest.raises(CommandError, match=words):
        call_command("evaluate_labels", str(tmp_path / "examples.csv"), "--offline")
