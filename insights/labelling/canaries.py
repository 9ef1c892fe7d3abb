"""Comments of ours whose class nobody can mistake: an engine that misses one was led astray (N8).

They ride along where a request has room, so they never cost a call.
"""

from collections.abc import Sequence

from insights.labelling.asked import Asked
from insights.rules import Label, Sentiment

_WRONG_WAY = {Sentiment.POSITIVE: Sentiment.NEGATIVE, Sentiment.NEGATIVE: Sentiment.POSITIVE}
CANARIES: Sequence[tuple[Asked, Sentiment]] = (
    (Asked("canary:1", "Me encantó, quedé feliz con la compra, los recomiendo mucho"), Sentiment.POSITIVE),
    (Asked("canary:2", "Pésimo, llegó roto y nadie responde, nunca más compro acá"), Sentiment.NEGATIVE),
)


def sings_wrong(label: Label, expected: Sentiment) -> bool:
    """Whether a canary was read as its very contrary; a milder reading is a matter of taste."""
    return label.sentiment is _WRONG_WAY[expected]
