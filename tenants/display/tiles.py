"""What goes on the home pages: each app registers one provider, called inside the tenant's scope."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tenants.display.home import Attention, Freshness, Tile, Way
from tenants.queries import Principal


@dataclass(frozen=True, slots=True)
class HomePart:
    """One app's share of home: figures, what waits for a person, how fresh its work is."""

    tiles: tuple[Tile, ...] = ()
    attention: tuple[Attention, ...] = ()
    freshness: tuple[Freshness, ...] = ()
    ways: tuple[Way, ...] = ()


Provider = Callable[[datetime, Principal], HomePart]
_PROVIDERS: list[tuple[int, Provider]] = []


def register(provider: Provider, *, position: int = 50) -> None:
    """Let `provider(now, who)` answer for its app, at its place among the others; called from `ready`.

    It counts what `who` sees and no more (W1), and may only read: a viewer's home runs under the read-only
    role (S2). Its number of queries is fixed.
    """
    if all(known is not provider for _position, known in _PROVIDERS):
        _PROVIDERS.append((position, provider))
        _PROVIDERS.sort(key=lambda pair: pair[0])


def home_part(*, now: datetime, who: Principal) -> HomePart:
    """Return all apps' shares as one, in their order, for who looks."""
    parts = [provider(now, who) for _position, provider in _PROVIDERS]
    return HomePart(
        tiles=tuple(tile for part in parts for tile in part.tiles),
        attention=tuple(item for part in parts for item in part.attention),
        freshness=tuple(job for part in parts for job in part.freshness),
        ways=tuple(way for part in parts for way in part.ways),
    )
