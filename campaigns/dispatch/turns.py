"""Whose turn is it? Fair shares among campaigns, by priority (C20).

Each campaign has a number; the least goes next, and a call adds 1/priority to it. Over time each gets
priority ÷ sum of the priorities of those that have somebody to call. Who had nobody to call goes on from the
number that was served last: silence earns no calls. (Start-time fair queueing.)
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace


@dataclass(frozen=True, slots=True)
class Turn:
    """A campaign that has somebody to call: its number, its priority, how many calls its own caps allow."""

    campaign: int
    number: float
    priority: int
    room: int


def shares(turns: Collection[Turn], calls: int, begins: Callable[[int], bool]) -> Mapping[int, int]:
    """Return how many of the next `calls` each campaign begins; a higher priority goes first on a tie.

    `begins` takes a call's share of what several campaigns live on, or says that there is none left.
    """
    line = [(one.number, -one.priority, one.campaign, one.room) for one in turns if one.room > 0]
    heapify(line)
    given: dict[int, int] = {}
    while line and calls > 0:
        number, priority, campaign, room = line[0]
        if not begins(campaign):
            heappop(line)
            continue
        given[campaign] = given.get(campaign, 0) + 1
        calls -= 1
        if room > 1:
            heapreplace(line, (number - 1 / priority, priority, campaign, room - 1))
        else:
            heappop(line)
    return given
