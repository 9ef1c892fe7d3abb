"""A file of people to call, who pays for the calls, and what they are for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from campaigns.models import Account
from campaigns.models.words import PROCESSING_LABELS, USE_CASE_LABELS
from campaigns.rules import NAME_LENGTH, AccountStatus, ProcessingType


class FileForm(forms.Form):
    """A file for a draft, and what kind of list it is."""

    processing_type = forms.ChoiceField(
        label=_("Kind of file"),
        choices=list(PROCESSING_LABELS.items()),
        initial=str(ProcessingType.BASIC),
        help_text=_(
            "Basic and portfolio say who owes what: document, name, amount, phone. Of a portfolio of many "
            "columns only the exact amount column is taken. Generic needs a name and a phone; all its other "
            "columns become variables."
        ),
        widget=UnfoldAdminSelectWidget(),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("A .xlsx of up to 20 MB or a .csv of up to 60 MB, up to 100,000 rows."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}),
        allow_empty_file=True,
    )


class _Accounts(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """Name an account; one that may not call says so."""
        is_active = obj.status == AccountStatus.ACTIVE
        return str(obj) if is_active else f"{obj} – {obj.get_status_display()}"


class NewFileForm(FileForm):
    """A new campaign with its file."""

    account = _Accounts(
        label=_("Account"),
        queryset=Account.objects.none(),
        to_field_name="code",
        empty_label=_("Choose who pays"),
        widget=UnfoldAdminSelectWidget(),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("The file's name unless said."),
        widget=UnfoldAdminTextInputWidget(),
    )
    use_case = forms.ChoiceField(
        label=_("Use case"), choices=list(USE_CASE_LABELS.items()), widget=UnfoldAdminSelectWidget()
    )
    field_order = ("account", "name", "use_case", "processing_type", "file")

    def __init__(self, *args: Any, **keyword: Any) -> None:
        super().__init__(*args, **keyword)
        choice: Any = self.fields["account"]
        choice.queryset = Account.objects.order_by("name", "id")
