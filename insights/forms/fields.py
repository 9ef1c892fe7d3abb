"""Lists as people write them: one a line."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextareaWidget

from insights.rules import NAME_LENGTH


class LinesField(forms.CharField):
    """A list of short texts, one a line; blank lines and repeats are left out."""

    def __init__(self, **keyword: Any) -> None:
        given: dict[str, Any] = {"required": False, "widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
        super().__init__(**(given | keyword))

    def prepare_value(self, value: Any) -> Any:
        """Return what the field begins with."""
        return value if isinstance(value, str) else "\n".join(value or [])

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare lists, not lines' ends."""
        return bool(self.to_python(data) != list(initial or []))

    def to_python(self, value: Any) -> Any:
        """Return the lines."""
        lines = (line.strip() for line in str(value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        """Hold lines against the length of a name."""
        super().validate(value)
        if any(len(line) > NAME_LENGTH for line in value):
            raise forms.ValidationError(
                _("A line has %(count)d characters at most.") % {"count": NAME_LENGTH}
            )

    def run_validators(self, value: Any) -> None:
        """Hold each line against every rule."""
        for line in value:
            super().run_validators(line)
