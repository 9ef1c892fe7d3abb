"""What staff choose to bind a viewer to a brand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from insights.models import FichaViewer
from tenants.models import Member
from tenants.rules import Role


def viewers() -> list[tuple[str, str]]:
    """Return the open tenant's viewers by name. One query."""
    found = Member.objects.filter(role=Role.VIEWER).order_by("name")
    return [(str(member.pk), f"{member.name} ({member.email})") for member in found]


class FichaViewerForm(forms.ModelForm):
    """A brand and a viewer of this tenant."""

    member = forms.TypedChoiceField(
        label=pgettext_lazy("person", "Viewer"), choices=viewers, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = FichaViewer
        fields = ("ficha", "member")

    def clean(self) -> dict[str, Any]:
        """Refuse a bond that is there."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("ficha") and given.get("member"):
            bond = FichaViewer.objects.filter(ficha=given["ficha"], member=given["member"])
            if bond.exists():
                self.add_error("member", _("This viewer is bound to this brand already."))
        return given
