"""What does the log keep of a stranger's nonsense? One line, no traceback: it is no defect of ours (S13)."""

import logging

# Django logs what it refuses there (a wrong Host, a look-up that is not allowed), each with its traceback.
REFUSALS = "django.security"


class RefusalsInOneLine(logging.Filter):
    """Lets every record pass; what Django refused loses its traceback. Belongs on a handler, not a logger."""

    def __init__(self) -> None:
        super().__init__(REFUSALS)

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True."""
        if super().filter(record):
            record.exc_info = record.exc_text = None
        return True
