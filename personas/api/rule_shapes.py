"""What writes of personas and keywords take and answer."""

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from personas.api.fields import LARGEST_PRIORITY, CodeField, LineField, TruthField, WholeNumberField
from personas.api.serializers import EFFECTS, MATCHES, KeywordSerializer
from personas.models.rulesets import COLOR
from personas.rules import CODE_PATTERN, KEYWORD_LENGTH, Effect, Match
from tenants.api.serializers import StrictCharField, StrictSerializer

# Codes stand in addresses beside these words.
RESERVED_CODES = {"priorities"}
OUTCOMES = [("created", "CREATED"), ("replaced", "REPLACED"), ("updated", "UPDATED")]
WHY_NOT = [(one, one.upper()) for one in ("keyword_empty", "keyword_exists", "keyword_too_long", "repeated")]


def _priority(**options: Any) -> WholeNumberField:
    return WholeNumberField(min_value=1, max_value=LARGEST_PRIORITY, **options)


class NewPersonaSerializer(StrictSerializer):
    """A persona to be made; the lower priority wins, no two have the same."""

    default_error_messages: ClassVar[dict[str, Any]] = {"reserved": _("This code is a word of the API.")}

    code = StrictCharField(max_length=60, validators=[RegexValidator(rf"^(?:{CODE_PATTERN})\Z")])
    name = LineField(max_length=80)
    priority = _priority()
    color = StrictCharField(required=False, validators=[RegexValidator(rf"^{COLOR}\Z")])
    description = StrictCharField(required=False, allow_blank=True, max_length=1000)
    is_default = TruthField(required=False, help_text="What no keyword matches; exactly one persona is it.")

    def validate_code(self, code: str) -> str:
        """Refuse what would hide another address."""
        if code in RESERVED_CODES:
            self.fail("reserved")
        return code


class ChangedPersonaSerializer(StrictSerializer):
    """What changes of a persona. Its code stays: history and other systems know it by that."""

    name = LineField(max_length=80, required=False)
    priority = _priority(required=False)
    color = StrictCharField(required=False, validators=[RegexValidator(rf"^{COLOR}\Z")])
    description = StrictCharField(required=False, allow_blank=True, max_length=1000)
    is_default = TruthField(required=False)


class PrioritySerializer(StrictSerializer):
    """A persona's place."""

    buyer_persona_id = CodeField(help_text="The persona's code.")
    priority = _priority()


class NewKeywordSerializer(StrictSerializer):
    """A keyword to be written; one that a lower-ranked persona has moves to this one (P9)."""

    buyer_persona_id = CodeField(help_text="The persona's code.")
    text = StrictCharField(max_length=KEYWORD_LENGTH, allow_blank=True)
    match = serializers.ChoiceField(choices=MATCHES, default=Match.EXACT.value)
    effect = serializers.ChoiceField(choices=EFFECTS, default=Effect.INCLUDE.value)


class ChangedKeywordSerializer(StrictSerializer):
    """What changes of a keyword: its text, its persona, how it matches, what it does."""

    buyer_persona_id = CodeField(required=False, help_text="The persona's code.")
    text = StrictCharField(max_length=KEYWORD_LENGTH, allow_blank=True, required=False)
    match = serializers.ChoiceField(choices=MATCHES, required=False)
    effect = serializers.ChoiceField(choices=EFFECTS, required=False)


class ManyKeywordsSerializer(NewKeywordSerializer):
    """Keywords of one persona in one text, separated by comma, semicolon or newline; up to 10,000."""

    text = StrictCharField(allow_blank=True, trim_whitespace=False)


class AffectedTextsSerializer(serializers.Serializer):
    """Texts, old and new, whose titles may belong elsewhere now; `reclassify/affected` takes 1,000 a call."""

    affected = serializers.ListField(child=serializers.CharField())


class WrittenKeywordSerializer(KeywordSerializer):
    """The keyword as it stands, what became of it, and the affected texts: no contact has moved."""

    action = serializers.ChoiceField(choices=OUTCOMES)
    affected = serializers.ListField(child=serializers.CharField())

    class Meta(KeywordSerializer.Meta):
        fields = (*KeywordSerializer.Meta.fields, "action", "affected")  # type: ignore[assignment]  # longer


class RefusedTextSerializer(serializers.Serializer):
    """A text that was not written, and which persona has it already."""

    text = serializers.CharField()
    code = serializers.ChoiceField(choices=WHY_NOT)
    buyer_persona_id = serializers.CharField(source="persona", allow_blank=True)


class ManyWrittenSerializer(AffectedTextsSerializer):
    """What became of each text: four counts add up to `total_input`; `refused` shows the first hundred."""

    created = serializers.IntegerField()
    skipped = serializers.IntegerField()
    replaced = serializers.IntegerField()
    invalid = serializers.IntegerField()
    total_input = serializers.IntegerField()
    refused = RefusedTextSerializer(many=True)
