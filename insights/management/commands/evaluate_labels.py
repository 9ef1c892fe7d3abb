"""`manage.py evaluate_labels FILE`: how well does this installation's engine read comments?"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from insights.labelling import EngineStopped, OfflineLabeller, labeller_for
from insights.labelling.evaluating import BadExamples, Evaluation, evaluate, read_examples

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "labelled.csv"


class Command(BaseCommand):
    """Score an engine against comments that people labelled."""

    help = _("Score the engine that labels comments against comments labelled by people.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, default=SAMPLE, help=_("CSV: text, sentiment, emotions")
        )
        parser.add_argument("--model", default="", help=_("a model instead of the installation's"))
        parser.add_argument("--offline", action="store_true", help=_("score the word lists"))

    def handle(self, *, file: Path, model: str, offline: bool, **_options: Any) -> None:
        labeller = OfflineLabeller() if offline else labeller_for(model)
        try:
            found = evaluate(read_examples(file), labeller=labeller)
        except (OSError, UnicodeDecodeError, BadExamples, EngineStopped) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{labeller.engine.value} {labeller.model} {labeller.version}\n")
        self.stdout.writelines(f"{line}\n" for line in _lines(found))


def _lines(found: Evaluation) -> list[str]:
    scored = [*found.emotions.items(), *found.sentiments.items()]
    return [
        _("%(number)s examples, %(without)s without a label")
        % {"number": found.examples, "without": found.unlabelled},
        f"{'':14} {_('precision'):>10} {_('recall'):>10} {'F1':>6} {'n':>5}",
        *(
            f"{kind.value:14} {score.precision:10.2f} {score.recall:10.2f} {score.f1:6.2f} {score.n:5}"
            for kind, score in scored
        ),
        f"{_('macro-F1 of six emotions')}: {found.emotion_macro_f1:.3f}",
        f"{_('macro-F1 of sentiment')}: {found.sentiment_macro_f1:.3f}",
        f"{_('right where it takes a side')}: {_share(found.polarity_right)}",
        f"{_('takes a side')}: {_share(found.polarity_decides)}",
        f"{_('agrees with itself')}: {_share(found.agreement)}",
    ]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
