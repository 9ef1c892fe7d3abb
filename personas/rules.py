"""The words and laws of personas: what may be stored, which moves exist, who outranks whom."""

import re
from collections.abc import Mapping
from enum import IntEnum, StrEnum

UNMATCHED_PRIORITY = 999  # what `priority_used` reads when no keyword matched
CODE_PATTERN = r"[a-z0-9]+(?:[_-][a-z0-9]+)*"

FIRST_NAME_LENGTH = 150
LAST_NAME_LENGTH = 150
EMAIL_LENGTH = 254
COMPANY_LENGTH = 255
JOB_TITLE_LENGTH = 500
PROFILE_URL_LENGTH = 300
KEYWORD_LENGTH = 200
FIRST_YEAR, LAST_YEAR = 1900, 2100  # of a connection (L4)

RECLASSIFICATION_BATCH = 5_000
SAMPLE_CHANGES = 100
SAMPLE_CONTACTS = 10
BULK_TITLES = 10_000

IMPORT_CANCEL_ROWS = 100  # a cancelled import stops within so many rows
PREVIEW_ROWS = 50
REJECTED_ROWS = "rejected_rows"  # their kind, where an organisation says for how long it keeps them
REJECTED_ROWS_KEPT_DAYS = 90
METRICS_KEPT_DAYS = 90
PREVIEWS_KEPT_DAYS = 30
PREVIEWS_USED_DAYS = 29  # a day less, so that none is forgotten while somebody applies it
AFFECTED_KEYWORDS = 1_000


class Match(StrEnum):
    """How a keyword meets a title (P2)."""

    EXACT = "exact"
    PHRASE = "phrase"


class Effect(StrEnum):
    """What a keyword that matches does to its persona (P3, P4)."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


class KeywordWrite(StrEnum):
    """What became of a keyword that somebody wrote (P9)."""

    CREATED = "created"
    REPLACED = "replaced"
    REFUSED = "refused"


class ReclassificationType(StrEnum):
    """Which contacts a reclassification selects."""

    ALL = "all"
    BY_KEYWORD = "by_keyword"
    BY_PERSONA = "by_persona"
    AFFECTED = "affected"
    UNDO = "undo"


class Outcome(IntEnum):
    """What became of a listed change; a number, because millions of rows carry it."""

    LISTED = 0  # written once its chunk is applied
    CHANGED = 1  # the contact changed meanwhile, so it was left
    HELD = 2  # a person held the contact, so it was left (P7)
    FAILED = 3  # the contact cannot be written (R5)


class ChangeCause(StrEnum):
    """Why a contact's persona changed (R8)."""

    IMPORT = "import"
    TITLE = "title"
    MANUAL = "manual"
    QUALIFY = "qualify"
    DISCARD = "discard"
    RECLASSIFICATION = "reclassification"
    UNDO = "undo"
    MERGE = "merge"


class ImportSource(StrEnum):
    """The kinds of file an import reads."""

    CSV = "csv"
    XLSX = "xlsx"


class ImportState(StrEnum):
    """The life of one uploaded file (L1)."""

    UPLOADED = "uploaded"
    MAPPED = "mapped"
    QUEUED = "queued"
    PROCESSING = "processing"
    PENDING_RETRY = "pending_retry"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


_MOVES: Mapping[ImportState, frozenset[ImportState]] = {
    ImportState.UPLOADED: frozenset({ImportState.MAPPED, ImportState.CANCELLED}),
    ImportState.MAPPED: frozenset({ImportState.MAPPED, ImportState.QUEUED, ImportState.CANCELLED}),
    ImportState.QUEUED: frozenset({ImportState.PROCESSING, ImportState.CANCELLED}),
    ImportState.PROCESSING: frozenset(
        {ImportState.COMPLETED, ImportState.FAILED, ImportState.CANCELLED, ImportState.PENDING_RETRY}
    ),
    ImportState.PENDING_RETRY: frozenset({ImportState.PROCESSING, ImportState.FAILED, ImportState.CANCELLED}),
    ImportState.COMPLETED: frozenset(),
    ImportState.FAILED: frozenset({ImportState.MAPPED, ImportState.QUEUED}),
    ImportState.CANCELLED: frozenset({ImportState.MAPPED, ImportState.QUEUED}),
}


class ImportColumn(StrEnum):
    """What a column of an uploaded file may stand for (L2)."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    COMPANY = "company"
    JOB_TITLE = "job_title"
    PROFILE_URL = "profile_url"
    CONNECTED_ON = "connected_on"


class ImportRowReason(StrEnum):
    """Why a row was rejected, or which part of it was dropped (L3–L6)."""

    MISSING_IDENTIFIERS = "invalid_missing_identifiers"
    NAME_WITHOUT_COMPANY = "invalid_name_without_company"
    UNCLOSED_QUOTE = "unclosed_quote"
    CELL_TOO_LONG = "cell_too_long"
    TOO_MANY_COLUMNS = "too_many_columns"
    NUL_CHARACTER = "nul_character"
    EMAIL_URL_MISMATCH = "email_url_mismatch"
    CONNECTED_ON_PARSE_FAILED = "connected_on_parse_failed"
    EMAIL_INVALID_FORMAT = "email_invalid_format"
    URL_INVALID_FORMAT = "url_invalid_format"
    VALUE_SHORTENED = "value_shortened"
    EXTRA_CELLS = "extra_cells"


def states_before(to: ImportState) -> frozenset[ImportState]:
    """Return the states from which `to` is reached: the WHERE of a conditional UPDATE (L1)."""
    return frozenset(state for state, ahead in _MOVES.items() if to in ahead)


def phrase_stands_in(phrase: str, title: str) -> bool:
    """Answer whether the words of `phrase` stand contiguously in `title`, both normalised (P2)."""
    return bool(phrase) and f" {phrase} " in f" {title} "


def matches_title(*, match: Match, keyword: str, title: str) -> bool:
    """Answer whether a normalised keyword matches a normalised title (P2)."""
    return keyword == title if match is Match.EXACT else phrase_stands_in(keyword, title)


def judge_include(*, standing_priority: int | None, new_priority: int) -> KeywordWrite:
    """Say what becomes of an include whose text stands under `standing_priority`, None for nowhere (P9)."""
    if standing_priority is None:
        return KeywordWrite.CREATED
    return KeywordWrite.REFUSED if standing_priority <= new_priority else KeywordWrite.REPLACED


def company_key(name: str) -> str:
    """Return what spellings of one company share: no case, single blanks."""
    return " ".join(name.casefold().split())


def split_keywords(text: str) -> list[str]:
    """Return the trimmed texts of a bulk entry: commas, semicolons, newlines cut; blanks go (P9)."""
    return [part.strip() for part in re.split(r"[,;\r\n]", text) if part.strip()]


class JobKind(StrEnum):
    """The long work of personas."""

    IMPORT_LINKEDIN = "personas.import_linkedin"
    FORGET_REJECTED_ROWS = "personas.forget_rejected_rows"
    RECLASSIFY = "personas.reclassify"
    FORGET_PREVIEWS = "personas.forget_previews"
    COMPUTE_METRICS = "personas.compute_metrics"
    RECOUNT = "personas.recount"
    NORMALIZE_TITLES = "personas.normalize_titles"
