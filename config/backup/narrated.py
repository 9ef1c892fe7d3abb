"""Tell a backup's phases in the terminal: one bar for each (W2)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from config.backup.rules import CHECKING, RESTORING, WRITING, Show
from config.bootstrap import _
from config.narration import Narrator, Step


@contextmanager
def told(said: Narrator) -> Iterator[Show]:
    """Yield what shows progress; the bar of a phase ends where the next one begins."""
    with ExitStack() as stack:
        teller = _Teller(said, stack)
        yield teller.show


class _Teller:
    def __init__(self, said: Narrator, stack: ExitStack) -> None:
        self.said, self.stack = said, stack
        self.phase, self.step = "", Step("", "")

    def show(self, phase: str, done: int, total: int) -> None:
        if phase != self.phase:
            # What fails inside a phase fails its step: the stack hands the error on.
            self.stack.close()
            begun: AbstractContextManager[Step] = self.said.step(phase, labels()[phase])
            self.phase, self.step = phase, self.stack.enter_context(begun)
        words = _("%(done)s of %(total)s tables") % {"done": done, "total": total}
        # The end of the step says that it is done, nobody before.
        self.step.show(min(99, 100 * done // total), words)
        if done == total:
            # What goes wrong afterwards is not this phase's.
            self.stack.close()


def labels() -> dict[str, str]:
    """Return what people read for each phase."""
    return {
        WRITING: _("Writing the backup"),
        CHECKING: _("Reading every file"),
        RESTORING: _("Restoring"),
    }
