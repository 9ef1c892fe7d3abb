"""What a bar says: percent, time left, silence, counts; the same words on pages and in the terminal (W2)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.display.counters import COUNTERS
from tenants.display.formats import Formats, aware
from tenants.rules import LEAVES_NOTHING

ENDED = frozenset({"completed", "failed", "cancelled"})
STATES = {
    "waiting": gettext_lazy("Waiting"),
    "running": gettext_lazy("Running"),
    "completed": gettext_lazy("Completed"),
    "failed": gettext_lazy("Failed"),
    "cancelled": gettext_lazy("Cancelled"),
}
_RANK = {name: rank for rank, name in enumerate(COUNTERS)}
QUIET_S = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """One job's progress, ready to be shown; empty texts are not shown."""

    id: str
    state: str
    state_label: str
    phase: str
    percent: int | None
    amount: str
    counters: tuple[tuple[str, str], ...]
    eta: str
    silence: str
    time: str
    error: str
    kept: str
    poll_s: int
    can_cancel: bool
    links: Mapping[str, str]

    @property
    def is_live(self) -> bool:
        """Whether more is to come: only then is it asked again."""
        return self.state not in ENDED

    @property
    def spoken(self) -> str:
        """The state in one line, for the live region and the terminal."""
        percent = f"{self.percent}\u00a0%" if self.percent is not None and self.is_live else ""
        parts = (self.state_label, percent, self.phase if self.is_live else "", self.silence or self.eta)
        counts = [] if self.is_live else [f"{label} {count}" for label, count in self.counters]
        return ", ".join([part for part in parts if part] + counts)


def bar_of(progress: Mapping[str, Any] | object, *, formats: Formats, now: datetime) -> Bar:
    """Read the shape of W2 (mapping or dataclass; moments aware or ISO text) into what is shown."""
    seen = _mapping(progress)
    state = str(seen["state"])
    return Bar(
        id=str(seen.get("id", "job")),
        state=state,
        state_label=str(STATES.get(state, state)),
        phase=phase_words(seen.get("phase")),
        percent=percent_shown(seen),
        amount=_amount(seen, formats),
        counters=_counters(seen.get("counters") or {}, formats),
        eta=eta_words(seen.get("eta_s")) if state == "running" else "",
        silence=silence_words(seen, now=now),
        time=_time(seen, formats, now),
        error=str(seen.get("error") or ""),
        kept=kept_words(seen),
        poll_s=int(seen.get("poll_after_s") or 2),
        can_cancel=bool(seen.get("can_cancel")),
        links=seen.get("links") or {},
    )


def percent_shown(progress: Mapping[str, Any]) -> int | None:
    """Return whole per cent: 100 only once completed, at most 99 before; None while the total is unknown."""
    if progress["state"] == "completed":
        return 100
    percent = progress.get("percent")
    if percent is None and progress.get("total"):
        percent = 100 * progress.get("done", 0) / progress["total"]
    return None if percent is None else max(0, min(99, int(percent)))


def eta_words(eta: tuple[float, float] | list[float] | None) -> str:
    """Say (low, high) seconds as a range: "about 40 s left", "between 2 and 3 min left"; or nothing."""
    if not eta:
        return ""
    low, high = max(0.0, float(eta[0])), max(0.0, float(eta[1]))
    if high < 10:
        return _("less than 10 s left")
    size, unit = next(((size, unit) for size, unit, upto in _UNITS if high < upto), (86400, "d"))
    step = 5 if unit == "s" else 1
    least, most = (max(1, round(value / size / step)) * step for value in (low, high))
    if least == most:
        return _("about %(time)s left") % {"time": f"{most}\u00a0{unit}"}
    return _("between %(low)s and %(high)s left") % {"low": least, "high": f"{most}\u00a0{unit}"}


_UNITS = ((1, "s", 90), (60, "min", 90 * 60), (3600, "h", 48 * 3600))


def silence_words(progress: Mapping[str, Any], *, now: datetime) -> str:
    """Say for how long a running job has been silent, from 60 s on; empty before."""
    beat = aware(progress.get("heartbeat_at"))
    if progress["state"] != "running" or beat is None:
        return ""
    silent = (now - beat).total_seconds()
    return "" if silent < QUIET_S else _("no signal for %(count)d min") % {"count": int(silent // 60)}


def kept_words(progress: Mapping[str, Any]) -> str:
    """Say what a cancelled job leaves; nothing of others."""
    if progress["state"] != "cancelled":
        return ""
    if progress.get("kind") in LEAVES_NOTHING:
        return _("Cancelled. Nothing is kept: half a file is none.")
    return _("Cancelled. What was done until then is kept.")


def phase_words(phase: Mapping[str, Any] | None) -> str:
    """Say "Step 2 of 4: Classify"; the label alone when there is one phase."""
    if not phase or not phase.get("label"):
        return ""
    # Jobs store the msgid of a phase; it is read in the reader's language.
    label = _(str(phase["label"]))
    if int(phase.get("of") or 0) < 2:
        return label
    return _("Step %(n)s of %(of)s: %(label)s") % {"n": phase.get("n"), "of": phase["of"], "label": label}


def _mapping(progress: Mapping[str, Any] | object) -> Mapping[str, Any]:
    if isinstance(progress, Mapping):
        return progress
    if is_dataclass(progress):
        return {field.name: getattr(progress, field.name) for field in fields(progress)}
    raise TypeError("progress is a mapping or a dataclass")


def _amount(seen: Mapping[str, Any], formats: Formats) -> str:
    done, total = seen.get("done") or 0, seen.get("total")
    if total:
        return _("%(done)s of %(total)s") % {"done": formats.number(done), "total": formats.number(total)}
    return formats.number(done) if done else ""


def _counters(counters: Mapping[str, Any], formats: Formats) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(COUNTERS.get(name) or name.replace("_", " ").capitalize()), formats.number(count))
        # The database keeps a document's keys in an order of its own.
        for name, count in sorted(counters.items(), key=lambda one: _RANK.get(one[0], len(_RANK)))
        if isinstance(count, int | float)
    )


def _time(seen: Mapping[str, Any], formats: Formats, now: datetime) -> str:
    started, finished = aware(seen.get("started_at")), aware(seen.get("finished_at"))
    if started is None:
        return ""
    span = formats.duration(max((finished or now) - started, timedelta(0)))
    return _("took %(time)s") % {"time": span} if finished else _("%(time)s so far") % {"time": span}
