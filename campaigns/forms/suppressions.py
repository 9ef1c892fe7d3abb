"""What staff type about who must not be called."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.actions.suppressing import MOST_AT_ONCE
from campaigns.dispatch.wishes import LONGEST_REASON
from campaigns.models import Account
from campaigns.models.words import SUPPRESSION_KIND_LABELS
from campaigns.rules import SuppressionKind
from tenants.display.formats import reader

LONGEST_TEXT = 400_000


class SuppressionForm(forms.Form):
    """Numbers or documents, typed one a line, or a file; and whom they bind."""

    kind = forms.ChoiceField(
        label=_("What is typed below"),
        choices=list(SUPPRESSION_KIND_LABELS.items()),
        initial=SuppressionKind.NUMBER,
        widget=UnfoldAdminSelectWidget(),
    )
    texts = forms.CharField(
        label=_("Numbers or documents"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_("One a line, written in any usual way."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        allow_empty_file=True,
        help_text=_("A .csv or .xlsx file with a column of numbers or of documents, or both, up to 5 MB."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}),
    )
    account = forms.ModelChoiceField(
        label=_("Account"),
        queryset=Account.objects.none(),
        required=False,
        empty_label=_("All accounts"),
        widget=UnfoldAdminSelectWidget(),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, required=False, widget=UnfoldAdminTextInputWidget()
    )

    def __init__(self, *args: Any, **keyword: Any) -> None:
        super().__init__(*args, **keyword)
        choice: Any = self.fields["account"]
        choice.queryset = Account.objects.order_by("name")

    def clean_kind(self) -> SuppressionKind:
        """Return the kind."""
        return SuppressionKind(self.cleaned_data["kind"])

    def clean(self) -> dict[str, Any]:
        """Refuse neither and both, and more lines than a file may have."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        typed = [line for line in given.get("texts", "").splitlines() if line.strip()]
        if not self.errors and bool(typed) == bool(given.get("file")):
            raise forms.ValidationError(_("Type some, or choose a file."))
        if len(typed) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("At most %(most)s at once.") % {"most": reader().number(MOST_AT_ONCE)}
            )
        return given | {"typed": typed}
