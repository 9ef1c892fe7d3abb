"""Which variables a script may speak of: the built-in ones, and those that it declares."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from campaigns.scripting.placeholders import is_name
from campaigns.scripting.refusals import bad_script
from campaigns.scripting.values import Value, VariableType, read_value
from tenants.intake.faults import Fault, pointer_to

MOST_VARIABLES = 100
LONGEST_DEFAULT = 300
# The whole text, filled in, goes to the provider under this name: no variable may be called so.
SPOKEN_TEXT = "guion"
_KEYS = frozenset({"type", "default", "required"})

TYPE_LABELS: Mapping[VariableType, Promise] = {
    VariableType.TEXT: pgettext_lazy("type of a variable", "Text"),
    VariableType.MONEY: pgettext_lazy("type of a variable", "Money"),
    VariableType.DATE: pgettext_lazy("type of a variable", "Date"),
    VariableType.NUMBER: pgettext_lazy("type of a variable", "Number"),
}


@dataclass(frozen=True, slots=True)
class Variable:
    """What a script may speak of. Without a value the default is said; required without either is missing."""

    name: str
    type: VariableType = VariableType.TEXT
    default: str = ""
    required: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return the declaration as it is stored."""
        told: dict[str, Any] = {"type": str(self.type), "required": self.required}
        return told | {"default": self.default} if self.default else told

    def read(self, given: object) -> Value | None:
        """Return what `given` means, None for what cannot be read or said."""
        # C7: nobody owes less than nothing; other money may be a credit.
        value = read_value(given, self.type)
        is_debt = self.name == BuiltIn.MONTO_TOTAL
        return None if is_debt and isinstance(value, Decimal) and value < 0 else value


class BuiltIn(StrEnum):
    """What every campaign knows of whom it calls; nobody needs to declare it."""

    NOMBRE = "nombre"
    RUT = "rut"
    EMPRESA = "empresa"
    MONTO_TOTAL = "monto_total"
    FECHA_LIMITE = "fecha_limite"
    FECHA_MAXIMA = "fecha_maxima"
    CUOTAS_ADEUDADAS = "cuotas_adeudadas"
    DIAS_VENCIDOS = "dias_vencidos"


_TYPES = {
    BuiltIn.MONTO_TOTAL: VariableType.MONEY,
    BuiltIn.FECHA_LIMITE: VariableType.DATE,
    BuiltIn.FECHA_MAXIMA: VariableType.DATE,
    BuiltIn.CUOTAS_ADEUDADAS: VariableType.NUMBER,
    BuiltIn.DIAS_VENCIDOS: VariableType.NUMBER,
}
BUILT_INS: Mapping[str, Variable] = {
    str(name): Variable(str(name), _TYPES.get(name, VariableType.TEXT)) for name in BuiltIn
}
ALIASES: Mapping[str, str] = {"deuda": str(BuiltIn.MONTO_TOTAL)}
BUILT_IN_LABELS: Mapping[str, Promise] = {
    BuiltIn.NOMBRE: gettext_lazy("Name of the person"),
    BuiltIn.RUT: gettext_lazy("Identity document"),
    BuiltIn.EMPRESA: gettext_lazy("Creditor, or the account's name"),
    BuiltIn.MONTO_TOTAL: gettext_lazy("Total owed; also written deuda"),
    BuiltIn.FECHA_LIMITE: gettext_lazy("Day to pay by"),
    BuiltIn.FECHA_MAXIMA: gettext_lazy("Last day, not called after it"),
    BuiltIn.CUOTAS_ADEUDADAS: gettext_lazy("Instalments owed"),
    BuiltIn.DIAS_VENCIDOS: gettext_lazy("Days overdue"),
}


def canonical(name: str) -> str:
    """Return the one name of a variable that has two."""
    return ALIASES.get(name, name)


def read_declarations(raw: Any) -> dict[str, Variable]:
    """Return the variables of `{name: {"type", "default"?, "required"?}}`, by their one name.

    Without "required" a variable is required, unless a default is given. Raises BadScript with every fault.
    """
    if not isinstance(raw, Mapping):
        raise bad_script([_fault((), "not_object", _("The variables are no object of names."))])
    if len(raw) > MOST_VARIABLES:
        words = _("A script has at most %(most)d variables.") % {"most": MOST_VARIABLES}
        raise bad_script([_fault((), "too_many_variables", words)])
    faults = [fault for name, given in raw.items() for fault in _faults(str(name), given)]
    faults.extend(_named_twice(raw))
    if faults:
        raise bad_script(faults)
    return {canonical(name): _variable(canonical(name), given) for name, given in raw.items()}


