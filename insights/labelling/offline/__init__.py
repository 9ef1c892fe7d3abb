"""Labels by word lists: emotions, sentiment, topics of Spanish and English comments (N11)."""

from insights.labelling.offline.labeller import OfflineLabeller
from insights.labelling.offline.reading import VERSION, read_comment

__all__ = ["VERSION", "OfflineLabeller", "read_comment"]
