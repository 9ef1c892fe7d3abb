"""What wishes not to be called take and answer."""

from datetime import UTC
from typing import Any, ClassVar, TypedDict

from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS
from rest_framework import serializers
from rest_framework.request import Request

from campaigns import queries
from campaigns.actions import Line, Reach, Written
from campaigns.actions.suppressing import LARGEST_LIST, MOST_AT_ONCE
from campaigns.dispatch.wishes import LONGEST_REASON
from campaigns.models import Suppression
from campaigns.rules import CODE_LENGTH, SuppressionKind, SuppressionSource
from tenants.api.bodies import asked
from tenants.api.serializers import FormSerializer, StrictCharField, StrictSerializer
from tenants.queries import Principal, principal_of
from tenants.records.erasure import is_masked

KINDS = [(one.value, one.name) for one in SuppressionKind]
SOURCES = [(one.value, one.name) for one in SuppressionSource]
LONGEST_TEXT = 200
COUNTRY = "Where numbers and documents are read; the account's, else the tenant's, unless said."


class SuppressionSerializer(serializers.ModelSerializer):
    """A number or document that is not called; without `account_id` by no account of the tenant."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    number = serializers.SerializerMethodField(help_text="E.164; null for a document or an erased person.")
    document = serializers.SerializerMethodField(
        help_text="In its canonical form; null for a number or an erased person."
    )
    country = serializers.SerializerMethodField(
        help_text="The document's; null for a number or an erased person."
    )
    account_id = serializers.CharField(source="account.code", default=None, allow_null=True)
    list_id = serializers.CharField(
        source="in_list_id", default=None, allow_null=True, help_text="The list that it came in, if in one."
    )
    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]  # DRF takes fields off the class
    active = serializers.SerializerMethodField(help_text="False once lifted.")

    class Meta:
        model = Suppression
        fields = (
            "id",
            "kind",
            "number",
            "document",
            "country",
            "account_id",
            "reason",
            "source",
            "attempt",
            "list_id",
            "active",
            "created_at",
            "created_by",
            "said_again_at",
            "lifted_at",
            "lifted_by",
        )

    def get_number(self, found: Suppression) -> str | None:
        """Return the number."""
        return found.value if _says(found, SuppressionKind.NUMBER) else None

    def get_document(self, found: Suppression) -> str | None:
        """Return the document behind its key."""
        return found.value.split(":", 2)[-1] if _says(found, SuppressionKind.DOCUMENT) else None

    def get_country(self, found: Suppression) -> str | None:
        """Return the country inside the key."""
        return found.value.split(":", 2)[1] if _says(found, SuppressionKind.DOCUMENT) else None

    def get_active(self, found: Suppression) -> bool:
        """Say whether it is in force."""
        return found.lifted_at is None


def _says(found: Suppression, kind: SuppressionKind) -> bool:
    return found.kind == kind and not is_masked(found.value)


class ReachSerializer(StrictSerializer):
    """Whom a wish binds, and where it is read."""

    account_id = StrictCharField(required=False, max_length=CODE_LENGTH)
    country = StrictCharField(required=False, max_length=2, help_text=COUNTRY)

    def validate_country(self, value: str) -> str:
        """Return the country in capitals; refuse what is none."""
        # A wish is keyed by it: under any other spelling it would be kept and never asked for (C4).
        country = value.upper()
        if country not in SUPPORTED_REGIONS:
            raise serializers.ValidationError(
                _("A country is its two capital letters, such as CL."), code="invalid_country"
            )
        return country


class NewSuppressionSerializer(ReachSerializer):
    """A `number` or a `document`, one of both."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "one_of_both": _("A number or a document, one of both.")
    }

    number = StrictCharField(required=False, max_length=LONGEST_TEXT)
    document = StrictCharField(required=False, max_length=LONGEST_TEXT)
    reason = StrictCharField(required=False, allow_blank=True, default="", max_length=LONGEST_REASON)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Refuse neither and both."""
        if ("number" in given) == ("document" in given):
            self.fail("one_of_both")
        return given


def _text() -> StrictCharField:
    return StrictCharField(allow_blank=True, max_length=LONGEST_TEXT)


class ManySuppressionsSerializer(ReachSerializer):
    """Numbers, documents or both, 20,000 together."""

    default_error_messages: ClassVar[dict[str, Any]] = {"too_many": _("At most 20,000 at once.")}

    numbers = serializers.ListField(child=_text(), default=list, max_length=MOST_AT_ONCE)
    documents = serializers.ListField(child=_text(), default=list, max_length=MOST_AT_ONCE)
    reason = StrictCharField(required=False, allow_blank=True, default="", max_length=LONGEST_REASON)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Refuse more than a file may have."""
        if len(given["numbers"]) + len(given["documents"]) > MOST_AT_ONCE:
            self.fail("too_many")
        return given


