"""How persons, links, origins, cases, merges and runs are told; ids and keys are text."""

from typing import Any

from rest_framework import serializers

from identity.actions.linking.explaining import level_name
from identity.matching.comparing import Field
from identity.models import Case, Claim, Identifier, Lead, Link, MergeProposal, Origin, OriginChange, Person
from identity.rules import FIRST_SYSTEM_WORDS, CaseState, LimboStage, Reason

BITS = 100  # a stored weight is a hundredth of a bit
MERGED_INTO = "Who succeeded this person; it may have a successor in turn."
SUCCESSOR = "Who lives on behind this key: itself, or the last of its successors."


class IdentifierSerializer(serializers.ModelSerializer):
    """Something a person is known by, in its normal form; sole with one holder."""

    class Meta:
        model = Identifier
        fields = ("kind", "value", "is_sole", "created_at", "created_by")


class OriginSerializer(serializers.ModelSerializer):
    """Where a person came from."""

    person_key = serializers.UUIDField(source="person_id")

    class Meta:
        model = Origin
        fields = (
            "person_key",
            "kind",
            "source_pk",
            "status",
            "reason",
            "decided_by",
            "changed_at",
            "changed_by",
        )


class FormerOriginSerializer(serializers.ModelSerializer):
    """An origin as it was."""

    class Meta:
        model = OriginChange
        fields = ("kind", "source_pk", "status", "reason", "decided_by", "replaced_at", "replaced_by")


class LinkSerializer(serializers.ModelSerializer):
    """Whose a lead, a registration or an account is, by which rule and on what evidence."""

    id = serializers.CharField()
    person_key = serializers.UUIDField(source="person_id")
    candidates_count = serializers.IntegerField(source="candidates")
    steps = serializers.SerializerMethodField(help_text="What each field weighed, in bits.")

    class Meta:
        model = Link
        fields = (
            "id",
            "source",
            "source_pk",
            "person_key",
            "rule",
            "score",
            "confidence",
            "is_corroborated",
            "via",
            "job",
            "linked_at",
            "linked_by",
            "candidates_count",
            "gap",
            "posterior",
            "ruleset",
            "steps",
        )

    def get_steps(self, link: Link) -> list[dict[str, Any]]:
        """Return the waterfall of the chosen person."""
        return steps_of(link.levels, link.weights)


class ClaimSerializer(serializers.ModelSerializer):
    """What the partner owes for a person's milestone."""

    lead_source_pk = serializers.CharField(source="source_pk")

    class Meta:
        model = Claim
        fields = ("lead_source_pk", "milestone", "state", "amount", "currency", "created_at", "changed_at")


class IdentityPersonSerializer(serializers.ModelSerializer):
    """A person, what it is known by and where it came from; or a tombstone, with who lives on."""

    key = serializers.UUIDField()
    merged_into = serializers.UUIDField(source="merged_into_id", allow_null=True, help_text=MERGED_INTO)
    identifiers = IdentifierSerializer(many=True)
    origin = serializers.SerializerMethodField()

    class Meta:
        model = Person
        fields = (
            "key",
            "name",
            "confidence",
            "merged_into",
            "created_at",
            "created_by",
            "identifiers",
            "origin",
        )

    def get_origin(self, person: Person) -> dict[str, Any] | None:
        """Return the origin, None for who is linked by accounts only."""
        found = getattr(person, "origin", None)
        return dict(OriginSerializer(found).data) if found else None


class ChangeSerializer(serializers.Serializer):
    """A merge (`other` became `kept`) or a split (`other` came out of `kept`)."""

    id = serializers.UUIDField()
    verb = serializers.ChoiceField(choices=["merge", "split"])
    kept = serializers.UUIDField(source="kept_id")
    other = serializers.UUIDField(source="other_id")
    note = serializers.CharField(allow_blank=True)
    moved = serializers.SerializerMethodField(help_text="How many rows moved, by what they are.")
    created_at = serializers.DateTimeField()
    created_by = serializers.UUIDField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    undone_by = serializers.UUIDField(allow_null=True)

    def get_moved(self, change: Any) -> dict[str, int]:
        """Return the counts; the rows themselves stay here."""
        return {name.removeprefix("identity_"): len(rows) for name, rows in sorted(change.moved.items())}


class IdentityPersonDetailSerializer(IdentityPersonSerializer):
    """A person with its links, claims, former origins, merges and splits."""

    successor = serializers.UUIDField(help_text=SUCCESSOR)
    links = LinkSerializer(many=True)
    claims = ClaimSerializer(many=True)
    former_origins = FormerOriginSerializer(source="origin_changes", many=True)
    changes = ChangeSerializer(many=True)

    class Meta:
        model = Person
        fields = (
            *IdentityPersonSerializer.Meta.fields,
            "successor",
            "links",
            "claims",
            "former_origins",
            "changes",
        )


