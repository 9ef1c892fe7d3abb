"""Who says what a comment says? A model by chat completions, or our own word lists (N8-N13)."""

from insights.labelling.asked import Agreement, Asked, Brand, Labelled, Labeller, MaySpend, Usage
from insights.labelling.chat import Chat
from insights.labelling.choosing import chat_for, has_model, labeller_for
from insights.labelling.model import ModelLabeller
from insights.labelling.offline import OfflineLabeller
from insights.labelling.prices import PRICES, Price, cost_of
from insights.labelling.stops import EngineStopped, Stop

__all__ = [
    "PRICES",
    "Agreement",
    "Asked",
    "Brand",
    "Chat",
    "EngineStopped",
    "Labelled",
    "Labeller",
    "MaySpend",
    "ModelLabeller",
    "OfflineLabeller",
    "Price",
    "Stop",
    "Usage",
    "chat_for",
    "cost_of",
    "has_model",
    "labeller_for",
]
