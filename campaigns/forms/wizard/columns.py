"""Which heading of a file stands for which column; what looks like a missing one comes first (C1)."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget

from campaigns.imports import COLUMN_LABELS, ClientColumn, ClientFile
from tenants.intake.tables import REPEATED_HEADING, Vocabulary, heading_key


class ColumnsForm(forms.Form):
    """A choice for each column that the kind of file knows."""

    def __init__(self, *args: Any, opened: ClientFile, **keyword: Any) -> None:
        super().__init__(*args, **keyword)
        self.opened = opened
        there = {heading_key(heading): heading for heading in reversed(opened.headings) if heading.strip()}
        headings = list(dict.fromkeys(there[heading_key(one)] for one in opened.headings if one.strip()))
        missing = {str(one.column): one.look_alikes for one in opened.missing}
        for column in opened.columns:
            chosen = there.get(heading_key(opened.mapping.get(column, "")), "")
            self.fields[column] = _choice(column, headings, chosen, missing.get(column))

    def clean(self) -> dict[str, Any]:
        """Refuse a heading that is chosen for two columns."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for column in Vocabulary.repeated_columns(given):
            self.add_error(column, REPEATED_HEADING)
        return given


def _choice(
    column: str, headings: list[str], chosen: str, look_alikes: tuple[str, ...] | None
) -> forms.ChoiceField:
    choices: list[Any] = [("", _("– not read –"))]
    if look_alikes:
        rest = [one for one in headings if one not in look_alikes]
        choices += [
            (_("Looks like it"), [(one, one) for one in look_alikes]),
            (_("All others"), [(one, one) for one in rest]),
        ]
    else:
        choices += [(one, one) for one in headings]
    return forms.ChoiceField(
        label=str(COLUMN_LABELS[ClientColumn(column)]),
        choices=choices,
        initial=chosen,
        required=False,
        help_text="" if look_alikes is None else _needed(look_alikes),
        widget=UnfoldAdminSelectWidget(),
    )


def _needed(look_alikes: tuple[str, ...]) -> str:
    if not look_alikes:
        return _("Needed, and no heading looks like it.")
    return _("Needed. It may be: %(headings)s.") % {"headings": ", ".join(look_alikes)}
