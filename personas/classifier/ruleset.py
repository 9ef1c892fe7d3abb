"""The rules of one revision, compiled so that a million titles take seconds."""

from collections.abc import Iterable
from operator import attrgetter

from personas.classifier.classification import Classification, Hit, KeywordRule, PersonaRule
from personas.classifier.normalising import normalise
from personas.classifier.trie import NO_WORD, find_all, plant
from personas.rules import Effect, Match


class NotOneDefault(ValueError):
    """A set of personas has no default or several: what matches nothing would have nowhere to go."""


class Ruleset:
    """Every persona and keyword of one revision; it never changes, so threads may share it.

    A keyword's rank is its place in P3's order. Excludes have negative ranks, so that whoever looks for
    the best rank meets them before any include (P4).
    """

    __slots__ = (
        "_by_rank",
        "_exact",
        "_hits_met",
        "_nothing",
        "_personas",
        "_phrases",
        "_same_text",
        "default",
        "revision",
    )

    def __init__(self, *, personas: Iterable[PersonaRule], ordered: list[KeywordRule], revision: int) -> None:
        """Take the keywords in P3's order, excludes in front; raises NotOneDefault."""
        self.revision = revision
        self._personas = {persona.id: persona for persona in personas}
        self.default = _only_default(self._personas.values())
        self._nothing = sum(1 for keyword in ordered if keyword.effect is Effect.INCLUDE)
        # A rank is an index: includes from 0, then None for "nothing matched", excludes from the end.
        excludes = len(ordered) - self._nothing
        self._by_rank: list[KeywordRule | None] = [*ordered[excludes:], None, *ordered[:excludes]]
        self._hits_met: dict[int, Hit] = {}
        self._same_text: dict[int, int] = {}
        self._exact: dict[str, int] = {}
        self._phrases = plant(self._rank_worst_first(ordered).items())

    def _rank_worst_first(self, ordered: list[KeywordRule]) -> dict[str, int]:
        """Fill the exact titles and return the phrases, of equal texts the best rank, in falling order."""
        phrases: dict[str, int] = {}
        exact, exact_match = self._exact, Match.EXACT
        rank = self._nothing
        for keyword in reversed(ordered):
            rank -= 1
            texts = exact if keyword.match is exact_match else phrases
            worse = texts.pop(keyword.normalized, None)
            if worse is not None:
                self._same_text[rank] = worse
            texts[keyword.normalized] = rank
        return phrases

    @property
    def personas(self) -> list[PersonaRule]:
        """The personas, best priority first."""
        return sorted(self._personas.values(), key=attrgetter("priority"))

    @property
    def keywords(self) -> list[KeywordRule]:
        """The keywords: includes in P3's order, then the excludes."""
        return [keyword for keyword in self._by_rank if keyword is not None]

    def winner(self, normalised: str) -> KeywordRule | None:
        """Return the keyword that decides a normalised title, None for the default persona (P3, P4)."""
        words, roots, exact = normalised.split(), self._phrases, self._exact
        beat = exact[normalised] if normalised in exact else self._nothing  # noqa: SIM401 - get() costs more
        words.append(NO_WORD)
        at = 0
        for word in words:
            at += 1  # noqa: SIM113 - enumerate() makes a tuple for each word
            if word in roots:
                best, own, below = roots[word]
                here = at
                while best < beat:
                    if own < beat:
                        beat = own
                    if words[here] not in below:
                        break
                    best, own, below = below[words[here]]
                    here += 1
        return self._by_rank[beat] if beat >= 0 else self._winner_despite_excludes(normalised)

    def _winner_despite_excludes(self, normalised: str) -> KeywordRule | None:
        out: set[int] = set()
        for keyword in self.matching(normalised):
            if keyword.effect is Effect.EXCLUDE:
                out.add(keyword.persona_id)
            elif keyword.persona_id not in out:
                return keyword
        return None

    def persona_of(self, keyword: KeywordRule | None) -> PersonaRule:
        """Return the persona of a winning keyword, the default one for None."""
        return self.default if keyword is None else self._personas[keyword.persona_id]

    def matching(self, normalised: str) -> list[KeywordRule]:
        """Return every keyword that matches a normalised title, excludes first, then in P3's order (P2)."""
        return [keyword for rank in self._ranks(normalised) if (keyword := self._by_rank[rank])]

    def classify(self, title: object) -> Classification:
        """Return what the rules say of a title as typed, and every keyword that had a part in it (P1–P4)."""
        normalised = normalise(title)
        ranks = self._ranks(normalised)
        if ranks and ranks[0] < 0:
            return self._classify_despite_excludes(title, normalised, ranks)
        hits = self._hits(ranks)
        persona = hits[0].persona if hits else self.default
        return Classification(title, normalised, persona, hits, (), (), self.revision)

    def _classify_despite_excludes(self, title: object, normalised: str, ranks: list[int]) -> Classification:
        excludes = self._hits([rank for rank in ranks if rank < 0])
        includes = self._hits([rank for rank in ranks if rank >= 0])
        out = {hit.persona.id for hit in excludes}
        standing = tuple(hit for hit in includes if hit.persona.id not in out)
        silenced = tuple(hit for hit in includes if hit.persona.id in out)
        persona = standing[0].persona if standing else self.default
        return Classification(title, normalised, persona, standing, excludes, silenced, self.revision)

    def _hits(self, ranks: list[int]) -> tuple[Hit, ...]:
        met = self._hits_met
        return tuple([met[rank] if rank in met else self._meet(rank) for rank in ranks])

    def _meet(self, rank: int) -> Hit:
        """Make the hit of a rank at its first use: all at once would double the time to compile."""
        keyword = self._by_rank[rank]
        if keyword is None:
            raise LookupError(f"no keyword has rank {rank}")
        return self._hits_met.setdefault(rank, Hit(keyword, self._personas[keyword.persona_id]))

    def _ranks(self, normalised: str) -> list[int]:
        """Return the ranks of every keyword that matches, each once, best first."""
        ranks = find_all(self._phrases, normalised.split())
        if normalised in self._exact:
            ranks.append(self._exact[normalised])
        same_text = self._same_text
        if same_text:
            for rank in ranks:
                # Met in its turn by this very loop, for there may be a third.
                if rank in same_text:
                    ranks.append(same_text[rank])
        return sorted(set(ranks)) if len(ranks) > 1 else ranks


