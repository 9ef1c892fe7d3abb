"""Who of those in turn can be called? Mostly the first; where nobody can, a search goes deeper (C20)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaigns.dispatch.candidates import Candidate, known_of, take
from campaigns.dispatch.desk import Running
from campaigns.dispatch.judging import Chosen, Judge
from campaigns.dispatch.moving import Move
from campaigns.dispatch.purses import Purse

# So many more people, of all campaigns nobody of whom could be called so far together: few first, since
# mostly it is one person; then as many as a transaction may lock and move while others wait for its tallies.
DEPTHS = (25, 500)


@dataclass(slots=True)
class Search:
    """One claim's search among campaigns whose tallies it holds: calls to make, and steps taken instead."""

    campaigns: Mapping[int, Running]
    purses: Mapping[int, Purse]
    now: datetime
    left: dict[int, int]  # calls that each campaign may still begin
    chosen: list[Chosen] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)
    _taken: set[str] = field(default_factory=set)
    _judged: set[int] = field(default_factory=set)
    _callable: set[int] = field(default_factory=set)

    @property
    def barren(self) -> set[int]:
        """The campaigns that had people to look at, none of whom can be called."""
        return self._judged - self._callable

    def run(self, places: Collection[tuple[int, str]]) -> None:
        """Look among campaigns and sets of zones where somebody is due. Four statements, twelve at most."""
        found = self._look({place: self.left[place[0]] for place in places})
        for depth in DEPTHS:
            barren = self.barren
            deeper = [place for place in places if place[0] in barren]
            if not deeper or not found:
                return
            more = max(1, depth // len(deeper))
            found = self._look({place: self.left[place[0]] + more for place in deeper})

    def _look(self, most: Mapping[tuple[int, str], int]) -> int:
        """Lock up to so many people of each place and decide about the new ones; return how many they are."""
        taken = [one for one in take(most, now=self.now) if one.id not in self._seen]
        if not taken:
            return 0
        self._seen |= {one.id for one in taken}
        reach = max((one.hours.frame.reach for one in self.campaigns.values()), default=timedelta())
        judge = Judge(known_of(taken, now=self.now, reach=reach), self.now, self._taken)
        for one in taken:
            # As many were taken of each set of zones as of all together.
            if self.left[one.campaign]:
                self._decide(one, judge)
        return len(taken)

    def _decide(self, one: Candidate, judge: Judge) -> None:
        campaign = self.campaigns[one.campaign]
        self._judged.add(one.campaign)
        decided = judge.decide(one, campaign)
        if isinstance(decided, Move):
            self.moves.append(decided)
            return
        self._callable.add(one.campaign)
        if self.purses[campaign.account].begin(campaign.reserve):
            self.left[one.campaign] -= 1
            judge.choose(decided)
            self.chosen.append(decided)
