"""What a request's body may be: strict JSON, in UTF-8, of a bounded size (S13)."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from tenants.intake import read_json
from tenants.rules import RefusalKind, Refused

# A thousand rows of a bulk write fit; whatever is larger is an import and comes as a file.
LARGEST_BODY = 2 * 1024 * 1024


class BodyTooLarge(Refused):
    """The body is larger than any JSON request of ours."""

    code = "body_too_large"
    kind = RefusalKind.TOO_LARGE
    message = _("The body is larger than 2 MB.")


class StrictJSONParser(BaseParser):
    """Reads JSON by `tenants.intake`; other types of content, wildcards and charsets are 415."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the parsed body. Raises BadJSON, BodyTooLarge, UnsupportedMediaType."""
        check_media_type(media_type or "")
        raw = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise BodyTooLarge
        return read_json(raw)


def check_media_type(media_type: str) -> None:
    """Raise UnsupportedMediaType for anything but application/json, in UTF-8 if a charset is named."""
    name, *params = (part.strip().lower() for part in media_type.split(";"))
    charsets = {param.partition("=")[2].strip('" ') for param in params if param.startswith("charset")}
    if name != StrictJSONParser.media_type or not charsets <= {"utf-8", "utf8"}:
        raise UnsupportedMediaType(media_type)
