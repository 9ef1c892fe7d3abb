"""Why call settings are refused: every problem at once, each under the key as it was sent."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.intake.faults import Fault, pointer_to
from tenants.rules import RefusalKind, Refused

Path = tuple[str | int, ...]
FAULTS_SHOWN = 50


class BadCallSettings(Refused):
    """The call settings hold what cannot be read or kept; `faults` say where and why."""

    code = "call_settings_invalid"
    kind = RefusalKind.UNPROCESSABLE
    message = gettext_lazy("The call settings cannot be accepted.")

    def __init__(self, message: object = "", *, faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__(message, faults=self.faults)


class NoLegalHours(BadCallSettings):
    """The hours asked for and the legal frame have no minute in common (C13)."""

    code = "call_settings_no_legal_hours"


class Faults:
    """What was found wrong so far, below the place `at` in the document."""

    def __init__(self, at: Path) -> None:
        self.at = at
        self.found: list[Fault] = []

    def add(self, path: Path, code: str, words: str) -> None:
        """Note one problem of the value at `path`."""
        self.found.append(Fault(code, pointer_to((*self.at, *path)), words))

    def check(self) -> None:
        """Raise BadCallSettings if anything was noted."""
        if self.found:
            raise refusal(BadCallSettings, self.found)


def refusal(kind: type[BadCallSettings], faults: Sequence[Fault]) -> BadCallSettings:
    """Return the refusal with its faults, and all of them in its words."""
    shown = tuple(faults[:FAULTS_SHOWN])
    listed = " ".join(_listed(shown))
    return kind(_("The call settings cannot be accepted. %(faults)s") % {"faults": listed}, faults=shown)


def _listed(faults: Iterable[Fault]) -> Iterable[str]:
    return (f"{fault.pointer.removeprefix('#/')}: {fault.detail}" for fault in faults)
