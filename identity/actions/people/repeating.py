"""A person's act meets jobs that hold the same rows the other way round: who is thrown out tries again."""

from collections.abc import Callable
from functools import wraps
from time import sleep
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from tenants.rules import Refused

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 3
PAUSE_S = 0.05
# deadlock_detected
IN_A_CIRCLE = "40P01"


class Overtaken(Refused):
    """Somebody else took meanwhile what this act was about to take; looking again did not help."""

    code = "overtaken"
    message = _("Somebody else changed this at the same moment. Look again.")


def repeated(act: Callable[P, R]) -> Callable[P, R]:
    """Run an act in a transaction of its own; three times, if it was overtaken or in a circle of waits.

    Its savepoint gives back all locks, so that the others can end.
    """

    @wraps(act)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    return act(*args, **kwargs)
            except (Overtaken, OperationalError) as error:
                if not left or not _passes(error):
                    raise
            sleep(PAUSE_S)
        raise AssertionError("unreachable")

    return tried


def _passes(error: Exception) -> bool:
    return isinstance(error, Overtaken) or getattr(error.__cause__, "sqlstate", "") == IN_A_CIRCLE
