"""The words of a label: what one comment says, as a person or an engine read it (N9).

Standard library only. Values are codes of the first clients' answers; words for people are in the catalogues.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from hashlib import sha256
from unicodedata import normalize

# Fewer labelled comments are too small a sample, unless the brand sets another minimum.
MINIMUM_SAMPLE = 10
# Comments of one request to a model (N8).
COMMENTS_A_CALL = 50
CALLS_AT_ONCE = 5
# The later one of two, on the night when clocks are set back over midnight.
END_OF_DAY = time.max.replace(fold=1)


class Platform(StrEnum):
    """Where a post stands (N5)."""

    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    FACEBOOK = "facebook"


class Emotion(StrEnum):
    """Plutchik's eight, each independent of the others (Q1); in listed order, which breaks ties."""

    JOY = "alegria"
    TRUST = "confianza"
    SURPRISE = "sorpresa"
    ANTICIPATION = "anticipacion"
    FEAR = "miedo"
    DISGUST = "disgusto"
    ANGER = "ira"
    SADNESS = "tristeza"


class Trait(StrEnum):
    """Aaker's five dimensions of a brand's personality (Q2)."""

    SINCERITY = "Sinceridad"
    EXCITEMENT = "Emocion"
    COMPETENCE = "Competencia"
    SOPHISTICATION = "Sofisticacion"
    RUGGEDNESS = "Rudeza"


class Frame(StrEnum):
    """How a comment tells its story (Q4); none is null."""

    POSITIVE = "Positivo"
    NEGATIVE = "Negativo"
    ASPIRATIONAL = "Aspiracional"


class Sentiment(StrEnum):
    """The class of a comment's sentiment (Q7)."""

    POSITIVE = "Positivo"
    NEGATIVE = "Negativo"
    NEUTRAL = "Neutral"
    MIXED = "Mixto"


# Topics every engine knows; a model may add its own (N9).
TOPICS = (
    "Precio",
    "Calidad",
    "Servicio",
    "Entrega",
    "Experiencia",
    "Producto",
    "Garantía",
    "Comunicación",
    "Confianza",
    "Recomendación",
)


class Engine(StrEnum):
    """Who labels: a model by chat completions, our own word lists, or a correcting person (N11)."""

    MODEL = "openai"
    OFFLINE = "offline"
    HUMAN = "human"


class ModuleState(StrEnum):
    """What became of one module (N19)."""

    OK = "ok"
    NO_DATA = "no_data"
    PARTIAL = "partial"
    FAILED = "failed"
    NEEDS_MODEL = "requiere_modelo"


class RunState(StrEnum):
    """Where a run stands (N14)."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"


class RunWarning(StrEnum):
    """What a run warns its readers of, beside the engine's stops (N1, N6, N12)."""

    ROWS_LOST = "rows_lost"
    COMMENTS_TAB_MISSING = "sheet_missing"
    PRICE_UNKNOWN = "price_unknown"
    USAGE_ESTIMATED = "usage_estimated"


class TaskState(StrEnum):
    """Where a task of the recommendations stands (N18)."""

    PENDING = "PENDIENTE"
    IN_PROGRESS = "EN_CURSO"
    DONE = "HECHO"
    REVIEWED = "REVISADO"


# Runs that still go on (N15).
LIVE_RUNS = (RunState.QUEUED, RunState.RUNNING)


class SourceKind(StrEnum):
    """Where a brand's rows come from (N1)."""

    SHEET = "sheet"
    WORKBOOK = "workbook"


class Tab(StrEnum):
    """The two tables of a source (N2)."""

    POSTS = "posts"
    COMMENTS = "comments"


class Trigger(StrEnum):
    """Who wanted a run (N16)."""

    SCHEDULE = "schedule"
    PERSON = "person"
    COMMAND = "command"


