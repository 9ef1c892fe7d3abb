"""The door to everything about one person, and the shape of the answer."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.api.parameters import check_parameters
from tenants.display.context_processors import formats_for
from tenants.display.persons import Asked, KeyKind, whole_person
from tenants.queries import principal_of


class PersonKeySerializer(serializers.Serializer):
    """An exact key: a document with its country (`CL:98765433`), a phone (E.164) or an e-mail."""

    kind = serializers.ChoiceField(choices=[(one.value, one.value) for one in KeyKind])
    value = serializers.CharField()


class PersonRowSerializer(serializers.Serializer):
    """A row that is this person, and why."""

    of = serializers.CharField(source="held.of", help_text="Its kind, as in the address.")
    row = serializers.CharField(source="held.row", help_text="Its id, as in the address.")
    name = serializers.CharField(source="held.name")
    by = PersonKeySerializer(allow_null=True, help_text="The key that it shares with the rows before.")
    link = serializers.CharField(help_text="Why its app ties it to another row; empty if a key does.")


class PersonFactSerializer(serializers.Serializer):
    """Something known."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not the attribute
    value = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)


class PersonSectionSerializer(serializers.Serializer):
    """What an app knows of one matter."""

    code = serializers.CharField()
    title = serializers.CharField()
    facts = PersonFactSerializer(many=True)


class PersonEventSerializer(serializers.Serializer):
    """Something that happened."""

    at = serializers.DateTimeField()
    app = serializers.CharField()
    code = serializers.CharField()
    what = serializers.CharField()
    detail = serializers.CharField()


class WholePersonSerializer(serializers.Serializer):
    """All rows of one person in all apps, what they say, and what happened, newest first."""

    of = serializers.CharField(source="start.of")
    row = serializers.CharField(source="start.row")
    name = serializers.CharField(source="start.name")
    rows = PersonRowSerializer(many=True)
    keys = PersonKeySerializer(many=True)
    shared = PersonKeySerializer(many=True, help_text="Keys of several persons: named and not followed.")
    sections = PersonSectionSerializer(many=True)
    events = PersonEventSerializer(many=True)
    is_cut = serializers.BooleanField(help_text="More was found than is told.")


class PersonView(APIView):
    """One person across all apps."""

    @extend_schema(operation_id="people_retrieve", responses={200: WholePersonSerializer})
    def get(self, request: Request, of: str, row: str) -> Response:
        """Return the person behind a row: `contact`, `entry`, `lead`, `person` or `driver`, and its id.

        Rows are tied by exact keys, in two rounds; each says by which. What was said in calls is told only to
        those who may hear it.
        """
        check_parameters(request.query_params, known=())
        principal = principal_of(request)
        asked = Asked(principal.tenant.country, str(principal.role), formats_for(request._request))
        return Response(WholePersonSerializer(whole_person(of=of, row=row, asked=asked)).data)
