"""Why labelling stops, a call fails, or an answer cannot be used: one taxonomy for every server (N12).

Source: the error table of the OpenAI reference, read 2026-11; older and newer codes of one cause are one.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Stop(StrEnum):
    """What ends a labelling at once; the texts not yet labelled stay pending."""

    QUOTA = "quota_exhausted"
    BAD_KEY = "bad_key"
    NO_MODEL = "model_not_found"
    BAD_REQUEST = "bad_request"
    BUDGET = "budget_reached"
    UNREACHABLE = "unreachable"
    UNUSABLE = "unusable_answers"


# Whoever asked the same engine again would be answered alike; every other code may be the model's own fault.
BY_ITS_WORDS = frozenset({"refused", "filtered", "language"})
WORDS = {
    Stop.QUOTA: _("The model's account has no money left."),
    Stop.BAD_KEY: _("The model's server does not accept the key."),
    Stop.NO_MODEL: _("The model's server knows no model of this name."),
    Stop.BAD_REQUEST: _("The model's server does not accept the request."),
    Stop.BUDGET: _("The brand's budget of this month is used up."),
    Stop.UNREACHABLE: _("The model's server does not answer."),
    Stop.UNUSABLE: _("The model's answers cannot be used."),
}


class EngineStopped(Exception):
    """No further request is made. `detail` is the server's code, never its text, which may echo a secret."""

    def __init__(self, stop: Stop, detail: str = "") -> None:
        super().__init__(f"{stop.value} {detail}".strip())
        self.stop, self.detail = stop, detail


class Transient(Exception):
    """A try that failed and may be repeated; `wait_s` is what the server asked for."""

    def __init__(self, cause: str, wait_s: float | None = None) -> None:
        super().__init__(cause)
        self.cause, self.wait_s = cause, wait_s


class AnswerFault(Exception):
    """An answer came that cannot be used: cut, refused, filtered, empty, malformed, too_long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
