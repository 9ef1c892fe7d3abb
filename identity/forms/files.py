"""The shape of what people type on the pages of imports."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from identity.models import IMPORT_KIND_LABELS
from identity.rules import ImportKind

COLUMN_LABELS = {
    "external_id": _("External id"),
    "created_at": _("Created"),
    "driver_id": _("Driver id"),
    "hired_on": _("Hired"),
    "scout": _("Scout"),
    "park": _("Park"),
    "first_name": _("First name"),
    "middle_name": _("Middle name"),
    "last_name": _("Last name"),
    "phone": _("Phone"),
    "document": _("Document"),
    "licence": _("Licence"),
    "email": _("E-mail"),
    "plate": _("Plate"),
    "car_brand": _("Brand"),
    "car_model": _("Model"),
    "car_colour": _("Colour"),
    "city": _("City"),
    "status": _("Status"),
    "day": _("Day"),
    "trips": _("Completed trips"),
    "milestone": _("Milestone"),
    "state": _("State"),
    "amount": _("Amount"),
}


class FleetUploadForm(forms.Form):
    """A file and what it brings."""

    kind = forms.ChoiceField(
        label=_("What the file brings"),
        choices=list(IMPORT_KIND_LABELS.items()),
        widget=UnfoldAdminSelectWidget(choices=list(IMPORT_KIND_LABELS.items())),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("A .csv or .xlsx file, up to 20 MB; headings in English or Spanish."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}),
        allow_empty_file=True,
    )

    def clean_kind(self) -> ImportKind:
        """Return the kind."""
        return ImportKind(self.cleaned_data["kind"])
