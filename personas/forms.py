"""The shape of what people type on the import's pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from personas.models.imports import PROFILE_LENGTH
from personas.rules import ImportColumn

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


class MappingForm(forms.Form):
    """Which heading stands for which column (L2)."""

    def __init__(
        self, *args: Any, headings: Sequence[str], mapping: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", _("Not in the file")),
            *((heading, heading) for heading in dict.fromkeys(headings) if heading),
        ]
        for column, label in COLUMN_LABELS.items():
            self.fields[column.value] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=False,
                initial=mapping.get(column, ""),
                widget=UnfoldAdminSelectWidget(choices=choices),
            )
