"""Addresses as the first clients write them: without a slash at the end, or with one."""

from rest_framework.routers import SimpleRouter


class EitherSlashRouter(SimpleRouter):
    """Takes every address with and without its last slash."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"
