"""Words that answers of insights are made of."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from insights.models.findings import INSIGHT_STATES

STATUSES = [(str(state), state.name) for state in INSIGHT_STATES]
LANGUAGES = [("es", "es"), ("en", "en")]
WHEN = "A day (2026-11-21) as a whole, on the brand's clock, or a moment (2026-11-21T06:00:00-05:00)."
BAD_WHEN = _("A day such as 2026-11-21, or a moment such as 2026-11-21T06:00:00-05:00.")


def choices(words: Iterable[StrEnum]) -> list[tuple[Any, str]]:
    """Return an enumeration as a field takes it."""
    return [(word.value, word.name) for word in words]
