"""Scripts are written, approved and retired; a version never changes, a change is a new one (V7)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumbers import SUPPORTED_REGIONS

from campaigns import queries
from campaigns.models import Script, ScriptVersion
from campaigns.queries import UnknownScript
from campaigns.rules import NAME_LENGTH, ScriptState, UseCase
from campaigns.scripting import (
    Finding,
    Severity,
    check_defaults,
    lint,
    read_declarations,
    read_script,
    tidy_text,
    write_declarations,
)
from tenants.intake import Fault, one_line
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

AGENT_LENGTH, AGENT_VERSION_LENGTH = 80, 40


class BadScriptFacts(Refused):
    """What is said of a script beside its text makes no sense; `faults` name the field."""

    code = "script_facts_invalid"
    kind = RefusalKind.UNPROCESSABLE
    message = gettext_lazy("What is said of the script makes no sense.")

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words, field=name, faults=(Fault("invalid", f"#/{name}", words),))


class ScriptExists(Refused):
    """Another script has this name."""

    code = "script_exists"
    message = gettext_lazy("There is a script of this name already.")


class ScriptArchived(Refused):
    """The script was put away: nothing is written to it, and nothing of it is approved."""

    code = "script_archived"
    message = gettext_lazy("The script was archived: bring it back first.")


class VersionMoveRefused(Refused):
    """The version is not in a state that allows this; `state` says where it is."""

    code = "script_version_state"
    message = gettext_lazy("The version is not in a state that allows this.")


class FindingsNotAccepted(Refused):
    """The rules of the country object to the text, and nobody said that this is right (V8)."""

    code = "script_findings"
    kind = RefusalKind.UNPROCESSABLE
    message = gettext_lazy("The rules object to this text: mend it, or accept the findings.")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a version says: text, declarations `{name: {"type", "default"?, "required"?}}`, who speaks it."""

    text: str
    variables: Any = field(default_factory=dict)
    agent_id: str = ""
    agent_version: str = ""


@transaction.atomic
def create_script(
    *, name: str, country: str, use_case: UseCase, wording: Wording, by: UUID | None = None
) -> ScriptVersion:
    """Make a script with its first version, a draft.

    Raises BadScriptFacts, BadScript, UndeclaredVariables, ScriptExists.
    """
    written = _checked(wording)
    check_defaults(wording.variables)
    if country not in SUPPORTED_REGIONS:
        raise BadScriptFacts("country", _("A country is its two capital letters, such as CL."))
    made = Script(name=_name(name), country=country, use_case=UseCase(use_case), created_by=by)
    _save(made)
    note(verb="created", of="script", id=made.pk, by=by)
    return ScriptVersion.objects.create(script=made, number=1, created_by=by, **written)


@transaction.atomic
def write_version(
    *, script_id: int, wording: Wording, name: str | None = None, by: UUID | None = None
) -> ScriptVersion:
    """Keep a new wording as the next version, a draft; the same as the newest is that one.

    Raises UnknownScript, ScriptArchived, BadScriptFacts, BadScript, UndeclaredVariables, ScriptExists.
    """
    found = _held(script_id)
    _check_present(found)
    written = _checked(wording)
    if name is not None and _name(name) != found.name:
        found.name = _name(name)
        _save(found)
        note(verb="changed", of="script", id=found.pk, by=by, change={"name": None})
    newest = queries.version(script_id=script_id)
    if newest.state != ScriptState.RETIRED and _is_same(newest, written):
        return newest
    check_defaults(wording.variables)
    number = found.versions.aggregate(last=Max("number"))["last"] + 1
    note(verb="changed", of="script", id=found.pk, by=by, change={"version": number})
    return ScriptVersion.objects.create(script=found, number=number, created_by=by, **written)


