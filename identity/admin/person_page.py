"""Below a person's row: what it is known by, every link with its evidence, origin, money, merges, splits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.admin.utils import quote
from django.urls import reverse

from identity.actions.linking.explaining import steps
from identity.actions.wording import FIELD_LABELS, LEVELS
from identity.models import CLAIM_STATE_LABELS, Identifier, Link, Origin, OriginChange, Person, PersonChange
from identity.models.words import (
    CONFIDENCE_LABELS,
    DECIDED_BY_LABELS,
    IDENTIFIER_LABELS,
    ORIGIN_STATUS_LABELS,
    RULE_LABELS,
    SOURCE_LABELS,
    VIA_LABELS,
)
from identity.queries.stories import Row, Story, story
from identity.rules import ClaimState, OriginStatus, Source
from tenants.jobs.queries import names_of

CHANGE_PAGES = {
    Source.CABINET: "admin:identity_lead_change",
    Source.DRIVER: "admin:identity_driver_change",
    Source.SCOUT: "admin:identity_scoutregistration_change",
}


@dataclass(frozen=True, slots=True)
class Bit:
    """A field that spoke, how, and its bits."""

    label: object
    words: object
    tone: str
    bits: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A link of the person, in words; `bits` is empty for links without weights."""

    link: Link
    source: object
    name: str
    href: str
    rule: object
    confidence: object
    via: object
    by: str
    bits: Sequence[Bit]


def story_of(person: Person) -> dict[str, Any]:
    """Return what the template draws."""
    found = story(person=person.pk)
    names = names_of(ids=_who(found))
    return {
        "person": person,
        "is_living": person.merged_into is None,
        "identifiers": [_identifier(one, names) for one in found.identifiers],
        "evidence": [_evidence(link, found.rows, names) for link in found.links],
        "origin": _origin(found.origin, names) if found.origin else None,
        "origins_before": [_origin(one, names) for one in found.origin_changes],
        "windows": found.windows,
        "claims": [(one, CLAIM_STATE_LABELS[ClaimState(one.state)]) for one in found.claims],
        "changes": [_change(one, person, names) for one in found.changes],
        "proposals": found.proposals,
    }


def _identifier(one: Identifier, names: Mapping[UUID, str]) -> tuple[object, Identifier, str]:
    by = names.get(one.created_by, "") if one.created_by else ""
    return IDENTIFIER_LABELS[one.kind], one, by


def _who(found: Story) -> set[UUID]:
    said = [one.created_by for one in found.identifiers] + [one.linked_by for one in found.links]
    said += [one.created_by for one in found.changes] + [one.undone_by for one in found.changes]
    said += [one.replaced_by for one in found.origin_changes]
    said += [found.origin.changed_by] if found.origin else []
    return {one for one in said if one}


def _evidence(link: Link, rows: Mapping[tuple[str, str], Row], names: Mapping[UUID, str]) -> Evidence:
    row = rows.get((link.source, link.source_pk))
    page = CHANGE_PAGES.get(Source(link.source))
    told = steps(tuple(link.levels), tuple(weight / 100 for weight in link.weights))
    return Evidence(
        link=link,
        source=SOURCE_LABELS[Source(link.source)],
        name=row.name if row else "",
        href=reverse(page, args=[quote(row.pk)]) if row and page else "",
        rule=RULE_LABELS.get(link.rule, link.rule),
        confidence=CONFIDENCE_LABELS.get(link.confidence, link.confidence),
        via=VIA_LABELS.get(link.via, link.via),
        by=names.get(link.linked_by, "") if link.linked_by else "",
        bits=[
            Bit(FIELD_LABELS[one.field], LEVELS[one.level].words, LEVELS[one.level].tone, one.bits)
            for one in told
        ],
    )


def _origin(one: Origin | OriginChange, names: Mapping[UUID, str]) -> dict[str, Any]:
    is_now = isinstance(one, Origin)
    who = one.changed_by if isinstance(one, Origin) else one.replaced_by
    return {
        "kind": SOURCE_LABELS.get(one.kind, one.kind),
        "source_pk": one.source_pk,
        "status": ORIGIN_STATUS_LABELS.get(one.status, one.status),
        "needs_review": is_now and one.status == OriginStatus.PENDING_REVIEW,
        "reason": one.reason,
        "decided_by": DECIDED_BY_LABELS.get(one.decided_by, one.decided_by),
        "at": one.changed_at if isinstance(one, Origin) else one.replaced_at,
        "by": names.get(who, "") if who else "",
    }


def _change(one: PersonChange, person: Person, names: Mapping[UUID, str]) -> dict[str, Any]:
    other = one.other if one.kept_id == person.pk else one.kept
    return {
        "row": one,
        "is_merge": one.verb == "merge",
        "stayed": one.kept_id == person.pk,
        "other": other,
        "href": reverse("admin:identity_person_change", args=[other.pk]),
        "by": names.get(one.created_by, "") if one.created_by else "",
        "undone_by": names.get(one.undone_by, "") if one.undone_by else "",
    }
