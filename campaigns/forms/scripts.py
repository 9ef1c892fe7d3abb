"""What staff type of a script: its facts, its text, a line for each variable."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from campaigns.actions.scripts import AGENT_LENGTH, AGENT_VERSION_LENGTH
from campaigns.imports.spoken import written_default
from campaigns.models.words import USE_CASE_LABELS
from campaigns.rules import NAME_LENGTH
from campaigns.scripting import VariableType
from campaigns.scripting.placeholders import LONGEST_NAME
from campaigns.scripting.variables import LONGEST_DEFAULT, MOST_VARIABLES, TYPE_LABELS
from tenants.display.places import countries

SPARE = 2  # empty lines to declare a variable in
# Where our users call; any other country of the tenant's own is added.
COUNTRIES = frozenset(
    ["AR", "BO", "BR", "CL", "CO", "CR", "DO", "EC", "ES", "GB", "GT", "MX", "PA", "PE", "PY", "US", "UY"]
)


class WordingForm(forms.Form):
    """What a version says, and which agent of the provider says it."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=NAME_LENGTH, widget=UnfoldAdminTextInputWidget
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,  # the action says what is wrong with it, everything at once
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 22, "spellcheck": "true"}),
    )
    agent_id = forms.CharField(
        label=gettext_lazy("Agent of the provider"),
        max_length=AGENT_LENGTH,
        required=False,
        help_text=gettext_lazy("Empty: the provider's default agent speaks."),
        widget=UnfoldAdminTextInputWidget,
    )
    agent_version = forms.CharField(
        label=gettext_lazy("Version of the agent"),
        max_length=AGENT_VERSION_LENGTH,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )


class NewScriptForm(WordingForm):
    """A script's first version, with what stays: its country and purpose."""

    use_case = forms.ChoiceField(
        label=gettext_lazy("Use case"), choices=list(USE_CASE_LABELS.items()), widget=UnfoldAdminSelectWidget
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=[], widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, own_country: str, **keyword: Any) -> None:
        super().__init__(*args, **keyword)
        codes = COUNTRIES | ({own_country} if own_country else set())
        fields: dict[str, Any] = self.fields
        fields["country"].choices = countries(codes)


class VariableForm(forms.Form):
    """One declared variable; a line without a name is none."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=list(TYPE_LABELS.items()),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    default = forms.CharField(
        label=gettext_lazy("Without a value, say"),
        max_length=LONGEST_DEFAULT,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    required = forms.BooleanField(
        label=gettext_lazy("Required"), required=False, initial=True, widget=UnfoldBooleanWidget
    )


class _VariableForms(forms.BaseFormSet):
    def clean(self) -> None:
        """Refuse a name that stands in two lines: the second would silently win."""
        names = [one.cleaned_data.get("name") for one in self.forms if one.is_valid()]
        twice = sorted({str(name) for name in names if name and names.count(name) > 1})
        if twice:
            words = _("Declared twice: %(names)s.") % {"names": ", ".join(twice)}
            raise forms.ValidationError(words)


VariableForms = forms.formset_factory(
    VariableForm,
    formset=_VariableForms,
    extra=SPARE,
    max_num=MOST_VARIABLES + SPARE,
    absolute_max=MOST_VARIABLES + SPARE,
)


def lines_of(variables: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return stored declarations as the lines begin with them."""
    return [{"name": name, **said} for name, said in variables.items()]


def declarations_of(lines: Iterable[Any], *, currency: str) -> dict[str, dict[str, Any]]:
    """Return what valid lines declare; a default is written as people write, and kept in its one form."""
    given = (one.cleaned_data for one in lines)
    return {line["name"]: _declared(line, currency) for line in given if line.get("name")}


def _declared(line: Mapping[str, Any], currency: str) -> dict[str, Any]:
    kind = line["type"] or VariableType.TEXT
    default = written_default(line["default"], VariableType(kind), currency=currency)
    # A variable that is always said needs no value from the file.
    return {"type": str(kind), "required": line["required"] and not default, "default": default}
