"""Everything that is said of a campaign before its launch: hours, retries, length, dates, caps, turn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import DecimalField
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.actions import CampaignFacts
from campaigns.actions.creating import LONGEST_DESCRIPTION
from campaigns.forms.fields import AmountField
from campaigns.forms.wizard.call_settings import (
    KEYS,
    WEEKDAYS,
    lines_of,
    place_of,
    retry_lines,
    sent_by,
)
from campaigns.imports import read_dynamic_days
from campaigns.legality import Voicemail, frames_for
from campaigns.models import Campaign
from campaigns.models.words import OUTCOME_LABELS
from campaigns.rules import NAME_LENGTH, UseCase
from tenants.display.places import zones
from tenants.rules import Refused

PRIORITY_LABELS = [("1", _("1 – usual")), ("2", _("2 – before the usual")), ("3", _("3 – first"))]
VOICEMAIL_LABELS = [
    (str(Voicemail.HANG_UP), _("Hang up")),
    (str(Voicemail.LEAVE_MESSAGE), _("Leave a message")),
]
MOMENT = "%Y-%m-%dT%H:%M"
DAYS = ("dias_fecha_limite", "dias_fecha_maxima")
_CAP = cast("DecimalField[Any, Any]", Campaign._meta.get_field("spend_cap"))
_NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}


def _line(label: Any, help_text: Any = "", **attributes: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=60,
        required=False,
        help_text=help_text,
        widget=UnfoldAdminTextInputWidget(attrs=attributes),
    )


def _choice(label: Any, choices: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=False, help_text=help_text, widget=UnfoldAdminSelectWidget()
    )


class SettingsForm(forms.Form):
    """Facts and call settings of one campaign; refusals of the actions are told beside their field."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH, widget=UnfoldAdminTextInputWidget())
    description = forms.CharField(
        label=_("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    hours_start = _line(_("From"), placeholder="09:00", autocomplete="off")
    hours_end = _line(_("Until"), placeholder="20:00", autocomplete="off")
    windows = forms.CharField(
        label=_("Only in these windows"),
        max_length=400,
        required=False,
        help_text=_("One a line, such as 09:00-13:00; empty: all of the hours above."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    days_of_week = forms.MultipleChoiceField(
        label=_("Days"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple()
    )
    timezone = _choice(_("Time zone"), [])
    legal_frame = _choice(_("Legal frame"), [], _("Hours outside it are never called."))
    max_attempts = _line(_("Attempts for each person"), _("1 to 10."), **_NUMERIC)
    retry_delay_hours = _line(_("Hours between attempts"), _("1 to 168, from the end of a call."), **_NUMERIC)
    max_concurrent_calls = _line(
        _("Calls at once"), _("Empty: only account and provider set a limit."), **_NUMERIC
    )
    ring_seconds = _line(_("Seconds of ringing"), _("5 to 300."), **_NUMERIC)
    max_call_seconds = _line(
        _("Longest call, in seconds"), _("60 to 7,200; money is held for it."), **_NUMERIC
    )
    voicemail = _choice(_("When a machine answers"), VOICEMAIL_LABELS)
    dias_fecha_limite = _line(
        _("Days until the day to pay by"),
        _("From the upload, 0 to 365; empty: the file's dates."),
        **_NUMERIC,
    )
    dias_fecha_maxima = _line(
        _("Days until the last day"), _("After it nobody is called; empty: the file's dates."), **_NUMERIC
    )
    priority = _choice(_("Priority"), PRIORITY_LABELS)
    spend_cap = AmountField(
        label=_("Spend cap"), required=False, max_digits=_CAP.max_digits, decimal_places=_CAP.decimal_places
    )
    starts_at = _line(_("Not before"), type="datetime-local")
    ends_at = _line(_("Not after"), type="datetime-local")

    def __init__(
        self, *args: Any, campaign: Campaign, params: Mapping[str, Any] | None, **keyword: Any
    ) -> None:
        keyword.setdefault("initial", initial_of(campaign, params))
        super().__init__(*args, **keyword)
        self.campaign, self.params = campaign, params
        fields: Any = self.fields
        country, use_case = campaign.account.country, UseCase(campaign.use_case)
        fields["timezone"].choices = _zones(campaign.call_settings["timezone"])
        fields["legal_frame"].choices = [(one.key, str(one.title)) for one in frames_for(country, use_case)]
        for outcome, attempts, hours in retry_lines():
            label = OUTCOME_LABELS[outcome]
            self.fields[attempts] = _line(_("Attempts after: %(outcome)s") % {"outcome": label}, **_NUMERIC)
            self.fields[hours] = _line(_("Hours after: %(outcome)s") % {"outcome": label}, **_NUMERIC)
        if params is None:
            for name in DAYS:
                del self.fields[name]
        fields["spend_cap"].currency = campaign.account.currency
        fields["spend_cap"].help_text = _("In %(unit)s; empty: none.") % {"unit": campaign.account.unit}

    def retries(self) -> list[tuple[Any, Any, Any]]:
        """Return outcome, attempts and hours of each line of the table of retries."""
        return [(OUTCOME_LABELS[one], self[attempts], self[hours]) for one, attempts, hours in retry_lines()]

    def clean_priority(self) -> int:
        """Return the number."""
        return int(self.cleaned_data["priority"] or 1)

    def clean_starts_at(self) -> datetime | None:
        """Read a moment on the campaign's clock."""
        return self._moment("starts_at")

    def clean_ends_at(self) -> datetime | None:
        """Read a moment on the campaign's clock."""
        return self._moment("ends_at")

    def clean_dias_fecha_limite(self) -> int | None:
        """Read whole days."""
        return self._days("dias_fecha_limite")

    def clean_dias_fecha_maxima(self) -> int | None:
        """Read whole days."""
        return self._days("dias_fecha_maxima")

    def facts(self) -> CampaignFacts:
        """Return what is said, the settings as a client would send them."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "description": given["description"],
            "priority": given["priority"],
            "call_settings": sent_by(given),
            "starts_at": given["starts_at"],
            "ends_at": given["ends_at"],
            "spend_cap": given["spend_cap"],
        }

    def days(self) -> dict[str, int | None]:
        """Return the dynamic dates, none once the file was read."""
        return {name: self.cleaned_data[name] for name in DAYS if name in self.fields}

    def tell(self, refusal: Refused) -> None:
        """Write a refusal beside the fields that it speaks of, each with its key as programs know it."""
        faults: Any = refusal.extra.get("faults", ())
        for fault in faults:
            path = fault.pointer.removeprefix("#/").removeprefix("call_settings").strip("/").split("/")
            field = path[0] if path[0] in self.fields and path[0] not in KEYS else place_of(path)
            is_setting = fault.pointer.startswith("#/call_settings/")
            words = f"{'.'.join(path)}: {fault.detail}" if is_setting else str(fault.detail)
            self.add_error(field if field in self.fields else None, words)
        if not faults:
            key = str(refusal.extra.get("key", ""))
            self.add_error(key if key in self.fields else None, str(refusal))

    def _moment(self, name: str) -> datetime | None:
        text = self.cleaned_data[name]
        if not text:
            return None
        zone = ZoneInfo(self.cleaned_data.get("timezone") or self.campaign.call_settings["timezone"])
        try:
            return datetime.strptime(text, MOMENT).replace(tzinfo=zone)
        except ValueError as error:
            raise forms.ValidationError(_("It has to be a day and a time.")) from error

    def _days(self, name: str) -> int | None:
        try:
            return read_dynamic_days(self.cleaned_data[name], name=name)
        except Refused as refusal:
            raise forms.ValidationError(f"{name}: {refusal}") from refusal


def initial_of(campaign: Campaign, params: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what the form begins with; moments on the campaign's clock."""
    zone = ZoneInfo(campaign.call_settings["timezone"])
    moments = {name: getattr(campaign, name) for name in ("starts_at", "ends_at")}
    return {
        "name": campaign.name,
        "description": campaign.description,
        "priority": str(campaign.priority),
        "spend_cap": campaign.spend_cap,
        **lines_of(campaign.call_settings),
        **{name: (params or {}).get(name) for name in DAYS},
        **{name: at.astimezone(zone).strftime(MOMENT) if at else "" for name, at in moments.items()},
    }


def _zones(own: str) -> list[tuple[str, str]]:
    """Return the zones with a place's name, and the campaign's own whatever its name."""
    found = zones()
    return found if (own, own) in found else [(own, own), *found]