def _only_default(personas: Iterable[PersonaRule]) -> PersonaRule:
    defaults = [persona for persona in personas if persona.is_default]
    if len(defaults) != 1:
        raise NotOneDefault(f"{len(defaults)} default personas, one is needed")
    return defaults[0]


def compile_ruleset(
    personas: Iterable[PersonaRule], keywords: Iterable[KeywordRule], revision: int
) -> Ruleset:
    """Return the rules ready to classify, in P3's total order; raises NotOneDefault.

    Each keyword's persona must be among `personas` (else KeyError); keywords without normalised text
    match nothing.
    """
    people = list(personas)
    priorities = {persona.id: persona.priority for persona in people}
    exact, include = Match.EXACT, Effect.INCLUDE

    def weight(keyword: KeywordRule) -> int:
        # One integer sorts several times faster than a tuple: effect, match, priority, words, characters.
        text = keyword.normalized
        order = priorities[keyword.persona_id] << 40
        order -= (text.count(" ") << 20) + len(text)
        if keyword.match is not exact:
            order += 1 << 80
        return order + (1 << 81) if keyword.effect is include else order

    ordered = sorted((keyword for keyword in keywords if keyword.normalized), key=attrgetter("id"))
    ordered.sort(key=attrgetter("text"))
    ordered.sort(key=weight)
    return Ruleset(personas=people, ordered=ordered, revision=revision)
