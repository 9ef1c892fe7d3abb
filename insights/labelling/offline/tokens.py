"""A comment as the word lists know it: plain words, emoji and the ends of clauses."""

import re
from dataclasses import dataclass
from unicodedata import combining, normalize

# A laugh is one word, however long; "jajajaja" and "hahaha" alike.
_LAUGH = re.compile(r"^(?:[jh][aeiou]|ks|js){2,}[jhs]?$")
_STRETCHED = re.compile(r"(.)\1{2,}")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|@\w[\w.]*")
_WORD = re.compile(r"[a-zñ0-9]+(?:['’][a-z]+|/\d+)?%?|[.!?;,\n]|[^\w\s]\ufe0f?", re.ASCII)
_ENDS = frozenset(".!?;,\n")
CONTRASTS = frozenset({"pero", "aunque", "but", "however", "sino", "eso si", "although"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words in order ("" where a clause ends), emoji apart, and whether the author raised the voice."""

    words: tuple[str, ...]
    emoji: tuple[str, ...]
    loud: bool

    @property
    def spoken(self) -> int:
        """How many words there are."""
        return sum(bool(word) for word in self.words)


def tokens_of(text: str) -> Tokens:
    """Return a comment's tokens; addresses and names of users say nothing and are left out."""
    bare = _ADDRESS.sub(" ", text)
    found = _WORD.findall(plain(bare))
    emoji = tuple(token for token in found if _is_emoji(token))
    words = tuple(_word(token) for token in found if not _is_emoji(token))
    return Tokens(words, emoji, _is_loud(bare))


def plain(text: str) -> str:
    """Return a text without case, accents and stretched letters; ñ stays, "año" being no "ano"."""
    lowered = normalize("NFC", text).casefold().replace("ñ", "\0").replace("’", "'")
    stripped = "".join(char for char in normalize("NFD", lowered) if not combining(char))
    return _STRETCHED.sub(r"\1", stripped.replace("\0", "ñ"))


def _word(token: str) -> str:
    if token in _ENDS:
        return ""
    return "jaja" if _LAUGH.match(token) else token


def _is_emoji(token: str) -> bool:
    return token[0] not in _ENDS and not token[0].isalnum() and ord(token[0]) > 0x2000


def _is_loud(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    shouted = len(letters) >= 8 and sum(char.isupper() for char in letters) > 0.7 * len(letters)
    return shouted or "!!" in text or bool(_STRETCHED.search(text.casefold()))
