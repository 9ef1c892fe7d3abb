"""The rules of one revision, compiled so that a million titles take seconds."""

from collections.abc import Iterable, Iterator
from operator import attrgetter

from personas.classifier import trie
from personas.classifier.classification import Classification, Hit, KeywordRule, PersonaRule
from personas.classifier.normalising import normalise
from personas.classifier.trie import BEST
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
        self._same_text: dict[int, int] = {}
        self._exact: dict[str, int] = {}
        self._phrases = trie.plant(self._rank_worst_first(ordered).items())

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
        words = normalised.split()
        exact, roots = self._exact, self._phrases
        beat = exact.get(normalised, self._nothing)
        at = 0
        for word in words:
            at += 1  # noqa: SIM113 - enumerate() makes a tuple a word, a tenth of the time
            if word in roots:
                node = roots[word]
                if type(node) is int:
                    if node < beat:
                        beat = node
                elif node[BEST] < beat:
                    beat = trie.descend(node, words, at, beat)
        return self._by_rank[beat] if beat >= 0 else self.classify(normalised).keyword

    def persona_of(self, keyword: KeywordRule | None) -> PersonaRule:
        """Return the persona of a winning keyword, the default one for None."""
        return self.default if keyword is None else self._personas[keyword.persona_id]

    def matching(self, normalised: str) -> list[KeywordRule]:
        """Return every keyword that matches a normalised title, excludes first, then in P3's order (P2)."""
        return [hit.keyword for hit in self._hits(self._ranks(normalised))]

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
        excludes = self._hits(rank for rank in ranks if rank < 0)
        includes = self._hits(rank for rank in ranks if rank >= 0)
        out = {hit.persona.id for hit in excludes}
        standing = tuple(hit for hit in includes if hit.persona.id not in out)
        silenced = tuple(hit for hit in includes if hit.persona.id in out)
        persona = standing[0].persona if standing else self.default
        return Classification(title, normalised, persona, standing, excludes, silenced, self.revision)

    def _hits(self, ranks: Iterable[int]) -> tuple[Hit, ...]:
        keywords = (self._by_rank[rank] for rank in ranks)
        return tuple(Hit(keyword, self._personas[keyword.persona_id]) for keyword in keywords if keyword)

    def _ranks(self, normalised: str) -> list[int]:
        """Return the ranks of every keyword that matches, each once, best first."""
        ranks = set(trie.every(self._phrases, normalised.split()))
        if normalised in self._exact:
            ranks.add(self._exact[normalised])
        if self._same_text:
            for rank in tuple(ranks):
                ranks.update(self._worse_of_same_text(rank))
        return sorted(ranks)

    def _worse_of_same_text(self, rank: int) -> Iterator[int]:
        while rank in self._same_text:
            rank = self._same_text[rank]
            yield rank


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