def check_defaults(raw: Mapping[str, Any]) -> None:
    """Refuse defaults that could be said to nobody, such as a debt below nothing (C7); `raw` can be read.

    Versions that are kept already may have one: they are read as ever. Raises BadScript with every fault.
    """
    declared = read_declarations(raw)
    told = [(name, declared[canonical(name)]) for name in raw]
    faults = [_unread(name, one.type) for name, one in told if one.default and one.read(one.default) is None]
    if faults:
        raise bad_script(faults)


def write_declarations(variables: Mapping[str, Variable]) -> dict[str, dict[str, Any]]:
    """Return declarations as they are stored and sent."""
    return {name: variable.as_json() for name, variable in variables.items()}


def _variable(name: str, given: Mapping[str, Any]) -> Variable:
    default = str(given.get("default") or "").strip()
    return Variable(name, VariableType(given["type"]), default, given.get("required", not default))


def _faults(name: str, given: Any) -> Iterator[Fault]:
    if not is_name(name):
        words = _("%(name)s: names are small letters without accents, digits and _.")
        yield _fault((name,), "bad_name", words % {"name": _printable(name)})
    elif name == SPOKEN_TEXT:
        words = _("%(name)s is the name of the whole text at the provider.")
        yield _fault((name,), "reserved_name", words % {"name": name})
    elif not isinstance(given, Mapping):
        yield _fault((name,), "not_object", _("%(name)s: the declaration is no object.") % {"name": name})
    else:
        yield from _faults_inside(name, given)


def _faults_inside(name: str, given: Mapping[str, Any]) -> Iterator[Fault]:
    for key in given:
        if key not in _KEYS:
            words = _("%(name)s: nothing of a variable is called %(key)s.")
            yield _fault((name, str(key)), "unknown_key", words % {"name": name, "key": _printable(str(key))})
    yield from _type_faults(name, given.get("type"))
    if not isinstance(given.get("required", True), bool):
        yield _fault(
            (name, "required"), "not_boolean", _("%(name)s: required is true or false.") % {"name": name}
        )
    yield from _default_faults(name, given.get("type"), given.get("default"))


def _type_faults(name: str, kind: Any) -> Iterator[Fault]:
    if not isinstance(kind, str) or kind not in set(VariableType):
        words = _("%(name)s: the type is one of %(types)s.") % {
            "name": name,
            "types": ", ".join(VariableType),
        }
        yield _fault((name, "type"), "unknown_type", words)
        return
    built_in = BUILT_INS.get(canonical(name))
    if built_in is not None and built_in.type != kind:
        words = _("%(name)s is built in and of type %(type)s.") % {"name": name, "type": built_in.type}
        yield _fault((name, "type"), "built_in_type", words)


def _default_faults(name: str, kind: Any, default: Any) -> Iterator[Fault]:
    if default is None or default == "":
        return
    if not isinstance(default, str) or len(default) > LONGEST_DEFAULT:
        words = _("%(name)s: the default is a text of at most %(most)d characters.")
        yield _fault((name, "default"), "bad_default", words % {"name": name, "most": LONGEST_DEFAULT})
    elif kind in set(VariableType) and read_value(default, VariableType(kind)) is None:
        yield _unread(name, kind)


def _unread(name: str, kind: str) -> Fault:
    words = _("%(name)s: the default cannot be read as %(type)s.")
    return _fault((name, "default"), "bad_default", words % {"name": name, "type": kind})


def _named_twice(raw: Mapping[Any, Any]) -> Iterator[Fault]:
    for alias, name in ALIASES.items():
        if alias in raw and name in raw:
            words = _("%(alias)s and %(name)s are one variable: declare one of them.")
            yield _fault((alias,), "named_twice", words % {"alias": alias, "name": name})


def _fault(path: tuple[str, ...], code: str, words: str) -> Fault:
    return Fault(code, pointer_to(("variables", *path)), words)


def _printable(text: str) -> str:
    shown = text[: LONGEST_DEFAULT // 5]
    return shown if shown.isprintable() else shown.encode("unicode_escape").decode("ascii")
