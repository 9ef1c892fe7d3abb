"""Passwords that only say where one works are guessed first (S8)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenants.models import Membership, User

PRODUCT = "minga"
# Shorter words stand in too many good phrases.
SHORTEST_WORD = 4


class ContextWordsValidator:
    """Counts a password without the names of the product and of the person's organisations."""

    def __init__(self, min_length: int = 12) -> None:
        self.least = min_length

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError when too little is left."""
        left = password.casefold()
        for word in sorted(words_about(user), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < self.least:
            raise ValidationError(self.get_help_text(), code="password_context_words")

    def get_help_text(self) -> str:
        """Say it."""
        told = _("Names of the product and of the organisation do not count: %(least)s characters besides.")
        return told % {"least": self.least}


def words_about(user: User | None) -> set[str]:
    """Return the words that anybody would try for this person, in small letters. One query, public role."""
    names = [PRODUCT]
    if user is not None and user.pk is not None:
        found = Membership.objects.filter(user_id=user.pk).values_list("tenant__name", "tenant__slug")
        names += [name for pair in found for name in pair]
    words = {word for name in names for word in [name, *name.replace("-", " ").split()]}
    return {word.casefold() for word in words if len(word) >= SHORTEST_WORD}
