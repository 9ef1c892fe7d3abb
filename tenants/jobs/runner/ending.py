"""Is this worker told to end? Then its jobs give way at their next chunk, and another worker goes on."""

import mmap

# One byte that the forks of a worker share: only its first process hears the signal. It takes no lock, which
# a fork that is killed could hold for ever.
_TOLD = mmap.mmap(-1, 1)


def tell(**_signal: object) -> None:
    """Say so to all forks of this process."""
    _TOLD[0] = 1


def is_told() -> bool:
    """Say whether anybody told."""
    return _TOLD[0] == 1
