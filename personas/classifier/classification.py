"""The values the classifier takes and gives."""

from dataclasses import dataclass

from personas.rules import UNMATCHED_PRIORITY, Effect, Match


@dataclass(frozen=True, slots=True)
class PersonaRule:
    """A persona as the classifier sees it; the lower priority wins."""

    id: int
    code: str
    name: str
    priority: int
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class KeywordRule:
    """A keyword as the classifier sees it; `normalized` is `normalise(text)`."""

    id: int
    text: str
    normalized: str
    match: Match
    effect: Effect
    persona_id: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A keyword that matches a title, with its persona."""

    keyword: KeywordRule
    persona: PersonaRule


@dataclass(frozen=True, slots=True)
class Classification:
    """What the rules say of one title, and why.

    `original` is the title as it was given.
    `all_matches` are the includes of personas not excluded, in P3's order: the first is the winner.
    `excluded_by` are the excludes that match (P4), `excluded` the includes they silenced.
    """

    original: object
    normalized_job_title: str
    persona: PersonaRule
    all_matches: tuple[Hit, ...]
    excluded_by: tuple[Hit, ...]
    excluded: tuple[Hit, ...]
    ruleset_revision: int

    @property
    def is_default(self) -> bool:
        """Nothing matched, the default persona stands."""
        return not self.all_matches

    @property
    def keyword(self) -> KeywordRule | None:
        """The winning keyword, None when nothing matched."""
        return self.all_matches[0].keyword if self.all_matches else None

    @property
    def matched_keywords(self) -> tuple[str, ...]:
        """The texts of the winning persona's keywords that match, in P3's order."""
        return tuple(hit.keyword.text for hit in self.all_matches if hit.persona is self.persona)

    @property
    def priority_used(self) -> int:
        """The winning persona's priority, 999 when nothing matched."""
        return UNMATCHED_PRIORITY if self.is_default else self.persona.priority
