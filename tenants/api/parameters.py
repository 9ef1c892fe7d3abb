"""Which query parameters may a request carry? An unknown, repeated or unfit one is 400 (W10)."""

from collections.abc import Collection, Iterator

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tenants.intake import UNFIT_WORDS, Fault, text_fault
from tenants.rules import RefusalKind, Refused


class BadParameters(Refused):
    """A query parameter is unknown, repeated or makes no sense; `faults` name it."""

    code = "bad_parameters"
    kind = RefusalKind.INVALID
    message = _("A query parameter cannot be accepted.")


def check_parameters(query: QueryDict, *, known: Collection[str], many: Collection[str] = ()) -> None:
    """Raise BadParameters unless every name is known, every text fit, and only those of `many` repeat."""
    faults = [fault for name in query for fault in _faults_of(name, query.getlist(name), known, many)]
    if faults:
        raise BadParameters(faults=tuple(faults))


def bad_parameter(name: str, detail: object, code: str = "invalid") -> BadParameters:
    """Return the refusal of one parameter's value, to be raised."""
    return BadParameters(faults=(Fault(code, name, detail),))


def _faults_of(
    name: str, values: list[str], known: Collection[str], many: Collection[str]
) -> Iterator[Fault]:
    if name not in known:
        shown = name[:80] if name.isprintable() else name[:80].encode("unicode_escape").decode("ascii")
        yield Fault("unknown_parameter", shown, _("There is no such parameter."))
        return
    if len(values) > 1 and name not in many:
        yield Fault("repeated_parameter", name, _("The parameter may be given once."))
    for code in {code for value in values if (code := text_fault(value))}:
        yield Fault(code, name, UNFIT_WORDS[code])
