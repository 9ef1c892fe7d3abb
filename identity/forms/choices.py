"""The shape of what staff type on the page of settings."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from identity.models import IdentitySettings
from tenants.forms import FigureField, MeasureField, WholeField

# A few empty lines to write new milestones into.
SPARE = 2


class SettingsForm(forms.Form):
    """How leads are matched, and in which currency money is owed."""

    mode = forms.ChoiceField(
        label=_("Matching"),
        choices=[
            ("rules", _("Rules decide; the weights can only stop a link")),
            ("scored", _("The weights also link where the rules did not")),
        ],
        widget=UnfoldAdminSelectWidget(),
    )
    similar = MeasureField(
        label=_("Names are similar from"),
        min_value=0,
        max_value=1,
    )
    clear_gap = MeasureField(
        label=_("The best person is so far ahead"),
        min_value=0,
        max_value=1,
    )
    different = MeasureField(
        label=_("Names are clearly different below"),
        min_value=0,
        max_value=1,
    )
    currency = forms.CharField(
        label=_("Currency"), min_length=3, max_length=3, widget=UnfoldAdminTextInputWidget()
    )

    def clean_currency(self) -> str:
        """Write it in capital letters."""
        return str(self.cleaned_data["currency"]).upper()


class MilestoneForm(forms.Form):
    """One milestone; a line left empty is none."""

    code = forms.CharField(label=_("Code"), max_length=8, required=False, widget=UnfoldAdminTextInputWidget())
    trips = WholeField(label=_("Trips"), min_value=1, max_value=10_000, required=False)
    amount = FigureField(
        label=_("Worth"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse half a line."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        named = [given.get(name) not in (None, "") for name in ("code", "trips", "amount")]
        if any(named) and not all(named) and not self.errors:
            raise forms.ValidationError(_("A milestone has a code, a number of trips and an amount."))
        given["code"] = str(given.get("code") or "").upper()
        return given


MilestoneForms = forms.formset_factory(MilestoneForm, extra=SPARE, max_num=12, absolute_max=20)


def milestones_of(settings: IdentitySettings) -> list[dict[str, Any]]:
    """Return the stored milestones as the forms begin with them."""
    return [{**one, "amount": Decimal(str(one["amount"]))} for one in settings.milestones]