class SuppressionFileSerializer(FormSerializer, ReachSerializer):
    """A .csv or .xlsx file with a column of numbers or documents, or both, and of reasons if there are."""

    file = serializers.FileField(allow_empty_file=True)


class LiftSerializer(StrictSerializer):
    """What whoever lifts has read."""

    said_again_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default_timezone=UTC,
        help_text="As it was read, null if never: when somebody has said it again since, 409 and no lift.",
    )


class RefusedWishSerializer(serializers.Serializer):
    """A row that wrote nothing: its place from one on (a file's row), its stable code, the words."""

    row = serializers.IntegerField(source="place")
    code = serializers.CharField()
    detail = serializers.CharField()


class SuppressedSerializer(serializers.Serializer):
    """created + already + refused = total; `refusals` are all of the refused."""

    total = serializers.IntegerField()
    created = serializers.IntegerField(help_text="Rows that say anything new.")
    already = serializers.IntegerField()
    refused = serializers.IntegerField()
    refusals = RefusedWishSerializer(many=True)
    list_id = serializers.SerializerMethodField(help_text="What to undo; null when nothing was new.")

    def get_list_id(self, written: Written) -> str | None:
        """Return the list as the addresses of lists name it."""
        return str(written.in_list) if written.in_list else None


class Said(TypedDict):
    """A body of numbers and documents, as the actions on lists take it."""

    lines: list[Line]
    country: str
    reach: Reach


class Sent(TypedDict):
    """A file of them, and one byte more than it may have when it has more."""

    content: bytes
    filename: str
    country: str
    reach: Reach


def said_in(request: Request) -> Said:
    """Read a body of many. Raises UnknownAccount, BadParameters, ValidationError."""
    wanted = asked(request, ManySuppressionsSerializer)
    reach, country = reach_of(wanted, principal_of(request), SuppressionSource.API)
    return Said(lines=_lines_of(wanted), country=country, reach=reach)


def sent_in(request: Request) -> Sent:
    """Read a file of many. Raises UnknownAccount, BadParameters, ValidationError."""
    wanted = asked(request, SuppressionFileSerializer)
    reach, country = reach_of(wanted, principal_of(request), SuppressionSource.FILE)
    file = wanted["file"]
    return Sent(content=file.read(LARGEST_LIST + 1), filename=file.name, country=country, reach=reach)


def seen_of(wanted: dict[str, Any]) -> str | None:
    """Return what a body has seen, as `Suppression.again` writes it; None where it does not say."""
    if "said_again_at" not in wanted:
        return None
    said = wanted["said_again_at"]
    return said.isoformat() if said else ""


def reach_of(wanted: dict[str, Any], who: Principal, source: SuppressionSource) -> tuple[Reach, str]:
    """Take whom the wishes bind, and the country they are read in, out of a body. Raises UnknownAccount."""
    code, country = wanted.pop("account_id", ""), wanted.pop("country", "")
    account = queries.account(code=code) if code else None
    usual = account.country if account else who.tenant.country
    return Reach(source, account, who.id), country or usual


def _lines_of(wanted: dict[str, Any]) -> list[Line]:
    """Return the rows of a body, numbers first, counted from one."""
    said = [(text, "") for text in wanted["numbers"]] + [("", text) for text in wanted["documents"]]
    why = wanted["reason"]
    return [Line(place, number, document, why) for place, (number, document) in enumerate(said, 1)]
