"""Which contacts are to be called: read from the address of the page, so that a link shows the same (W6)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.actions.audiences import AudienceChoice, Tie
from campaigns.models import Account
from campaigns.models.words import OUTCOME_LABELS, USE_CASE_LABELS
from campaigns.rules import NAME_LENGTH, Outcome, UseCase
from personas.models import Persona
from tenants.forms import WholeField

NO_CALL = "none"
TIES = (
    ("", _("However identity knows them")),
    (Tie.PERSON.value, _("Tied to a person")),
    (Tie.RED.value, _("A red lead")),
    (Tie.NONE.value, _("Not known to identity")),
)
OUTCOMES = [
    (NO_CALL, _("Never called")),
    *((outcome.value, words) for outcome, words in OUTCOME_LABELS.items() if outcome is not Outcome.UNSENT),
]


class AudienceForm(forms.Form):
    """Whom to call, who pays and what for; what is empty narrows nothing."""

    account = forms.ModelChoiceField(
        label=_("Account"),
        queryset=Account.objects.none(),
        to_field_name="code",
        empty_label=_("Choose who pays"),
    )
    name = forms.CharField(label=_("Name of the campaign"), max_length=NAME_LENGTH)
    use_case = forms.ChoiceField(
        label=_("Purpose"), choices=list(USE_CASE_LABELS.items()), initial=UseCase.MARKETING.value
    )
    personas = forms.MultipleChoiceField(
        label=pgettext_lazy("buyers", "Personas"), required=False, widget=forms.CheckboxSelectMultiple
    )
    not_personas = forms.MultipleChoiceField(
        label=_("None of these personas"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tie = forms.ChoiceField(label=_("Identity"), choices=TIES, required=False)
    outcomes = forms.MultipleChoiceField(
        label=_("Last call"), choices=OUTCOMES, required=False, widget=forms.CheckboxSelectMultiple
    )
    not_outcomes = forms.MultipleChoiceField(
        label=_("None of these last calls"),
        choices=OUTCOMES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quiet_days = WholeField(
        label=_("Not spoken with in the last days"),
        min_value=1,
        max_value=3650,
        required=False,
        widget=forms.TextInput(),
    )

    def __init__(self, *args: Any, **keyword: Any) -> None:
        """Offer the tenant's accounts and personas."""
        super().__init__(*args, **keyword)
        self.fields["account"].queryset = Account.objects.order_by("name")  # type: ignore[attr-defined]  # a ModelChoiceField
        personas = list(Persona.objects.order_by("priority").values_list("code", "name"))
        for name in ("personas", "not_personas"):
            self.fields[name].choices = personas  # type: ignore[attr-defined]  # a MultipleChoiceField

    @property
    def choice(self) -> AudienceChoice:
        """Return the choice; only of a valid form."""
        return choice_of(self.cleaned_data)


def choice_of(given: dict[str, Any]) -> AudienceChoice:
    """Return validated values as a choice."""
    return AudienceChoice(
        personas=tuple(given["personas"]),
        not_personas=tuple(given["not_personas"]),
        tie=Tie(given["tie"]) if given["tie"] else None,
        outcomes=tuple(map(_outcome, given["outcomes"])),
        not_outcomes=tuple(map(_outcome, given["not_outcomes"])),
        quiet_days=given["quiet_days"],
    )


def _outcome(value: str) -> str:
    return "" if value == NO_CALL else value
