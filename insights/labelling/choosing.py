"""Which engine labels: a model where an installation has one, else the word lists (N11)."""

from django.conf import settings

from insights.labelling.asked import Labeller
from insights.labelling.chat import Chat
from insights.labelling.model import ModelLabeller
from insights.labelling.offline import OfflineLabeller

# Servers on one's own machine want some key and read none.
NO_KEY = "none"


def has_model() -> bool:
    """Whether the installation names a key or a server of its own."""
    return bool(settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL)


def chat_for(model: str = "") -> Chat:
    """Return the server of this installation with `model`, else with its default one."""
    return Chat(
        api_key=settings.OPENAI_API_KEY or NO_KEY,
        base_url=settings.OPENAI_BASE_URL,
        model=model or settings.OPENAI_MODEL,
        timeout_s=float(settings.OPENAI_TIMEOUT_SECONDS),
    )


def labeller_for(model: str = "") -> Labeller:
    """Return the engine for a brand whose own model is `model`, "" for the installation's."""
    if has_model():
        return ModelLabeller(
            chat_for(model), size=settings.LABELS_A_CALL, at_once=settings.LABEL_CALLS_AT_ONCE
        )
    return OfflineLabeller()
