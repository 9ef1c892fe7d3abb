"""One import from the first system: what was asked for, and the rules that it classifies by."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from django.db import transaction

from personas.actions.classifying import ruleset
from personas.actions.first_system.rulebook import Rulebook
from personas.actions.rulesets import hold_rules
from personas.classifier import Ruleset
from personas.rules import Match

# Who holds contacts that were locked over there, when nobody says who brings them here: a key that no
# person and no program has.
NOBODY = uuid5(UUID("5f0d7c6a-6d6e-4a0e-9d0c-6c1e6e5a2b11"), "personas.first_system")


@dataclass(slots=True)
class Session:
    """The choices of one run. A dry run keeps the rules as they would be in memory, and writes nothing."""

    system: str = "mongo"
    dry_run: bool = False
    by: UUID | None = None
    # How keywords without a word of it match: in the first system a title that holds them was theirs.
    match: Match = Match.PHRASE
    keep_personas: bool = False
    default: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)
    _book: Rulebook | None = None
    _compiled: Ruleset | None = None

    @property
    def holder(self) -> UUID:
        """Who is named as having decided the personas that are kept (P7)."""
        return self.by or NOBODY

    @contextmanager
    def changing_rules(self) -> Iterator[Rulebook]:
        """Give the rules to be changed, alone until the end, and save them; a dry run keeps them."""
        if self.dry_run:
            self._book = self._book or Rulebook(self.aliases, dry_run=True)
            self._compiled = None
            yield self._book
            return
        with transaction.atomic():
            hold_rules()
            book = Rulebook(self.aliases)
            yield book
            book.save(by=self.by)

    def rules(self) -> Ruleset:
        """Return the rules to classify by: the tenant's, in a dry run as the import would have left them."""
        if not self.dry_run:
            return ruleset()
        if self._compiled is None:
            with self.changing_rules() as book:
                self._compiled = book.ruleset()
        return self._compiled
