"""Fields of insights' writes, and how a body is read."""

from typing import Any

from rest_framework import serializers


class WholeField(serializers.IntegerField):
    """A JSON integer; a text, a truth value or a fraction is none."""

    def to_internal_value(self, value: Any) -> int:
        """Return the number."""
        if type(value) is not int:
            self.fail("invalid")
        return super().to_internal_value(value)


class ScoreField(serializers.FloatField):
    """A JSON number from 0 to 100."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100, **options)

    def to_internal_value(self, value: Any) -> float:
        """Return the number."""
        if type(value) not in (int, float):
            self.fail("invalid")
        return super().to_internal_value(value)
