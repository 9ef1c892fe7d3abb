"""Doors to audiences: whom a choice of contacts finds, why not the others; a campaign of them (W4)."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import queries
from campaigns.actions import audiences
from campaigns.actions.audiences import Audience, LeftOut, Tie
from campaigns.api import excel_shapes
from campaigns.api.batch_shapes import USE_CASES
from campaigns.api.excel import made_answer
from campaigns.api.fields import WholeField
from campaigns.forms.audiences import OUTCOMES, choice_of
from campaigns.rules import NAME_LENGTH, UseCase
from tenants.api.bodies import asked
from tenants.api.serializers import StrictCharField, StrictSerializer
from tenants.permissions import Capability
from tenants.queries import principal_of

SHOWN = 20
CODES = [value for value, _words in OUTCOMES]


def _many(child: serializers.Field) -> serializers.ListField:
    return serializers.ListField(child=child, required=False, default=list, max_length=50)


class AudienceSerializer(StrictSerializer):
    """Whom to call among the contacts; what is left out narrows nothing."""

    account_id = StrictCharField(max_length=100)
    personas = _many(StrictCharField(max_length=60))
    not_personas = _many(StrictCharField(max_length=60))
    tie = serializers.ChoiceField(
        choices=[(one.value, one.name) for one in Tie], required=False, allow_null=True, default=None
    )
    outcomes = _many(serializers.ChoiceField(choices=CODES))
    not_outcomes = _many(serializers.ChoiceField(choices=CODES))
    quiet_days = WholeField(min_value=1, max_value=3650, required=False, allow_null=True, default=None)


class AudienceCampaignSerializer(AudienceSerializer):
    """The same, with the campaign's name and purpose."""

    batch_name = StrictCharField(max_length=NAME_LENGTH)
    use_case = serializers.ChoiceField(choices=USE_CASES, default=UseCase.MARKETING)


class AudiencePersonSerializer(serializers.Serializer):
    """A contact who would be called."""

    contact = serializers.CharField(source="contact.pk")
    name = serializers.CharField(source="contact")
    phone = serializers.CharField(source="facts.phone")
    document = serializers.CharField(source="facts.document")


class ExpectedSerializer(serializers.Serializer):
    """From `low` to `high`, both included; alike where all were considered."""

    low = serializers.IntegerField()
    high = serializers.IntegerField()


class AudienceFoundSerializer(serializers.Serializer):
    """`considered` is `chosen` and all counts of `left_out` together; of many, some are considered."""

    contacts = serializers.IntegerField(help_text="All of the personas.")
    considered = serializers.IntegerField()
    chosen = serializers.IntegerField()
    left_out = serializers.DictField(child=serializers.IntegerField())
    is_estimate = serializers.BooleanField(help_text="Some contacts were considered, spread evenly.")
    expected = ExpectedSerializer(help_text="How many of all are expected to be chosen, 95 % sure.")
    is_cut = serializers.BooleanField(help_text="More are expected than one campaign takes.")
    sample = AudiencePersonSerializer(many=True)


class AudienceViewSet(GenericViewSet):
    """Contacts chosen by persona, identity and past calls."""

    serializer_class = AudienceSerializer
    pagination_class = None
    filter_backends = ()
    capability = {"preview": Capability.VIEW}

    @extend_schema(
        operation_id="audiences_preview",
        request=AudienceSerializer,
        responses={200: AudienceFoundSerializer},
    )
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """Say whom a choice finds and why others are left out; nothing is stored."""
        given = asked(request, AudienceSerializer)
        account = queries.account(code=given["account_id"])
        found = audiences.audience(chosen=choice_of(given), account=account, now=timezone.now())
        return Response(AudienceFoundSerializer(_shape(found)).data)

    @extend_schema(
        operation_id="audiences_campaign",
        request=AudienceCampaignSerializer,
        responses={
            201: excel_shapes.MadeSerializer,
            200: excel_shapes.MadeSerializer,
            202: excel_shapes.AcceptedFileSerializer,
        },
    )
    @action(detail=False, methods=["post"])
    def campaign(self, request: Request) -> Response:
        """Make a campaign of them, ready for the ordinary launch: 201; 200 for the same again within a day.

        Of many contacts 202: a job looks at each, and the campaign is a draft until its end.
        """
        given, now = asked(request, AudienceCampaignSerializer), timezone.now()
        wanted = audiences.AudienceAsked(
            choice_of(given), given["account_id"], given["batch_name"], UseCase(given["use_case"])
        )
        return made_answer(audiences.launchable_audience(asked=wanted, now=now, by=principal_of(request).id))


def _shape(found: Audience) -> dict[str, Any]:
    return {
        "contacts": found.contacts,
        "considered": found.considered,
        "chosen": len(found.people),
        "left_out": {str(why): found.left_out.get(why, 0) for why in LeftOut},
        "is_estimate": found.is_estimate,
        "expected": {"low": found.low, "high": found.high},
        "is_cut": found.is_cut,
        "sample": found.people[:SHOWN],
    }
