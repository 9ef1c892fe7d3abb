"""By which words is somebody found? Those of the name, by their beginning; indexes hold the same expressions.

PostgreSQL's own parser with its simple dictionary: no extension, and any log-in may ask.
"""

import unicodedata
from collections.abc import Collection

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models

# More narrow no further.
MOST_WORDS = 8
# Names come in one by one, and each move of an entry writes its row anew: what waits to be sorted in is kept
# small, so that whoever sorts it does so in milliseconds.
PENDING_KB = 512


class KeyWords(models.Func):
    """The words of a name in its normal form (I1)."""

    template = "to_tsvector('simple'::regconfig, %(expressions)s)"
    output_field = SearchVectorField()


class NameWords(models.Func):
    """The words of a name as typed, without case and accents."""

    template = (
        "to_tsvector('simple'::regconfig, translate(lower(%(expressions)s), "
        "'áéíóúüñàèìòùâêîôûãõçäëïöåøýÿ', 'aeiouunaeiouaeiouaocaeioaoyy'))"
    )
    output_field = SearchVectorField()


def words_index(words: models.Func, name: str) -> GinIndex:
    """Return the index by which a search of `bearing` words is answered."""
    # Reading every name would take a list, or the palette, seconds.
    return GinIndex(words, name=name, gin_pending_list_limit=PENDING_KB)


def words_of(typed: str) -> list[str]:
    """Return the words of a typed name without accents; whatever is no letter splits them (I1)."""
    apart = unicodedata.normalize("NFKD", typed)
    return "".join(
        char if char.isalpha() else " " for char in apart if not unicodedata.combining(char)
    ).split()


def bearing(words: Collection[str]) -> SearchQuery:
    """Return the question for names of which each of some folded words begins a word (I1)."""
    wanted = " & ".join(f"{word.lower()}:*" for word in list(words)[:MOST_WORDS])
    return SearchQuery(wanted, config="simple", search_type="raw")
