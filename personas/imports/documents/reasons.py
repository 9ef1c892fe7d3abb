"""Why a document is not taken, or what was left out of it."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_noop as _


class DocumentReason(StrEnum):
    """Codes of refusals and notes; WORDS says what each means."""

    WITHOUT_ID = "without_id"
    MISSING_IDENTIFIERS = "missing_identifiers"
    CONFLICT = "email_url_mismatch"
    DELETED_HERE = "deleted_here"
    UNKNOWN_PERSONA = "unknown_persona"
    KEYWORD_EMPTY = "keyword_empty"
    KEYWORD_TOO_LONG = "keyword_too_long"
    KEYWORD_EXISTS = "keyword_exists"
    PERSONA_MISSING = "persona_missing"
    PERSONA_UNUSABLE = "persona_unusable"
    PERSONA_IS_DEFAULT = "persona_is_default"
    NOT_FINISHED = "not_finished"
    JOB_UNREADABLE = "job_unreadable"

    MERGED = "merged"
    EMAIL_DROPPED = "email_invalid_format"
    URL_DROPPED = "url_invalid_format"
    URL_DIFFERS = "url_differs"
    DATE_DROPPED = "date_parse_failed"
    JOB_DROPPED = "job_id_invalid"
    VALUE_SHORTENED = "value_shortened"
    VALUE_DROPPED = "value_of_wrong_kind"
    HELD_HERE = "held_here"
    HELD_WITHOUT_PERSONA = "held_without_persona"
    PRIORITY_TAKEN = "priority_taken"
    PRIORITY_MISSING = "priority_missing"
    PERSONA_MADE = "persona_made"
    KEYWORD_MOVED = "keyword_moved"


_R = DocumentReason
WORDS: Mapping[str, str] = {
    _R.WITHOUT_ID: _("the document has neither _id nor id, so it could not be recognised again"),
    _R.MISSING_IDENTIFIERS: _("neither name nor e-mail nor profile address"),
    _R.CONFLICT: _("e-mail and profile address belong to different contacts; nothing was written"),
    _R.DELETED_HERE: _("the contact was deleted here after an earlier import; it stays deleted"),
    _R.UNKNOWN_PERSONA: _("no persona has this name or code; make it, or say --persona 'NAME=CODE'"),
    _R.KEYWORD_EMPTY: _("nothing is left of the keyword once normalised (P9)"),
    _R.KEYWORD_TOO_LONG: _("the keyword is longer than 200 characters"),
    _R.KEYWORD_EXISTS: _("the keyword stands already under a persona of equal or better rank (P9)"),
    _R.PERSONA_MISSING: _("the document names no persona"),
    _R.PERSONA_UNUSABLE: _("no code can be made of the persona's name"),
    _R.PERSONA_IS_DEFAULT: _("the default persona has no keywords"),
    _R.NOT_FINISHED: _("the job had not ended; the next run looks again"),
    _R.JOB_UNREADABLE: _("the document is no reclassification job"),
    _R.MERGED: _("the same person stood in another document or here already (e-mail or profile address)"),
    _R.EMAIL_DROPPED: _("an e-mail that is none was left out"),
    _R.URL_DROPPED: _("a profile address that is none was left out"),
    _R.URL_DIFFERS: _("the profile address changed there; the one here stays"),
    _R.DATE_DROPPED: _("a date that is none was left out"),
    _R.JOB_DROPPED: _("a job id that is no UUID was left out"),
    _R.VALUE_SHORTENED: _("a text was cut to what fits"),
    _R.VALUE_DROPPED: _("a value of a kind that says nothing was left out"),
    _R.HELD_HERE: _("a person decided the persona here; it stays (P7)"),
    _R.HELD_WITHOUT_PERSONA: _("locked without a persona: the rules' one was locked"),
    _R.PRIORITY_TAKEN: _("another persona has this priority; the next free one was given"),
    _R.PRIORITY_MISSING: _("no usable priority; the persona stands last"),
    _R.PERSONA_MADE: _("a persona that no priority names was made"),
    _R.KEYWORD_MOVED: _("the keyword moved from a persona of lower rank (P9)"),
}
