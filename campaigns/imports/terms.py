"""What reading a file needs to know beside the file, and the dynamic dates of C8."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from campaigns.rules import NAME_LENGTH
from tenants.rules import RefusalKind, Refused

MOST_DYNAMIC_DAYS = 365
_DAYS = re.compile(r"0*[0-9]{1,3}")


class BadDynamicDays(Refused):
    """`dias_fecha_limite` or `dias_fecha_maxima` is no whole number from 0 to 365 (C8)."""

    code = "dynamic_days_invalid"
    kind = RefusalKind.UNPROCESSABLE
    message = _("Days from the upload are whole numbers from 0 to 365.")


class LimitAfterMaximum(Refused):
    """The day to pay by would come after the last day (C8)."""

    code = "limit_after_maximum"
    kind = RefusalKind.UNPROCESSABLE
    message = _("dias_fecha_limite is more than dias_fecha_maxima.")


@dataclass(frozen=True, slots=True)
class Terms:
    """The account's country and currency, its name as creditor, and what was asked with the upload.

    `today` is the day of the upload in `zone`, the campaign's time zone. `variables` names the columns to
    keep (as `variable_name` writes them): None is every free column of a generic file, none of another.
    Raises BadDynamicDays and LimitAfterMaximum.
    """

    country: str
    zone: ZoneInfo
    today: date
    creditor: str
    currency: str
    dias_fecha_limite: int | None = None
    dias_fecha_maxima: int | None = None
    variables: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Check the days, whoever asks."""
        check_dynamic_days(self.dias_fecha_limite, self.dias_fecha_maxima)
        object.__setattr__(self, "creditor", self.creditor[:NAME_LENGTH])

    @property
    def fecha_limite(self) -> date | None:
        """Return the day to pay by that overrides the file's, None where the file decides (C8)."""
        return _ahead(self.today, self.dias_fecha_limite)

    @property
    def fecha_maxima(self) -> date | None:
        """Return the last day that overrides the file's, None where the file decides (C8)."""
        return _ahead(self.today, self.dias_fecha_maxima)


def read_dynamic_days(value: object, *, name: str) -> int | None:
    """Return the days that a query or a form asks for, None for none. Raises BadDynamicDays naming `name`."""
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_DYNAMIC_DAYS:
        return value
    if isinstance(value, str) and _DAYS.fullmatch(value.strip()) and int(value) <= MOST_DYNAMIC_DAYS:
        return int(value)
    raise BadDynamicDays(key=name)


def check_dynamic_days(limit: int | None, maximum: int | None) -> None:
    """Raise BadDynamicDays or LimitAfterMaximum for days that cannot be asked for."""
    for name, days in (("dias_fecha_limite", limit), ("dias_fecha_maxima", maximum)):
        read_dynamic_days(days, name=name)
    if limit is not None and maximum is not None and limit > maximum:
        raise LimitAfterMaximum(key="dias_fecha_limite")


def _ahead(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)
