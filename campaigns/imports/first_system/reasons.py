"""Why a document of the first calling system is not taken, or what was left out of it."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_noop as _


class PastReason(StrEnum):
    """Codes of refusals and notes; WORDS says what each means."""

    CODE_MISSING = "code_missing"
    ACCOUNT_MISSING = "account_missing"
    BATCH_MISSING = "batch_missing"
    EXISTS_HERE = "exists_here"
    ACCOUNT_UNUSABLE = "account_unusable"
    PERSON_UNUSABLE = "person_unusable"
    STATUS_UNKNOWN = "status_unknown"
    DELETED_HERE = "campaign_row_deleted_here"

    MERGED = "merged"
    DECIDED_HERE = "decided_here"
    BALANCE_NEGATIVE = "balance_negative"
    BALANCE_SPENT_HERE = "balance_spent_here"
    SETTINGS_DROPPED = "call_settings_dropped"
    VALUE_DROPPED = "value_of_wrong_kind"
    PHONE_DROPPED = "phone_dropped"
    DOCUMENT_DROPPED = "document_dropped"
    HELD = "not_called"


_R = PastReason
WORDS: Mapping[str, str] = {
    _R.CODE_MISSING: _("no usable id of its own (letters, digits, - and _, up to 64)"),
    _R.ACCOUNT_MISSING: _("its account is not here; import accounts first"),
    _R.BATCH_MISSING: _("its campaign is not here; import batches first"),
    _R.EXISTS_HERE: _("something with this id was made here; nothing was written"),
    _R.ACCOUNT_UNUSABLE: _("what is said of the account makes no sense here"),
    _R.PERSON_UNUSABLE: _("neither a valid document nor a number that can be dialled"),
    _R.STATUS_UNKNOWN: _("a status that nobody knows; it could mean a call"),
    _R.DELETED_HERE: _("it was deleted here after an earlier import; it stays deleted"),
    _R.MERGED: _("the same person stood in this campaign already"),
    _R.DECIDED_HERE: _("it went on here; its state stays"),
    _R.BALANCE_NEGATIVE: _("a negative balance; an account here is never overdrawn, so it begins with 0"),
    _R.BALANCE_SPENT_HERE: _("the balance there fell below what is left here; the one here stays"),
    _R.SETTINGS_DROPPED: _("call settings that the law or this system does not know; the usual ones instead"),
    _R.VALUE_DROPPED: _("a value that cannot be read was left out"),
    _R.PHONE_DROPPED: _("a number that cannot be dialled was left out"),
    _R.DOCUMENT_DROPPED: _("a document that is none was left out; the number says who it is"),
    _R.HELD: _("it had not ended there: on hold or in review here, and nobody is called"),
}
