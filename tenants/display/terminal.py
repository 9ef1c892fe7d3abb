"""A job's bar in a terminal: one line, written over and over, in the words of the pages (W2)."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.core.management.base import OutputWrapper
from django.utils import timezone
from django.utils.translation import get_language, override

from tenants.display.formats import Formats
from tenants.display.progress import Bar, bar_of

EVERY = 0.5
FRESH_LINE = "\r\x1b[K"
WIDTH = 20
# How far a job is, in the shape of W2.
Look = Callable[[UUID], object]


@contextmanager
def told(out: OutputWrapper, look: Look) -> Iterator[Callable[[UUID], None] | None]:
    """Yield what draws the bar of a job; None where nobody looks. Leaves an empty line."""
    if not out.isatty():
        yield None
        return
    bar = _Bar(out, look)
    try:
        yield bar.show
    finally:
        bar.write("")


class _Bar:
    def __init__(self, out: OutputWrapper, look: Look) -> None:
        self.out, self.look, self.next = out, look, 0.0
        self.language = get_language() or settings.LANGUAGE_CODE

    def show(self, job: UUID) -> None:
        """Draw it, twice a second at most."""
        if time.monotonic() < self.next:
            return
        # The job itself speaks the installation's language.
        with override(self.language):
            self.write(self._line(bar_of(self.look(job), formats=Formats(self.language), now=timezone.now())))
        self.next = time.monotonic() + EVERY

    def _line(self, seen: Bar) -> str:
        full = WIDTH * (seen.percent or 0) // 100
        drawn = "━" * full + "·" * (WIDTH - full)
        return ", ".join(filter(None, (drawn, seen.spoken, seen.amount)))

    def write(self, text: str) -> None:
        self.out.write(FRESH_LINE + text, style_func=str, ending="")
