"""Which engine labels (N11)."""

from typing import Any

from insights.labelling import ModelLabeller, OfflineLabeller, labeller_for


def test_without_key_and_server_word_lists_label(settings: Any) -> None:
    """N11: the embedded default needs neither."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    assert isinstance(labeller_for(), OfflineLabeller)


def test_a_key_brings_a_model_and_a_brand_may_name_its_own(settings: Any) -> None:
    """N11: the setting's model, or the brand's."""
    settings.OPENAI_API_KEY, settings.OPENAI_MODEL = "k-test", "gpt-5.4-nano"
    chosen = labeller_for()
    assert isinstance(chosen, ModelLabeller)
    assert chosen.model == "gpt-5.4-nano"
    assert labeller_for("gpt-5.4-mini").model == "gpt-5.4-mini"


def test_a_server_of_ones_own_needs_no_key(settings: Any) -> None:
    """N11: any compatible server."""
    settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "", "http://127.0.0.1:11434/v1"
    assert isinstance(labeller_for(), ModelLabeller)
