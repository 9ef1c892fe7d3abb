"""What the pages call emotions, traits, modules and what else comes as a code."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from insights.modules import Module
from insights.modules.opportunities import Advice, Level, Zone
from insights.modules.recommendations import Area, Urgency
from insights.modules.sentiment import Clarity
from insights.modules.timeline import Trend
from insights.modules.voices import Polarity
from insights.rules import Emotion, Trait

EMOTIONS = {
    Emotion.JOY: _("Joy"),
    Emotion.TRUST: _("Trust"),
    Emotion.SURPRISE: _("Surprise"),
    Emotion.ANTICIPATION: _("Anticipation"),
    Emotion.FEAR: _("Fear"),
    Emotion.DISGUST: _("Disgust"),
    Emotion.ANGER: _("Anger"),
    Emotion.SADNESS: _("Sadness"),
}
TRAITS = {
    Trait.SINCERITY: _("Sincerity"),
    Trait.EXCITEMENT: _("Excitement"),
    Trait.COMPETENCE: _("Competence"),
    Trait.SOPHISTICATION: _("Sophistication"),
    Trait.RUGGEDNESS: _("Ruggedness"),
}
ZONES = {
    Zone.CRITICAL: _("Critical priority"),
    Zone.INTENSE_NICHE: _("Intense niche"),
    Zone.NOISE: _("Noise"),
    Zone.WATCH: _("Watch"),
}
LEVELS = {
    Level.LOW: pgettext_lazy("impact", "Low"),
    Level.MEDIUM: pgettext_lazy("impact", "Medium"),
    Level.HIGH: pgettext_lazy("impact", "High"),
}
ADVICE = {
    Advice.SOLVE: _("Solve now and say so"),
    Advice.ONE_BY_ONE: _("Attend case by case"),
    Advice.ANSWER_ONCE: _("Answer once for all"),
    Advice.WATCH: _("Watch"),
}
CLARITY = {
    Clarity.HIGH: pgettext_lazy("clarity", "High"),
    Clarity.MEDIUM: pgettext_lazy("clarity", "Medium"),
    Clarity.LOW: pgettext_lazy("clarity", "Low"),
}
AREAS = {
    Area.PRODUCT: _("Product and service"),
    Area.MARKETING: _("Marketing and communication"),
    Area.CARE: _("Customer care"),
    Area.SALES: _("Sales and conversion"),
    Area.OPERATIONS: _("Operations"),
}
URGENCIES = {
    Urgency.CRITICAL: pgettext_lazy("urgency", "Critical"),
    Urgency.HIGH: pgettext_lazy("urgency", "High"),
    Urgency.UPPER_MIDDLE: pgettext_lazy("urgency", "Medium to high"),
    Urgency.MIDDLE: pgettext_lazy("urgency", "Medium"),
    Urgency.LOW: pgettext_lazy("urgency", "Low"),
}
TRENDS = {
    Trend.BETTER: _("Improving"),
    Trend.WORSE: _("Deteriorating"),
    Trend.STABLE: _("Stable"),
    Trend.UNKNOWN: _("Not enough data"),
}
POLARITIES = {
    Polarity.PROMOTER: _("Promoter"),
    Polarity.NEUTRAL: pgettext_lazy("voice", "Neutral"),
    Polarity.DETRACTOR: _("Detractor"),
}
WEEKDAYS = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}
MODULES = {
    Module.EMOTIONS: _("Emotions"),
    Module.PERSONALITY: _("Personality"),
    Module.TOPICS: _("Topics"),
    Module.FRAMES: _("Narrative frames"),
    Module.VOICES: _("Key voices"),
    Module.OPPORTUNITIES: _("Opportunities"),
    Module.SENTIMENT: _("Sentiment"),
    Module.TIMELINE: _("Over time"),
    Module.RECOMMENDATIONS: _("Recommendations"),
    Module.SUMMARY: _("Executive summary"),
    Module.ENGAGEMENT: _("Engagement"),
    Module.CADENCE: _("Cadence"),
    Module.TIMING: _("Best moments"),
    Module.NET_SENTIMENT: _("Net sentiment"),
    Module.UNUSUAL_POSTS: _("Unusual posts"),
}
QUESTIONS = {
    Module.EMOTIONS: _("What do people feel? Eight emotions, each by itself."),
    Module.PERSONALITY: _("Whom does the brand seem to be, and whom does it want to be?"),
    Module.TOPICS: _("What do people speak of, and how?"),
    Module.FRAMES: _("How do comments tell their story?"),
    Module.VOICES: _("Who speaks under most posts, and on whose side?"),
    Module.OPPORTUNITIES: _("What do people ask for, how many of them, and how much it matters."),
    Module.SENTIMENT: _("How many speak well, badly, both or neither?"),
    Module.TIMELINE: _("How sentiment moves from week to week, and which weeks were unusual."),
    Module.RECOMMENDATIONS: _("What to do next, and what each recommendation stands on."),
    Module.SUMMARY: _("What deserves attention first."),
    Module.ENGAGEMENT: _("Likes, comments and shares for each view, by network and week."),
    Module.CADENCE: _("How regularly the brand publishes."),
    Module.TIMING: _("On which weekday and hour posts do best."),
    Module.NET_SENTIMENT: _("Positive minus negative comments."),
    Module.UNUSUAL_POSTS: _("Posts that did far better or worse than the others."),
}


def area_words(code: str) -> str:
    """Name a stored area; one that nobody knows stands for itself."""
    return str(AREAS[Area(code)]) if code in set(Area) else code


def urgency_words(code: str) -> str:
    """Name a stored urgency; one that nobody knows stands for itself."""
    return str(URGENCIES[Urgency(code)]) if code in set(Urgency) else code