class CaseLeadSerializer(serializers.ModelSerializer):
    """A lead as the cabinet sent it."""

    id = serializers.CharField()

    class Meta:
        model = Lead
        fields = (
            "id",
            "source_pk",
            "external_id",
            "happened_at",
            "lead_date",
            "park",
            "first_name",
            "middle_name",
            "last_name",
            "phone",
            "document",
            "licence",
            "email",
            "plate",
            "car_brand",
            "car_model",
            "car_colour",
            "city",
            "status",
        )


class CaseCandidateSerializer(serializers.Serializer):
    """A person who may be the lead; without a key it is known by its accounts only."""

    person_key = serializers.UUIDField(source="person", allow_null=True)
    drivers = serializers.ListField(child=serializers.CharField())
    posterior = serializers.FloatField()
    steps = serializers.SerializerMethodField()

    def get_steps(self, shown: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the waterfall."""
        return steps_of(shown.get("levels", ()), shown.get("weights", ()))


class CaseSerializer(serializers.ModelSerializer):
    """Why a lead is not linked; `id` is the lead's."""

    id = serializers.CharField(source="lead_id")
    lead = CaseLeadSerializer()
    first_system_reason = serializers.SerializerMethodField()
    stage = serializers.SerializerMethodField(help_text="Its stage of limbo while it is red.")
    candidates = CaseCandidateSerializer(source="shown", many=True)
    candidates_count = serializers.IntegerField(source="candidates")

    class Meta:
        model = Case
        fields = (
            "id",
            "lead",
            "state",
            "outcome",
            "reason",
            "first_system_reason",
            "stage",
            "candidates",
            "candidates_count",
            "gap",
            "posterior",
            "ruleset",
            "attempts",
            "tried_at",
            "woken_at",
            "errors",
            "retry_at",
            "error",
            "opened_at",
            "closed_at",
            "closed_by",
            "note",
        )

    def get_first_system_reason(self, case: Case) -> str | None:
        """Return the first system's word (I6)."""
        return FIRST_SYSTEM_WORDS.get(Reason(case.reason))

    def get_stage(self, case: Case) -> str | None:
        """Return where the lead is stuck."""
        if case.state == CaseState.RESOLVED:
            return None
        return LimboStage.NO_IDENTITY if case.lead.lead_date else LimboStage.NO_LEAD_DATE


class ResolvedSerializer(serializers.Serializer):
    """What came of it; `linked` is false when the lead was this person's before."""

    lead_source_pk = serializers.CharField()
    person_key = serializers.UUIDField()
    linked = serializers.BooleanField()


class VerdictGivenSerializer(serializers.Serializer):
    """Whether the word is new."""

    said = serializers.BooleanField()


class ProposalSerializer(serializers.ModelSerializer):
    """Two persons at whom a lead's phone and licence point."""

    id = serializers.CharField()
    one = IdentityPersonSerializer()
    other = IdentityPersonSerializer()
    lead_source_pk = serializers.CharField(source="source_pk")

    class Meta:
        model = MergeProposal
        fields = (
            "id",
            "one",
            "other",
            "lead_source_pk",
            "created_at",
            "closed_at",
            "closed_by",
            "is_accepted",
        )


class AnsweredSerializer(serializers.Serializer):
    """The merge that was made, null without one."""

    change = ChangeSerializer(allow_null=True)


class RunSerializer(serializers.Serializer):
    """A job of identity, how far it is, and its figures."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    params = serializers.DictField()
    attempt = serializers.IntegerField()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    stats = serializers.DictField(source="counters", child=serializers.IntegerField())
    result = serializers.DictField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    created_by = serializers.UUIDField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


def _counts() -> serializers.DictField:
    return serializers.DictField(child=serializers.IntegerField())


class IdentityStatsSerializer(serializers.Serializer):
    """How many of everything there is; links by rule, confidence and door are those of leads."""

    persons = serializers.IntegerField()
    tombstones = serializers.IntegerField()
    leads = serializers.IntegerField()
    leads_linked = serializers.IntegerField()
    leads_red = serializers.IntegerField()
    identity_rate = serializers.FloatField(allow_null=True, help_text="Percent of all leads.")
    links_by_source = _counts()
    links_by_rule = _counts()
    links_by_confidence = _counts()
    links_by_via = _counts()
    origins_by_kind = _counts()
    origins_by_status = _counts()
    cases_by_state = _counts()
    open_cases_by_reason = _counts()
    queue_by_status = _counts()
    claims_by_state = _counts()
    open_merge_proposals = serializers.IntegerField()


def steps_of(levels: Any, weights: Any) -> list[dict[str, Any]]:
    """Return a stored waterfall in words: each field that both sides have, its level, its bits."""
    return [
        {"field": str(field), "level": level_name(field, level), "bits": weight / BITS}
        for field, level, weight in zip(Field, levels, weights, strict=False)
        if level
    ]
