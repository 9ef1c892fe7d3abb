"""How does a page of the admin tell that what was asked is refused?"""

from django.contrib import messages
from django.http import HttpRequest

from tenants.actions.sessions import NotFresh
from tenants.rules import Refused


class RefusalsTold:
    """Tells a refused POST in words on the page the person returns to; a refused GET goes its usual way."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        """Swallow a refusal of a POST."""
        is_told = isinstance(error, Refused) and not isinstance(error, NotFresh)
        told = is_told and self.request.method == "POST"
        if told:
            messages.error(self.request, str(error))
        return told
