"""What a text comes to while it is written: what is wrong with it, what the rules say, how it would sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.samples.spoken import sample_values
from campaigns.scripting import (
    BUILT_INS,
    BadScript,
    Finding,
    Piece,
    Severity,
    UndeclaredVariables,
    lint,
    read_script,
    render_script,
    tidy_text,
)
from campaigns.scripting.variables import BUILT_IN_LABELS, TYPE_LABELS
from tenants.intake import Fault

TONES: Mapping[Severity, tuple[Promise, str]] = {
    Severity.ERROR: (_("error"), "bad"),
    Severity.WARNING: (_("warning"), "warn"),
    Severity.ADVICE: (_("advice"), ""),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding as the page shows it, with the line where it stands; 0 for nowhere in particular."""

    finding: Finding
    label: Promise
    tone: str
    line: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What the right side of the editor shows; `pieces` are empty while the text cannot be read."""

    faults: tuple[Fault, ...] = ()
    undeclared: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    pieces: tuple[Piece, ...] = ()
    needed: tuple[str, ...] = ()
    is_empty: bool = False

    @property
    def has_errors(self) -> bool:
        """Whether somebody has to accept the rules' findings."""
        return any(one.finding.severity is Severity.ERROR for one in self.remarks)


def check(text: str, variables: Any, *, country: str, use_case: str, today: date) -> Checked:
    """Return everything there is to say of a text, whatever it is."""
    kept = tidy_text(text)
    try:
        script = read_script(kept, variables)
    except BadScript as refusal:
        return Checked(faults=_faults(refusal), undeclared=_undeclared(refusal))
    values = sample_values(script, today=today)
    rendered = render_script(script, values, country=country)
    found = lint(kept, country=country, use_case=use_case)
    return Checked(
        remarks=tuple(_remark(one, kept) for one in found), pieces=rendered.pieces, needed=script.needed
    )


def built_in_lines() -> list[tuple[str, Any, Any]]:
    """Return name, meaning and type of each built-in variable."""
    return [(name, BUILT_IN_LABELS[name], TYPE_LABELS[one.type]) for name, one in BUILT_INS.items()]


def _remark(finding: Finding, text: str) -> Remark:
    line = 0 if finding.start is None else text.count("\n", 0, finding.start) + 1
    return Remark(finding, *TONES[finding.severity], line)


def _faults(refusal: BadScript) -> tuple[Fault, ...]:
    faults: Any = refusal.extra.get("faults", ())
    return tuple(faults)


def _undeclared(refusal: BadScript) -> tuple[str, ...]:
    names: Any = refusal.extra.get("names", ()) if isinstance(refusal, UndeclaredVariables) else ()
    return tuple(names)