@transaction.atomic
def approve_version(
    *, script_id: int, number: int, now: datetime, accept_findings: bool = False, by: UUID | None = None
) -> ScriptVersion:
    """Let campaigns speak by a draft. Twice is once, with the first moment.

    Raises UnknownScript, UnknownVersion, ScriptArchived, VersionMoveRefused for a retired one,
    FindingsNotAccepted when the rules find errors and nobody accepts them.
    """
    _check_present(_held(script_id))
    found = queries.version(script_id=script_id, number=number)
    if found.state == ScriptState.APPROVED:
        return found
    errors = errors_of(found)
    if errors and not accept_findings:
        raise FindingsNotAccepted(faults=tuple(map(_as_fault, errors)))
    moved = ScriptVersion.objects.filter(pk=found.pk, state=ScriptState.DRAFT)
    if not moved.update(state=ScriptState.APPROVED, approved_at=now, approved_by=by):
        raise VersionMoveRefused(state=found.state)
    accepted = sorted({one.code for one in errors})
    note(verb="approve", of="script", id=script_id, by=by, change={"version": number, "accepted": accepted})
    return queries.version(script_id=script_id, number=number)


@transaction.atomic
def retire_version(*, script_id: int, number: int, by: UUID | None = None) -> ScriptVersion:
    """Let no new campaign speak by a version; who speaks by it already keeps it (V7). Twice is once.

    Raises UnknownScript, UnknownVersion.
    """
    _held(script_id)
    found = queries.version(script_id=script_id, number=number)
    standing = ScriptVersion.objects.filter(pk=found.pk).exclude(state=ScriptState.RETIRED)
    if standing.update(state=ScriptState.RETIRED):
        note(verb="retire", of="script", id=script_id, by=by, change={"version": number})
    return queries.version(script_id=script_id, number=number)


@transaction.atomic
def archive_script(*, script_id: int, now: datetime, by: UUID | None = None) -> Script:
    """Put a script away: nobody is offered it, who speaks by it keeps it. Twice is once.

    Raises UnknownScript.
    """
    return _put(script_id, "archive", now, by)


@transaction.atomic
def restore_script(*, script_id: int, by: UUID | None = None) -> Script:
    """Bring a script back. Twice is once. Raises UnknownScript."""
    return _put(script_id, "restore", None, by)


def findings_of(version: ScriptVersion) -> tuple[Finding, ...]:
    """Return what the rules of its country and use case say of a version (V8)."""
    return lint(version.text, country=version.script.country, use_case=version.script.use_case)


def errors_of(version: ScriptVersion) -> list[Finding]:
    """Return the findings that somebody must accept."""
    return [one for one in findings_of(version) if one.severity is Severity.ERROR]


def _held(script_id: int) -> Script:
    """Return a script, locked until the transaction ends: versions are counted one by one."""
    found = Script.objects.select_for_update().filter(pk=script_id).first()
    if found is None:
        raise UnknownScript(script=str(script_id))
    return found


def _check_present(found: Script) -> None:
    if found.archived_at is not None:
        raise ScriptArchived


def _checked(wording: Wording) -> dict[str, Any]:
    """Return a wording as it is kept. Raises BadScript, UndeclaredVariables, BadScriptFacts."""
    read = read_script(tidy_text(wording.text), wording.variables)
    return {
        "text": read.text,
        "variables": write_declarations(read_declarations(wording.variables)),
        "agent_id": _line("agent_id", wording.agent_id, AGENT_LENGTH),
        "agent_version": _line("agent_version", wording.agent_version, AGENT_VERSION_LENGTH),
    }


def _is_same(version: ScriptVersion, written: dict[str, Any]) -> bool:
    return all(getattr(version, name) == value for name, value in written.items())


def _name(value: str) -> str:
    line = one_line(value)
    if not 0 < len(line) <= NAME_LENGTH:
        raise BadScriptFacts("name", _("A name has 1 to %(most)d characters.") % {"most": NAME_LENGTH})
    return line


def _line(name: str, value: str, most: int) -> str:
    line = one_line(value)
    if len(line) > most:
        raise BadScriptFacts(name, _("At most %(most)d characters.") % {"most": most})
    return line


def _save(row: Script) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ScriptExists(name=row.name) from error


def _put(script_id: int, verb: str, moment: datetime | None, by: UUID | None) -> Script:
    found = _held(script_id)
    if (found.archived_at is None) != (moment is None):
        Script.objects.filter(pk=found.pk).update(archived_at=moment)
        note(verb=verb, of="script", id=found.pk, by=by)
    return queries.script(script_id=script_id)


def _as_fault(finding: Finding) -> Fault:
    excerpt = _("“%(text)s”") % {"text": finding.excerpt}
    words = f"{finding.words} {excerpt}" if finding.excerpt else finding.words
    return Fault(finding.code, "#/text", words)
