"""What the outside may ask to be told of: each app names its events when it starts (W16)."""

from tenants.records.rules import TEST_EVENT, UnknownEvents

_EVENTS: dict[str, object] = {}


def offer(event: str, label: object) -> None:
    """Let endpoints subscribe to `event`, called `label` in the administration."""
    _EVENTS[event] = label


def offered() -> dict[str, str]:
    """Return every event that can be subscribed to, in the reader's words."""
    return {event: str(label) for event, label in sorted(_EVENTS.items())}


def check_events(events: list[str]) -> list[str]:
    """Return the events once each, in order. Raises UnknownEvents for none and for what nobody offers."""
    if not events or set(events) - _EVENTS.keys():
        raise UnknownEvents(known=sorted(_EVENTS))
    return sorted(set(events))


def label_of(event: str) -> str:
    """Return an event's words; its name where nobody offers it."""
    return event if event == TEST_EVENT else str(_EVENTS.get(event, event))
