"""What goes wrong, app by app: how each looks for it, and what it says of it to whoever reads (W5, N17)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from tenants.display.formats import Formats
from tenants.display.home import Attention
from tenants.records.actions.alerts import Alarm
from tenants.records.models import Alert
from tenants.records.queries import open_alerts


@dataclass(frozen=True, slots=True)
class Watch:
    """One app's look-out for a closed list of codes, each `app.what`.

    `look(now)` returns what is wrong now; it only reads, inside the tenant's scope. `tell` says an alarm in
    the reader's language and formats. `at_home` is False where the app's part of home says the same,
    `by_mail` where it writes its own messages.
    """

    codes: frozenset[str]
    look: Callable[[datetime], Iterable[Alarm]]
    tell: Callable[[Alarm, Formats], Attention]
    at_home: bool = True
    by_mail: bool = True


_WATCHES: list[Watch] = []


def register(watch: Watch) -> None:
    """Add a look-out; called from an app's `ready`. Raises ValueError for a code that another looks for."""
    if watch in _WATCHES:
        return
    if any(known.codes & watch.codes for known in _WATCHES):
        raise ValueError(f"two watches look for {sorted(watch.codes)}")
    _WATCHES.append(watch)


def watches() -> tuple[Watch, ...]:
    """Return every look-out."""
    return tuple(_WATCHES)


def said(alarm: Alarm, formats: Formats) -> Attention:
    """Say an alarm in words; its code where nobody knows it any more."""
    watch = next((one for one in _WATCHES if alarm.code in one.codes), None)
    return watch.tell(alarm, formats) if watch else Attention(alarm.code)


def at_home(formats: Formats) -> list[Attention]:
    """Return the open alerts that no app's part of home says by itself, in the reader's words. One query."""
    codes = frozenset[str]().union(*(watch.codes for watch in _WATCHES if watch.at_home))
    return [said(alarm_of(alert), formats) for alert in open_alerts(codes=codes)]


def alarm_of(alert: Alert) -> Alarm:
    """Return what an alert is about."""
    return Alarm(alert.code, alert.subject, alert.figures)


def codes_by_mail() -> frozenset[str]:
    """Return the codes that administrators are written to about."""
    return frozenset[str]().union(*(watch.codes for watch in _WATCHES if watch.by_mail))
