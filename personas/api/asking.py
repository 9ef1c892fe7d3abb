"""What a write is asked for: values that are missing or empty are 400, values that make no sense 422."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from tenants.api.parameters import check_parameters
from tenants.intake import Fault
from tenants.rules import RefusalKind, Refused

NOT_GIVEN = {"required", "blank", "empty"}


class MissingValue(Refused):
    """Something that is needed was not given; `faults` name it."""

    code = "missing_value"
    kind = RefusalKind.INVALID
    message = _("A value that is needed is missing or empty.")


def asked(request: Request, shape: type[BaseSerializer], **options: Any) -> Any:
    """Return the validated body; no query parameter is known. Raises MissingValue, ValidationError."""
    check_parameters(request.query_params, known=())
    return valid(shape(data=request.data, **options))


def valid(found: BaseSerializer) -> Any:
    """Return the validated values of a bound shape. Raises MissingValue, ValidationError."""
    if found.is_valid():
        return found.validated_data
    error = ValidationError(found.errors)  # type: ignore[arg-type]  # a list's errors are a list
    faults = tuple(_faults(error.get_full_details(), "#"))
    if all(fault.code in NOT_GIVEN for fault in faults):
        raise MissingValue(faults=faults)
    raise error


def _faults(details: Any, pointer: str) -> Iterator[Fault]:
    """Yield each fault with its place; DRF nests them as the body is nested."""
    if isinstance(details, list):
        for place, item in enumerate(details):
            is_message = isinstance(item, dict) and set(item) == {"message", "code"}
            yield from _faults(item, pointer if is_message else f"{pointer}/{place}")
    elif set(details) == {"message", "code"}:
        yield Fault(str(details["code"]), pointer, str(details["message"]))
    else:
        for name, item in details.items():
            yield from _faults(item, pointer if name == "non_field_errors" else f"{pointer}/{name}")
