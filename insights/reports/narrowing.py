"""What a list of comments is narrowed to, in words (W6)."""

from django.utils.translation import gettext as _

from insights.models.words import FRAME_LABELS, SENTIMENT_LABELS
from insights.modules.selecting import Choice
from insights.reports.words import EMOTIONS, WEEKDAYS
from tenants.display.formats import Formats


def words_of(choice: Choice, formats: Formats) -> dict[str, str]:
    """Return what is looked for, by the parameter of the address that asks for it."""
    words = {
        "sentiment": choice.sentiment and SENTIMENT_LABELS[choice.sentiment],
        "emotion": choice.emotion and EMOTIONS[choice.emotion],
        "frame": choice.frame and _("frame: %(frame)s") % {"frame": FRAME_LABELS[choice.frame]},
        "topic": choice.topic and _("about %(topic)s") % {"topic": choice.topic},
        "asks": choice.asks_for and _("asking for %(topic)s") % {"topic": choice.asks_for},
        "author": choice.author and _("by %(author)s") % {"author": choice.author},
        "week": choice.week and _("week of %(day)s") % {"day": formats.day(choice.week)},
        "posted": choice.posted and _("posts of the week of %(day)s") % {"day": formats.day(choice.posted)},
        "weekday": choice.weekday and _("posts of a %(day)s") % {"day": WEEKDAYS[choice.weekday]},
        "hour": choice.hour is not None and _("posts at %(hour)s") % {"hour": f"{choice.hour:02}:00"},
        "address": choice.address and _("of one post"),
        "post": choice.post and _("of one post"),
        "comment": choice.comment and _("one comment"),
        "ids": choice.ids and _("cited comments"),
        "q": choice.words and _("“%(text)s”") % {"text": choice.words},
    }
    return {name: str(said) for name, said in words.items() if said}
