"""What is asked of an engine, and what comes back (N8, N13)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from insights.rules import Engine, Label


@dataclass(frozen=True, slots=True)
class Asked:
    """One text to label. `key`: its text hash; `caption`: how the post above it begins, "" when unknown."""

    key: str
    text: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Brand:
    """What an engine should know of the brand while it reads (N10). `language`: its advice is in it (Q9)."""

    name: str
    industry: str = ""
    country: str = ""
    archetype: str = ""
    tone: str = ""
    audience: str = ""
    goal: str = ""
    language: str = "es"


@dataclass(frozen=True, slots=True)
class Usage:
    """What requests took, in tokens; the cached are part of `tokens_in`. `estimated`: not all told."""

    calls: int = 0
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    estimated: bool = False

    def __add__(self, other: "Usage") -> "Usage":
        """Return the sum; estimated when a part is."""
        return Usage(
            calls=self.calls + other.calls,
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_cached=self.tokens_cached + other.tokens_cached,
            tokens_out=self.tokens_out + other.tokens_out,
            estimated=self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class Labelled:
    """What one request brought: to be committed before the next is waited for (N12).

    labels: by text key. unlabelled: by text key, why no engine of this version will read it (a code).
    model: the name that the server gave itself. seconds: of this request. fault: why nothing of it could be
    used (a code), "" when something could.
    """

    labels: Mapping[str, Label]
    unlabelled: Mapping[str, str] = field(default_factory=dict)
    usage: Usage = Usage()
    model: str = ""
    seconds: float = 0.0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often an engine, asked twice about one text, gave the same class of sentiment."""

    compared: int = 0
    agreed: int = 0


# Whether the requests of this estimated usage, all of them not yet answered, fit the budget (N12).
MaySpend = Callable[[Usage], bool]


class Labeller(Protocol):
    """An engine: labels texts, and says who it is."""

    engine: Engine
    model: str
    version: str

    def label(self, asked: Sequence[Asked], *, brand: Brand, may_spend: MaySpend) -> Iterator[Labelled]:
        """Yield labels as they come, each key once, and calls that failed. Raises EngineStopped after all."""
        ...

    @property
    def agreement(self) -> Agreement:
        """What the last labelling's second looks said."""
        ...
