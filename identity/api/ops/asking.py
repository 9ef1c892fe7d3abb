"""What a list of leads is asked for: stages, a reason, a week, dates, a page of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from identity.actions.draining import UnknownStage
from identity.queries.limbo import LimboChoice
from identity.rules import LimboReason, LimboStage, Reason
from tenants.api.parameters import check_parameters
from tenants.api.serializers import PageNumberField, StrictCharField
from tenants.display.exports import FileType
from tenants.intake import Fault
from tenants.rules import RefusalKind, Refused

USUAL, LARGEST = 100, 1000
FURTHEST = 1_000_000_000
REASONS = (*Reason, *LimboReason)
MOST_WORDS = 200


class UnknownReason(Refused):
    """There is no such reason; `valid` lists those there are."""

    code = "limbo_reason_unknown"
    kind = RefusalKind.INVALID
    message = _("There is no such reason.")


def _word() -> serializers.CharField:
    # Whatever is none of the words, blank or odd, is an unknown one.
    words = "Unknown: 400 with the list of those there are."
    return serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, help_text=words)


class FiltersSerializer(serializers.Serializer):
    """Which leads: of a stage, for a reason, of the ISO week of a day, of dates (ends included)."""

    stage = _word()
    reason = _word()
    week = serializers.DateField(required=False, help_text="Any day of the week.")
    date_from = serializers.DateField(required=False)
    date_to = serializers.DateField(required=False)


class PageSerializer(serializers.Serializer):
    """Which part of a list."""

    limit = PageNumberField(min_value=1, max_value=LARGEST, default=USUAL)
    offset = PageNumberField(min_value=0, max_value=FURTHEST, default=0)


class ListAskedSerializer(PageSerializer, FiltersSerializer):
    """A page of chosen leads."""


class GapsAskedSerializer(ListAskedSerializer):
    """A page of unclaimed milestones."""

    milestone = StrictCharField(required=False, max_length=MOST_WORDS, help_text="As the settings name it.")


class DatesSerializer(serializers.Serializer):
    """Weeks, each chosen whole by any of its days."""

    date_from = serializers.DateField(required=False)
    date_to = serializers.DateField(required=False)


class ExportAskedSerializer(FiltersSerializer):
    """All chosen leads as a file."""

    format = serializers.ChoiceField(
        choices=[(one.value, one.name) for one in FileType], default=FileType.CSV
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Valid parameters: the leads chosen, and the rest by name."""

    chosen: LimboChoice
    rest: dict[str, Any]


def asked(
    request: Request, shape: type[serializers.Serializer], *, stages: Iterable[LimboStage] = LimboStage
) -> Asked:
    """Return what a request asks for, of the stages that the list has; without one, of all these.

    Raises BadParameters, UnknownStage, UnknownReason (400), ValidationError (422).
    """
    check_parameters(request.query_params, known=shape().fields)
    found = shape(data=request.query_params.dict())
    found.is_valid(raise_exception=True)
    told: dict[str, Any] = dict(found.validated_data)
    offered = tuple(stages)
    chosen = LimboChoice(
        stages=_stages(told.pop("stage", None), offered),
        reason=_reason(told.pop("reason", None)),
        **{name: told.pop(name, None) for name in ("week", "date_from", "date_to")},
    )
    return Asked(chosen, told)


def _stages(word: str | None, offered: tuple[LimboStage, ...]) -> tuple[LimboStage, ...] | None:
    if word is None:
        return None if len(offered) == len(LimboStage) else offered
    if word not in offered:
        raise UnknownStage(
            faults=(_fault("stage", offered),), stages=[word[:MOST_WORDS]], valid=list(offered)
        )
    return (LimboStage(word),)


def _reason(word: str | None) -> Reason | LimboReason | None:
    if word is None:
        return None
    by_word: dict[str, Reason | LimboReason] = {str(reason): reason for reason in REASONS}
    if word not in by_word:
        raise UnknownReason(faults=(_fault("reason", REASONS),), valid=list(REASONS))
    return by_word[word]


def _fault(name: str, valid: Collection[str]) -> Fault:
    return Fault("unknown", name, _("One of: %(valid)s.") % {"valid": ", ".join(valid)})
