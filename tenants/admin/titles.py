"""A row under the title of its page: what the theme writes of it is no code and no id (W7)."""

from typing import Any


class Titled:
    """Everything that the row is, but called by its title."""

    def __init__(self, row: Any, title: str) -> None:
        self._row, self._title = row, title

    def __str__(self) -> str:
        return self._title

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)
