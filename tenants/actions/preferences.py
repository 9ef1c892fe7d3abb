"""What a person may set for themselves, whatever their role (S2's list of viewers' writes)."""

from tenants.models import User


def speak(*, user: User, language: str) -> None:
    """Remember the language that the person reads. The caller has checked that it exists. Public scope."""
    User.objects.filter(pk=user.pk).update(language=language)
