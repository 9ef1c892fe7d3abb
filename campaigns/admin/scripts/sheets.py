"""What lies on the editor's desk: a text with the lines of its variables, just begun or just typed."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from campaigns.actions import ScriptExists, Wording
from campaigns.admin.scripts.checking import Checked, check
from campaigns.forms.scripts import VariableForms, WordingForm, declarations_of, lines_of
from campaigns.scripting import UndeclaredVariables
from tenants.display.formats import Formats
from tenants.rules import Refused


class Sheet:
    """A form, its lines, and the country and use case that they are held against."""

    def __init__(
        self,
        form: WordingForm,
        *,
        country: str,
        use_case: str,
        typed: HttpRequest | None = None,
        declared: Mapping[str, Any] | None = None,
    ) -> None:
        self.form, self.country, self.use_case = form, country, use_case
        self.declared = declared or {}
        self.lines = VariableForms(typed.POST if typed else None, initial=lines_of(self.declared))

    @property
    def is_whole(self) -> bool:
        """Whether it can be handed to the action."""
        return bool(self.form.is_valid() and self.lines.is_valid())

    @property
    def wording(self) -> Wording:
        """What a whole sheet says."""
        given = self.form.cleaned_data
        return Wording(given["text"], self._declarations(), given["agent_id"], given["agent_version"])

    def checked(self) -> Checked:
        """Return what the text comes to; nothing while there is none, or a line of its variables is wrong."""
        typed = self.form.data if self.form.is_bound else self.form.initial
        text = str(typed.get("text") or "")
        if not text.strip():
            return Checked(is_empty=True)
        if self.lines.is_bound and not self.lines.is_valid():
            return Checked()
        return check(
            text,
            self._declarations(),
            country=self.country,
            use_case=self.use_case,
            today=timezone.localdate(),
        )

    def tell(self, refusal: Refused) -> None:
        """Tell a refusal beside what was typed; undeclared variables get lines, to be looked at and saved."""
        asked = "name" if isinstance(refusal, ScriptExists) else str(refusal.extra.get("field", "text"))
        self.form.add_error(asked if asked in self.form.fields else None, str(refusal))
        if isinstance(refusal, UndeclaredVariables):
            names: Any = refusal.extra["names"]
            new = {name: {"type": "text", "required": True} for name in names}
            self.declared = {**self._declarations(), **new}
            self.lines = VariableForms(initial=lines_of(self.declared))

    def _declarations(self) -> Mapping[str, Any]:
        if not self.lines.is_bound:
            return self.declared
        return declarations_of(self.lines, currency=Formats(country=self.country).currency)
