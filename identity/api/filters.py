"""What lists of people can be narrowed to; an unknown word is 400 and lists those that there are."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from identity.matching import keys
from identity.queries.known_by import holders_of
from identity.rules import (
    FIRST_SYSTEM_WORDS,
    ORIGIN_KINDS,
    CaseState,
    Confidence,
    DecidedBy,
    IdentifierKind,
    JobKind,
    LimboStage,
    MatchRule,
    OriginStatus,
    Outcome,
    Reason,
    Source,
    Via,
)
from tenants.api.filters import DayFilter, YesNoFilter
from tenants.jobs.rules import State
from tenants.models import Tenant

ANY = "any"
WEEK = timedelta(days=7)


def _refusal(listed: str) -> str:
    return _("This is unknown. Known are: %s.") % listed


# In the language of who asks: filters are made once, in that of who started the program.
_unknown = lazy(_refusal, str)


class KnownFilter(django_filters.ChoiceFilter):
    """One of some words; the refusal of any other lists them."""

    def __init__(self, known: Iterable[str], **options: Any) -> None:
        words = [str(word) for word in known]
        # Doubled, because Django puts the refused value into the sentence.
        listed = ", ".join(words).replace("%", "%%")
        unknown = {"invalid_choice": _unknown(listed)}
        super().__init__(choices=[(word, word) for word in words], error_messages=unknown, **options)


class DatedFilter(django_filters.FilterSet):
    """Rows of a week (any day of it) or between two days, ends included; `on` is a date or a moment."""

    on = ""
    is_moment = False
    week = DayFilter(method="in_week", label="Any day of the week, Monday to Sunday.")
    date_from = DayFilter(method="since", label="The first day.")
    date_to = DayFilter(method="until", label="The last day.")

    def in_week(self, found: QuerySet, _name: str, day: date) -> QuerySet:
        """Narrow to the ISO week of a day."""
        monday = day - timedelta(days=day.weekday())
        return self._between(found, monday, monday + WEEK)

    def since(self, found: QuerySet, _name: str, day: date) -> QuerySet:
        """Narrow to a day and later ones."""
        return self._between(found, day, None)

    def until(self, found: QuerySet, _name: str, day: date) -> QuerySet:
        """Narrow to a day and earlier ones."""
        return self._between(found, None, day + timedelta(days=1))

    def _between(self, found: QuerySet, first: date | None, beyond: date | None) -> QuerySet:
        chosen: dict[str, date] = {}
        if first:
            chosen[f"{self.on}__gte"] = self._start_of(first)
        if beyond:
            chosen[f"{self.on}__lt"] = self._start_of(beyond)
        return found.filter(**chosen)

    def _start_of(self, day: date) -> date:
        """Return the day itself, or its first moment in the tenant's zone."""
        zone = ZoneInfo(_tenant(self).timezone)
        return datetime.combine(day, time(), zone) if self.is_moment else day


def _tenant(chosen: django_filters.FilterSet) -> Tenant:
    tenant: Tenant = chosen.request.tenant
    return tenant


