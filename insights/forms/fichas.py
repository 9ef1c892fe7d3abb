"""What staff type about a brand: who it is, where its rows are, when and how it is analysed."""

import re
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from insights.actions import BadSchedule, source_of
from insights.forms.fields import LinesField
from insights.models import FichaCliente
from insights.models.labels import TRAIT_FIELDS
from insights.models.words import PLATFORM_LABELS
from insights.rules import SourceKind
from insights.sources import SourceRefused, read_rows, read_source
from tenants.display.places import zones
from tenants.forms import MeasureField
from tenants.jobs.schedules import check_crontab

FACTS = (
    "brand_name", "industry", "country", "timezone", "language", "archetype", "tone_of_voice",
    "target_audience", "business_goal", "content_pillars", "competitors", "platforms", "source_kind",
    "spreadsheet_id", "posts_tab", "comments_tab", "schedule", "is_enabled", "model", "budget_usd",
    "budget_tokens", "minimum_sample",
)  # fmt: skip
LONGEST_ID = FichaCliente._meta.get_field("spreadsheet_id").max_length or 0
TRAITS = tuple(TRAIT_FIELDS.values())
# An id of a sheet stands in its address between these; people paste the address.
IN_ADDRESS = re.compile(r"/d/([A-Za-z0-9_-]+)")


def _words(label: Any, **keyword: Any) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
    return forms.CharField(label=label, required=False, widget=widget, **keyword)


def _hundred(label: Any) -> MeasureField:
    return MeasureField(label=label, required=False, min_value=0, max_value=100)


class FichaForm(forms.ModelForm):
    """A brand as staff see it; what makes no sense is told beside its field."""

    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Of its schedule, of its weeks and of dates that name no zone."),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget
    )
    tone_of_voice = _words(_("Tone of voice"))
    target_audience = _words(_("Target audience"))
    business_goal = _words(_("Business goal"))
    content_pillars = LinesField(label=_("Content pillars"), help_text=_("One a line."))
    competitors = LinesField(label=_("Competitors"), help_text=_("One a line."))
    platforms = forms.MultipleChoiceField(
        label=_("Platforms"),
        choices=list(PLATFORM_LABELS.items()),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    sincerity = _hundred(_("Sincerity"))
    excitement = _hundred(_("Excitement"))
    competence = _hundred(_("Competence"))
    sophistication = _hundred(_("Sophistication"))
    ruggedness = _hundred(_("Ruggedness"))
    file = forms.FileField(
        label=_("Workbook"),
        required=False,
        help_text=_("An .xlsx with the tabs named below. Once it is uploaded, it is the source."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx"}),
    )
    spreadsheet_id = forms.CharField(
        label=_("Google Sheet"),
        required=False,
        max_length=500,
        help_text=_("Its address or its id. The sheet has to be shared with the service account."),
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = FichaCliente
        fields = FACTS

    def __init__(self, *args: Any, **keyword: Any) -> None:
        super().__init__(*args, **keyword)
        wanted = self.instance.target_profile or {}
        for trait, name in TRAIT_FIELDS.items():
            if name in self.fields:
                self.fields[name].initial = wanted.get(trait)

    def clean_spreadsheet_id(self) -> str:
        """Take the id out of an address."""
        typed: str = self.cleaned_data["spreadsheet_id"].strip()
        found = IN_ADDRESS.search(typed)
        kept = found[1] if found else typed
        if len(kept) > LONGEST_ID:
            raise forms.ValidationError(_("This is neither the address nor the id of a sheet."))
        return kept

    def clean(self) -> dict[str, Any]:
        """Refuse what the actions would refuse, beside the field."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("schedule") and given.get("timezone"):
            self._check_schedule(given["schedule"], given["timezone"])
        is_sheet = given.get("source_kind") == SourceKind.SHEET
        if is_sheet and not (given.get("spreadsheet_id") or given.get("file") or self.errors):
            self.add_error("spreadsheet_id", _("Say which sheet, or upload a workbook."))
        return given

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own, where the row has its values
        upload = self.cleaned_data.get("file")
        if upload and not self.errors:
            self._check_workbook(upload)

    def facts(self) -> dict[str, Any]:
        """Return what was changed, or all of a new brand, as actions take it."""
        given, wanted = self.cleaned_data, set(self.changed_data)
        names = [name for name in FACTS if self.instance._state.adding or name in wanted]
        found = {name: given[name] for name in names if name in given}
        if wanted & set(TRAITS):
            profile = {str(trait): given.get(name) for trait, name in TRAIT_FIELDS.items()}
            found["target_profile"] = {trait: value for trait, value in profile.items() if value is not None}
        return found

    def workbook(self) -> tuple[str, bytes] | None:
        """Return name and bytes of the uploaded workbook."""
        upload = self.cleaned_data.get("file")
        if not upload:
            return None
        upload.seek(0)
        return upload.name, upload.read()

    def _check_schedule(self, words: str, zone: str) -> None:
        try:
            check_crontab(words, now=timezone.now(), zone=ZoneInfo(zone))
        except (ValueError, LookupError, OSError):
            self.add_error("schedule", str(BadSchedule.message))

    def _check_workbook(self, upload: Any) -> None:
        try:
            source = source_of(self.instance, workbook=upload.read())
            read_rows(read_source(source), zone=source.zone)
        except SourceRefused as refusal:
            self.add_error("file", str(refusal))
