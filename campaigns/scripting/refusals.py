"""Why a script is refused: everything wrong with it at once, each fault at its place."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.intake.faults import Fault
from tenants.rules import RefusalKind, Refused

FAULTS_SHOWN = 50


class BadScript(Refused):
    """The text or the variables of a script cannot be kept; `faults` say where and why."""

    code = "script_invalid"
    kind = RefusalKind.UNPROCESSABLE
    message = gettext_lazy("The script cannot be accepted.")


class UndeclaredVariables(BadScript):
    """The text speaks of variables that are neither built in nor declared; `names` are all of them."""

    code = "script_variables_undeclared"


def bad_script(faults: Iterable[Fault]) -> BadScript:
    """Return the refusal of faults of any sort, with all of them in its words."""
    shown = tuple(faults)[:FAULTS_SHOWN]
    words = " ".join(str(fault.detail) for fault in shown)
    return BadScript(_("The script cannot be accepted. %(faults)s") % {"faults": words}, faults=shown)


def undeclared(names: Iterable[str]) -> UndeclaredVariables:
    """Return the refusal that names every undeclared variable."""
    listed = list(names)
    faults = tuple(
        Fault("undeclared", "#/text", _("{{%(name)s}} is not declared.") % {"name": name}) for name in listed
    )
    words = _("The text speaks of variables that are not declared: %(names)s.")
    return UndeclaredVariables(
        words % {"names": ", ".join(listed)}, names=listed, faults=faults[:FAULTS_SHOWN]
    )
