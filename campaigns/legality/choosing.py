"""Which frame holds for a country and a use case, and which ones an account may name instead (C13)."""

from functools import cache

from campaigns.legality.frame_table import FRAMES
from campaigns.legality.frames import ANY_COUNTRY, LegalFrame
from campaigns.rules import UseCase


@cache
def frames_for(country: str, use_case: UseCase) -> tuple[LegalFrame, ...]:
    """Return the frames that a campaign may name, the one that holds by default first.

    The generic frame stands in only where nothing was read: naming it never lifts a country's limits.
    """
    fitting = [frame for frame in FRAMES if frame.fits(country, use_case)]
    own = [frame for frame in fitting if frame.country != ANY_COUNTRY]
    return tuple(sorted(own or fitting, key=lambda frame: frame.is_chosen_only))


def frame_for(country: str, use_case: UseCase) -> LegalFrame:
    """Return the frame that holds unless a campaign names another."""
    return frames_for(country, use_case)[0]


def frame_named(key: str) -> LegalFrame:
    """Return the newest version of a frame. Raises KeyError for a key that never was."""
    return _by_key()[key]


@cache
def _by_key() -> dict[str, LegalFrame]:
    return {frame.key: frame for frame in sorted(FRAMES, key=lambda frame: frame.version)}
