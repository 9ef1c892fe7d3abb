"""The text of a script and its declarations, read together once and then filled in for everybody."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from campaigns.scripting.cleaning import visible
from campaigns.scripting.placeholders import Placeholder, Slip, find_braces
from campaigns.scripting.refusals import bad_script, undeclared
from campaigns.scripting.variables import BUILT_INS, Variable, canonical, read_declarations
from tenants.display.formats import reader
from tenants.intake.faults import Fault
from tenants.intake.text import UNFIT_WORDS, text_fault

LONGEST_TEXT = 20_000  # characters: twenty minutes of speech
AROUND = 20  # characters shown beside a slip


@dataclass(frozen=True)
class ReadScript:
    """A script whose text speaks only of known variables.

    `used` are the names in the text, by their one name, in the order of their first place; `variables` also
    has what is declared and not in the text: the provider's agent may speak of it.
    """

    text: str
    placeholders: tuple[Placeholder, ...]
    variables: Mapping[str, Variable]

    @cached_property
    def used(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(canonical(place.name) for place in self.placeholders))

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The variables without which nobody can be called: in the text or declared, without default."""
        return tuple(
            name
            for name in dict.fromkeys((*self.used, *self.variables))
            if self.variables[name].required and not self.variables[name].default
        )


def read_script(text: str, declarations: Any) -> ReadScript:
    """Return a script from its text and `{name: {"type", "default"?, "required"?}}`.

    Raises BadScript with every fault, UndeclaredVariables naming every unknown variable.
    """
    declared = read_declarations(declarations)
    faults = list(_unfit(text)) or list(_slips(text))
    if faults:
        raise bad_script(faults)
    placeholders = tuple(found for found in find_braces(text) if isinstance(found, Placeholder))
    names = dict.fromkeys(canonical(place.name) for place in placeholders)
    unknown = [name for name in names if name not in declared and name not in BUILT_INS]
    if unknown:
        raise undeclared(unknown)
    built_in = {name: BUILT_INS[name] for name in names if name not in declared}
    return ReadScript(text, placeholders, built_in | declared)


def missing_for(script: ReadScript, available: Collection[str]) -> tuple[str, ...]:
    """Return the variables that the script needs and that none of the `available` names gives."""
    given = {canonical(name) for name in available}
    return tuple(name for name in script.needed if name not in given)


def tidy_text(text: str) -> str:
    """Return a text as it is kept: one sort of line end, no invisible characters, no blanks at line ends.

    Signs that turn the direction of writing would show an approver other words than the ones that are said.
    """
    if len(text) > LONGEST_TEXT:
        return text  # it will be refused
    lines = visible(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _unfit(text: str) -> Iterator[Fault]:
    if len(text) > LONGEST_TEXT:
        words = _("The text is longer than %(most)s characters.") % {"most": reader().number(LONGEST_TEXT)}
        yield Fault("text_too_long", "#/text", words)
    elif not text.strip():
        yield Fault("text_blank", "#/text", _("The text is empty."))
    elif code := text_fault(text):
        yield Fault(code, "#/text", UNFIT_WORDS[code])


def _slips(text: str) -> Iterator[Fault]:
    for found in find_braces(text):
        if isinstance(found, Slip):
            line = text.count("\n", 0, found.start) + 1
            near = " ".join(text[max(0, found.start - AROUND) : found.end + AROUND].split())
            words = _("Line %(line)d: braces that are no variable, near “%(near)s”.")
            yield Fault("bad_braces", "#/text", words % {"line": line, "near": near[: 3 * AROUND]})
