"""What exactly is asked of the provider? The same each time, or the attempt's key would not hold (C17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.dispatch.desk import days_off_of
from campaigns.imports.spoken import read_spoken
from campaigns.legality import (
    Calendar,
    CallSettings,
    LegalFrame,
    Standing,
    Verdict,
    Voicemail,
    calendar_for,
    frame_named,
    may_call,
    stored_settings,
    zones_of_key,
)
from campaigns.models import CallAttempt, Entry
from campaigns.providers import CallRequest
from campaigns.scripting import MissingValues, built_in_values, call_variables, read_script
from tenants.display.formats import Formats

SPOKEN_LANGUAGE = "es"


class NotAskable(Exception):
    """The call lacks something without which it cannot be asked for: a value of its script, an agent."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An attempt with all that belongs to it, read once."""

    attempt: CallAttempt
    settings: CallSettings

    @classmethod
    def of(cls, attempt: UUID) -> Self:
        """Return an attempt with what belongs to it. Two queries. Raises CallAttempt.DoesNotExist."""
        related = ("entry", "campaign", "account", "provider", "script_version__script")
        row = CallAttempt.objects.select_related(*related).prefetch_related("entry__debts").get(pk=attempt)
        return cls(row, stored_settings(row.campaign.call_settings))

    @property
    def calendar(self) -> Calendar:
        """When the person may be called."""
        zones = zones_of_key(self.attempt.entry.zones)
        return calendar_for(self.settings, self._frame, zones, days_off_of(self.attempt.account))

    def verdict(self, now: datetime) -> Verdict:
        """Ask once more whether the call is lawful, by what is known of the person by now (C16). One query.

        Nobody else has called since the claim, but the end of an earlier call may have been told.
        """
        return may_call(now=now, calendar=self.calendar, standing=self.standing(now))

    def standing(self, now: datetime) -> Standing:
        """Return when the person was spoken with, and tried, in all campaigns, and until when. One query."""
        calls = CallAttempt.objects.filter(person_key=self.attempt.person_key, is_counted=True)
        recent = calls.filter(ended_at__gt=now - self._frame.reach).order_by()
        ends = list(recent.values_list("ended_at", "is_contact"))
        return Standing(
            contacts=[at for at, is_contact in ends if at and is_contact],
            attempts=[at for at, _contact in ends if at],
            last_day=self.attempt.entry.fecha_maxima,
            not_after=self.attempt.campaign.ends_at,
        )

    def request(self, tenant: str) -> CallRequest:
        """Return the request. Raises NotAskable."""
        attempt, version = self.attempt, self.attempt.script_version
        agent = (version.agent_id if version else "") or attempt.provider.agent_id
        try:
            return CallRequest(
                attempt=attempt.pk,
                tenant=tenant,
                agent_id=agent,
                agent_version=(version.agent_version if version else "") or None,
                from_number=attempt.from_number,
                to_number=attempt.to_number,
                ring_seconds=self.settings.ring_seconds,
                max_call_seconds=attempt.max_call_seconds,
                voicemail_text=self._voicemail_text(),
                variables=self._variables(),
            )
        except (MissingValues, ValueError) as error:
            raise NotAskable(str(error)) from error

    @property
    def _frame(self) -> LegalFrame:
        return frame_named(self.settings.legal_frame)

    def _variables(self) -> dict[str, str]:
        version = self.attempt.script_version
        if version is None:
            return {"nombre": self.attempt.entry.name}
        script = read_script(version.text, version.variables)
        entry, country = self.attempt.entry, self.attempt.account.country
        currency = currency_of(entry, country=country)
        values = values_of(entry, creditor=self.attempt.account.name)
        read = read_spoken(script, values, currency=currency)
        return call_variables(script, read, country=country, language=SPOKEN_LANGUAGE, currency=currency)

    def _voicemail_text(self) -> str:
        """Return what a machine is told: who called whom, and nothing that others should not hear."""
        if self.settings.voicemail is Voicemail.HANG_UP:
            return ""
        with override(SPOKEN_LANGUAGE):
            words = _("A message from %(caller)s for %(name)s: we will call again.")
            return words % {"caller": self.attempt.account.name, "name": self.attempt.entry.name}


def currency_of(entry: Entry, *, country: str) -> str:
    """Return the currency of an entry's debt, else that of the country."""
    largest = next(iter(entry.debts.all()), None)
    return largest.currency if largest else Formats(country=country).currency


def values_of(entry: Entry, *, creditor: str) -> Mapping[str, Any]:
    """Return what a script may say of an entry: its variables, and the debt that the call speaks of (C7)."""
    largest = next(iter(entry.debts.all()), None)  # debts are ordered by amount
    return {
        **entry.variables,
        **built_in_values(
            name=entry.name,
            document=entry.document,
            creditor=largest.creditor if largest else creditor,
            amount=largest.amount if largest else None,
            fecha_limite=entry.fecha_limite,
            fecha_maxima=entry.fecha_maxima,
            instalments=largest.instalments if largest else None,
            days_overdue=largest.days_overdue if largest else None,
        ),
    }