class PersonFilter(DatedFilter):
    """Persons by what they are known by or linked to; tombstones only if asked for."""

    on, is_moment = "created_at", True
    name = django_filters.CharFilter(lookup_expr="icontains", max_length=200)
    phone = django_filters.CharFilter(method="known_by")
    document = django_filters.CharFilter(method="known_by")
    licence = django_filters.CharFilter(method="known_by")
    email = django_filters.CharFilter(method="known_by")
    plate = django_filters.CharFilter(method="known_by")
    driver_id = django_filters.CharFilter(method="owning")
    lead_source_pk = django_filters.CharFilter(method="owning")
    confidence = KnownFilter(Confidence)
    merged = YesNoFilter(method="buried", label="Tombstones instead of who lives.")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Narrow; unless asked about tombstones, to living persons."""
        found: QuerySet = super().filter_queryset(queryset)
        said = self.form.cleaned_data.get("merged")
        return found if said is not None else found.filter(merged_into__isnull=True)

    def buried(self, found: QuerySet, _name: str, wanted: bool) -> QuerySet:
        """Narrow to tombstones, or to living persons."""
        return found.filter(merged_into__isnull=not wanted)

    def known_by(self, found: QuerySet, name: str, typed: str) -> QuerySet:
        """Narrow to who holds an identifier, or whose linked rows bear it, however it is spelt (I1)."""
        kind = IdentifierKind(name)
        if kind is IdentifierKind.PHONE:
            value = keys.phone_key(typed, country=_tenant(self).country)
        else:
            value = keys.email_key(typed) if kind is IdentifierKind.EMAIL else keys.code_key(typed)
        return found.filter(pk__in=holders_of(kind=kind, value=value))

    def owning(self, found: QuerySet, name: str, key: str) -> QuerySet:
        """Narrow to who is linked to an account or a lead."""
        source = Source.DRIVER if name == "driver_id" else Source.CABINET
        return found.filter(links__source=source, links__source_pk=key)


class LinkFilter(DatedFilter):
    """Links by where they lead from and to, and by how they were made."""

    on, is_moment = "linked_at", True
    source = KnownFilter(Source)
    source_pk = django_filters.CharFilter()
    person = django_filters.UUIDFilter()
    rule = KnownFilter(MatchRule)
    confidence = KnownFilter(Confidence)
    via = KnownFilter(Via)
    job = django_filters.UUIDFilter()


class OriginFilter(DatedFilter):
    """Origins by what they are and what is thought of them."""

    on, is_moment = "changed_at", True
    kind = KnownFilter(ORIGIN_KINDS)
    source_pk = django_filters.CharFilter()
    person = django_filters.UUIDFilter()
    status = KnownFilter(OriginStatus)
    reason = django_filters.CharFilter()
    decided_by = KnownFilter(DecidedBy)


class UnmatchedFilter(DatedFilter):
    """Cases by their lead's date, their reason, ours or the first system's word, and their state."""

    on = "lead__lead_date"
    state = KnownFilter([*CaseState, ANY], method="in_state", label="Open ones unless said.")
    stage = KnownFilter(LimboStage, method="at_stage")
    reason = KnownFilter(
        [*Reason, *dict.fromkeys(FIRST_SYSTEM_WORDS.values())], method="because", label="In either word."
    )
    outcome = KnownFilter(Outcome)
    park = django_filters.CharFilter(field_name="lead__park")
    lead_source_pk = django_filters.CharFilter(field_name="lead__source_pk")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Narrow; without a word on the state to open cases."""
        found: QuerySet = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(state=CaseState.OPEN)

    def in_state(self, found: QuerySet, _name: str, word: str) -> QuerySet:
        """Narrow to a state, or to none."""
        return found if word == ANY else found.filter(state=word)

    def at_stage(self, found: QuerySet, _name: str, stage: str) -> QuerySet:
        """Narrow to a stage of limbo: who is not linked has no date or no identity."""
        if stage == LimboStage.NO_LEAD_DATE:
            return found.filter(lead__lead_date__isnull=True)
        if stage == LimboStage.NO_IDENTITY:
            return found.filter(lead__lead_date__isnull=False).exclude(state=CaseState.RESOLVED)
        return found.none()

    def because(self, found: QuerySet, _name: str, word: str) -> QuerySet:
        """Narrow to a reason, or to all that the first system called so."""
        meant = [reason for reason, first in FIRST_SYSTEM_WORDS.items() if word in (reason, first)]
        return found.filter(reason__in=meant or [word])


class ProposalFilter(DatedFilter):
    """Proposals that wait, or that have their answer."""

    on, is_moment = "created_at", True
    answered = YesNoFilter(field_name="closed_at", lookup_expr="isnull", exclude=True)
    lead_source_pk = django_filters.CharFilter(field_name="source_pk")


class RunFilter(DatedFilter):
    """Jobs of identity by kind and state."""

    on, is_moment = "created_at", True
    kind = KnownFilter(JobKind)
    state = KnownFilter(State)
