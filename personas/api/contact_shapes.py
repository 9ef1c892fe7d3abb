"""What writes of contacts take and answer."""

from datetime import date
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from personas.actions import NewContact, Qualified
from personas.api.fields import AddressField, CodeField, LineField, PhoneField, ProfileField, TruthField
from personas.api.serializers import ContactSerializer
from personas.models.contacts import PHONE_LENGTH, SOURCE_LENGTH
from personas.rules import (
    COMPANY_LENGTH,
    EMAIL_LENGTH,
    FIRST_NAME_LENGTH,
    FIRST_YEAR,
    JOB_TITLE_LENGTH,
    KEYWORD_LENGTH,
    LAST_NAME_LENGTH,
    LAST_YEAR,
    company_key,
)
from tenants.api.serializers import StrictCharField, StrictSerializer

MOST_OF_A_CONTACT = 50
LONGEST_PROFILE = 2_000
KEYWORD_ACTIONS = [("created", "CREATED"), ("replaced", "REPLACED")]


class WrittenEmailSerializer(StrictSerializer):
    """An e-mail address; without a primary one, the first is it."""

    address = AddressField(max_length=EMAIL_LENGTH)
    is_primary = TruthField(required=False)


class WrittenCompanySerializer(StrictSerializer):
    """A company; without a primary one, the first is it."""

    name = LineField(max_length=COMPANY_LENGTH)
    is_primary = TruthField(required=False)


class WrittenContactSerializer(StrictSerializer):
    """What is written of a contact, lists as a whole; a `buyer_persona` is given by hand and held (P7)."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "repeated": _("Something stands twice in the list."),
        "several_primary": _("Only one can be primary."),
    }

    first_name = LineField(required=False, allow_blank=True, max_length=FIRST_NAME_LENGTH)
    last_name = LineField(required=False, allow_blank=True, max_length=LAST_NAME_LENGTH)
    emails = serializers.ListField(
        child=WrittenEmailSerializer(), required=False, max_length=MOST_OF_A_CONTACT
    )
    companies = serializers.ListField(
        child=WrittenCompanySerializer(), required=False, max_length=MOST_OF_A_CONTACT
    )
    job_title = StrictCharField(required=False, allow_blank=True, max_length=JOB_TITLE_LENGTH)
    buyer_persona = CodeField(required=False, help_text="The persona's code.")
    linkedin_url = ProfileField(required=False, allow_blank=True, max_length=LONGEST_PROFILE)
    phone = PhoneField(required=False, allow_blank=True, max_length=PHONE_LENGTH)
    first_connected_on_linkedin = serializers.DateField(
        required=False,
        allow_null=True,
        input_formats=["%Y-%m-%d"],
        validators=[
            MinValueValidator(date(FIRST_YEAR, 1, 1)),
            MaxValueValidator(date(LAST_YEAR, 12, 31)),
        ],
    )
    source = LineField(required=False, allow_blank=True, max_length=SOURCE_LENGTH)  # type: ignore[assignment]  # DRF takes fields off the class

    def validate_emails(self, emails: list[dict[str, Any]]) -> list[str]:
        """Return the addresses, the primary one first."""
        return self._primary_first(emails, "address")

    def validate_companies(self, companies: list[dict[str, Any]]) -> list[str]:
        """Return the names, the primary one first."""
        return self._primary_first(companies, "name")

    def _primary_first(self, given: list[dict[str, Any]], name: str) -> list[str]:
        if len({company_key(one[name]) for one in given}) < len(given):
            self.fail("repeated")
        if sum(one.get("is_primary", False) for one in given) > 1:
            self.fail("several_primary")
        return [one[name] for one in sorted(given, key=lambda one: not one.get("is_primary", False))]


class QualifySerializer(StrictSerializer):
    """Who the contact is; `reclassify_existing` implies `add_keyword`, whose text is else the title."""

    buyer_persona_id = CodeField(help_text="The persona's code.")
    add_keyword = TruthField(default=False)
    keyword_text = StrictCharField(default="", allow_blank=True, max_length=KEYWORD_LENGTH)
    reclassify_existing = TruthField(default=False)


class LockSerializer(StrictSerializer):
    """Whether jobs and imports leave the persona alone; false gives it back to the rules."""

    locked = TruthField(default=True)


class HeldContactSerializer(serializers.Serializer):
    """The contact as it stands now."""

    success = serializers.BooleanField()
    contact = ContactSerializer()


class KeywordRefusalSerializer(serializers.Serializer):
    """Why no keyword was added."""

    code = serializers.CharField()
    detail = serializers.CharField()


class QualifiedSerializer(HeldContactSerializer):
    """The contact, the keyword it taught the rules or why it taught none, and who followed (P11)."""

    keyword_added = serializers.BooleanField()
    keyword_action = serializers.ChoiceField(choices=KEYWORD_ACTIONS, allow_null=True)
    keyword_refusal = KeywordRefusalSerializer(allow_null=True)
    reclassified_count = serializers.IntegerField()
    affected = serializers.ListField(child=serializers.CharField())


def new_contact(asked: dict[str, Any]) -> NewContact:
    """Return what shall be made of a validated body."""
    named = {"first_name", "last_name", "emails", "companies", "job_title", "linkedin_url"}
    own = {name: value for name, value in asked.items() if name in named}
    facts = {name: asked[name] for name in asked.keys() - named - {"buyer_persona"}}
    return NewContact(persona=asked.get("buyer_persona", ""), facts=facts, **own)


def changes_of(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what shall change by a validated body."""
    return {("persona" if name == "buyer_persona" else name): value for name, value in asked.items()}


def qualified(contact: Any, found: Qualified) -> dict[str, Any]:
    """Return the answer of a qualification."""
    written, refusal = found.written, found.refusal
    return {
        "success": True,
        "contact": contact,
        "keyword_added": written is not None,
        "keyword_action": str(written.action) if written else None,
        "keyword_refusal": {"code": refusal.code, "detail": str(refusal)} if refusal else None,
        "reclassified_count": found.reclassified_count,
        "affected": written.affected if written else (),
    }
