"""The shape of what people type on the pages of imports and rules."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from personas.models import Persona
from personas.models.imports import PROFILE_LENGTH
from personas.models.rulesets import EFFECT_LABELS, MATCH_LABELS
from personas.rules import JOB_TITLE_LENGTH, KEYWORD_LENGTH, Effect, ImportColumn, Match

COLUMN_LABELS = {
    ImportColumn.FIRST_NAME: _("First name"),
    ImportColumn.LAST_NAME: _("Last name"),
    ImportColumn.EMAIL: _("E-mail"),
    ImportColumn.COMPANY: _("Company"),
    ImportColumn.JOB_TITLE: _("Job title"),
    ImportColumn.PROFILE_URL: _("LinkedIn profile"),
    ImportColumn.CONNECTED_ON: _("Connected on"),
}


class UploadForm(forms.Form):
    """A file of connections and the profile it was exported from."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("The export of LinkedIn connections, .csv or .xlsx, up to 20 MB."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}),
        allow_empty_file=True,
    )
    profile = forms.CharField(
        label=_("Profile"),
        max_length=PROFILE_LENGTH,
        help_text=_("Whose connections these are; it names the contacts' source."),
        widget=UnfoldAdminTextInputWidget(),
    )


class RuleForm(forms.Form):
    """What one keyword and many have in common: persona, match and effect; a phrase is proposed."""

    match = forms.ChoiceField(
        label=_("Match"),
        choices=list(MATCH_LABELS.items()),
        initial=Match.PHRASE,
        widget=UnfoldAdminSelectWidget(),
    )
    effect = forms.ChoiceField(
        label=_("Effect"),
        choices=list(EFFECT_LABELS.items()),
        initial=Effect.INCLUDE,
        widget=UnfoldAdminSelectWidget(),
    )

    def __init__(self, *args: Any, personas: Sequence[Persona], **kwargs: Any) -> None:
        # One page holds many of these: the words of field and label must not share an id.
        super().__init__(*args, **kwargs)
        self.personas = {persona.code: persona for persona in personas}
        choices = [(persona.code, persona.name) for persona in personas]
        self.fields["persona"] = forms.ChoiceField(
            label=_("Persona"), choices=choices, widget=UnfoldAdminSelectWidget(choices=choices)
        )

    def clean_persona(self) -> Persona:
        """Return the persona of that code."""
        return self.personas[self.cleaned_data["persona"]]

    def clean_match(self) -> Match:
        """Return the match."""
        return Match(self.cleaned_data["match"])

    def clean_effect(self) -> Effect:
        """Return the effect."""
        return Effect(self.cleaned_data["effect"])


class KeywordForm(RuleForm):
    """One keyword."""

    text = forms.CharField(label=_("Text"), max_length=KEYWORD_LENGTH, widget=UnfoldAdminTextInputWidget())


class KeywordsForm(RuleForm):
    """Many keywords at once (P9)."""

    texts = forms.CharField(
        label=_("Texts"),
        help_text=_("Separated by comma, semicolon or new line."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
    )


class TitleForm(forms.Form):
    """A job title as somebody might write it."""

    title = forms.CharField(
        label=_("Job title"),
        max_length=JOB_TITLE_LENGTH,
        required=False,
        strip=False,
        widget=UnfoldAdminTextInputWidget(),
    )
