"""An erasure and an answer of the model in one moment leave no words, whichever comes first (S19, N12)."""

import pytest
from django.db import transaction

from insights.actions.running.labels import keep_labels
from insights.labelling import Labelled, Stop
from insights.models import Comment, Label, Run
from insights.rules import text_hash
from tenants.jobs.runner.run import DryRun
from tenants.models import Tenant
from tests.at_once import one_behind_the_other
from tests.insights.analysing import Scripted, analysed
from tests.insights.reading import a_ficha, a_post
from tests.insights.test_erasing import ASKING, BEFORE, EVA, by_eva, erase

pytestmark = pytest.mark.real_roles


@pytest.mark.parametrize("is_erased_first", [True, False])
def test_neither_slips_past_the_other(
    in_acme: Tenant, monkeypatch: pytest.MonkeyPatch, is_erased_first: bool
) -> None:
    """S19: who comes second waits for the comment, and sees what became of it."""
    engine = Scripted(stop=Stop.UNREACHABLE)
    monkeypatch.setattr("insights.actions.running.work.labeller_for", lambda _model: engine)
    run = analysed(a_ficha([a_post()], [by_eva(BEFORE)]))

    def answers() -> None:
        labelled = Labelled({text_hash(BEFORE): ASKING})
        keep_labels(DryRun({}), Run.objects.get(pk=run.pk), engine, labelled)

    both = [transaction.atomic(lambda: erase(EVA)), answers]
    one_behind_the_other(in_acme, *(both if is_erased_first else reversed(both)))
    assert Comment.objects.get().text == "—"
    assert list(Label.objects.values_list("need_text", flat=True)) == ([] if is_erased_first else ["—"])
    assert not Label.objects.filter(text_hash=text_hash(BEFORE)).exists()
