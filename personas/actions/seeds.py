"""Rules written out in a file become a tenant's own."""

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from django.db import transaction

from personas.actions.rulesets import grow_revision
from personas.models import Keyword, Persona
from personas.rules import Effect, Match
from tenants.records.actions import note


class KeywordSeed(Protocol):
    """A keyword as a rules file describes it."""

    @property
    def text(self) -> str:
        """As typed."""
        ...

    @property
    def normalized(self) -> str:
        """Normalised by P1."""
        ...

    @property
    def match(self) -> Match:
        """How it meets titles."""
        ...

    @property
    def effect(self) -> Effect:
        """What it does to its persona."""
        ...


class PersonaSeed(Protocol):
    """A persona as a rules file describes it, with its keywords."""

    @property
    def code(self) -> str:
        """Its slug."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def priority(self) -> int:
        """The lower wins."""
        ...

    @property
    def color(self) -> str:
        """#rrggbb."""
        ...

    @property
    def description(self) -> str:
        """Who is meant."""
        ...

    @property
    def is_default(self) -> bool:
        """Whether it takes what no keyword matches."""
        ...

    @property
    def keywords(self) -> Sequence[KeywordSeed]:
        """Its keywords."""
        ...


@transaction.atomic
def load_ruleset(*, seeds: Iterable[PersonaSeed], by: UUID | None = None) -> int:
    """Write the personas and keywords that are missing; return how many keywords are new."""
    number = grow_revision()
    rows = list(seeds)
    # Asked, not ignored on conflict: PostgreSQL cannot ignore what a deferrable constraint refuses.
    standing = set(Persona.objects.values_list("code", flat=True))
    Persona.objects.bulk_create(_persona_of(seed) for seed in rows if seed.code not in standing)
    ids = dict(Persona.objects.values_list("code", "id"))
    keywords = [keyword for seed in rows for keyword in _keywords_of(seed, ids[seed.code])]
    before = Keyword.objects.count()
    Keyword.objects.bulk_create(keywords, ignore_conflicts=True)
    created = Keyword.objects.count() - before
    note(verb="load", of="ruleset", id=number, by=by, change={"keywords": created})
    return created


def _persona_of(seed: PersonaSeed) -> Persona:
    return Persona(
        code=seed.code,
        name=seed.name,
        priority=seed.priority,
        color=seed.color,
        description=seed.description,
        is_default=seed.is_default,
    )


def _keywords_of(seed: PersonaSeed, persona_id: int) -> list[Keyword]:
    return [
        Keyword(
            persona_id=persona_id,
            text=keyword.text,
            normalized=keyword.normalized,
            match=keyword.match,
            effect=keyword.effect,
        )
        for keyword in seed.keywords
    ]