class RowCode(StrEnum):
    """Why a row was not taken, or was taken with a doubt (N3-N5)."""

    MISSING_TIMESTAMP = "missing_timestamp"
    INVALID_TIMESTAMP = "invalid_timestamp"
    INVALID_PLATFORM = "invalid_platform"
    MISSING_URL = "missing_post_url"
    INVALID_URL = "invalid_post_url"
    UNKNOWN_POST = "unknown_post"
    TOO_LONG = "text_too_long"
    DUPLICATE_URL = "duplicate_post_url"
    DUPLICATE_COMMENT = "duplicate_comment_id"
    NEGATIVE_NUMBER = "negative_number"
    INVALID_NUMBER = "invalid_number"


# Rows with these are stored; all others are left out.
ROW_WARNINGS = frozenset(
    {
        RowCode.DUPLICATE_URL,
        RowCode.DUPLICATE_COMMENT,
        RowCode.NEGATIVE_NUMBER,
        RowCode.INVALID_NUMBER,
    }
)


class JobKind(StrEnum):
    """The long work of insights."""

    ANALYZE = "insights.analyze"
    WATCH = "insights.watch"
    FORGET = "insights.forget_row_reports"


MODULES = ("q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10")
# How results of the first system are marked: their words are its own (F11).
FIRST_SYSTEM = "first_system"
# Why nobody labels a comment whose words were erased before (S19).
ERASED = "erased"
NAME_LENGTH = 200
URL_LENGTH = 500
TEXT_LENGTH = 32_767  # what a cell of a spreadsheet can hold
# A sheet that lost a larger share of its known rows is an alarm (N6).
LOST_SHARE = 0.2
STALE_AFTER = timedelta(hours=25)  # without a look at the source (N17)
# What is well is below both (N17).
MOST_CALL_ERRORS = 0.05
LONGEST_MEAN_RUN = timedelta(minutes=15)
# Rows that a run did not take hold words of strangers; who mends a sheet does so within days (S19).
ROW_REPORTS_KEPT_DAYS = 90
# Brands of one hour begin at different minutes of it: one service account has one quota for all (N16).
OFFSET_MINUTES = 30


@dataclass(frozen=True, slots=True)
class TopicMention:
    """One topic of a comment and how the comment speaks of it, -1 to 1."""

    topic: str
    sentiment: float


@dataclass(frozen=True, slots=True)
class Need:
    """What a comment asks for; impact is 0-100."""

    text: str
    topic: str
    impact: float


@dataclass(frozen=True, slots=True)
class Label:
    """What one comment says (N9). None is "not said", or not offered by the engine (N11).

    emotions: all eight, 0-1. traits: 0-100 or None. score: -1 to 1. subjectivity: 0-1. authority: 0-100.
    sentiment None: the engine did not decide; such a comment counts as labelled, in no class.
    """

    emotions: Mapping[Emotion, float]
    sentiment: Sentiment | None
    score: float | None
    subjectivity: float | None = None
    traits: Mapping[Trait, float | None] = field(default_factory=dict)
    topics: tuple[TopicMention, ...] = ()
    frame: Frame | None = None
    need: Need | None = None
    authority: float | None = None


def text_hash(text: str) -> str:
    """Return the key under which a text is labelled once (N8): 64 hex digits; outer blanks do not count."""
    return sha256(normalize("NFC", text).strip().encode()).hexdigest()


def with_offset(crontab: str, ficha: int) -> str:
    """Return five crontab words, later by the fixed 0-29 minutes of a brand; lists and steps stay.

    What would leave its hour goes on in the next one; the last hour of a day is not left.
    """
    minute, hour, *days = crontab.split()
    if not minute.isdecimal():
        return crontab
    hours, minutes = divmod(int(minute) + ficha % OFFSET_MINUTES, 60)
    if hours and not (hour.isdecimal() and int(hour) < 23):
        hours, minutes = (0, minutes) if hour == "*" else (0, 59)
    hour = str(int(hour) + hours) if hours else hour
    return " ".join([str(minutes), hour, *days])
