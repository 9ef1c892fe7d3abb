"""What does the body of a request say? Read by one shape; parameters of the address are refused (W10)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.serializers import Serializer

from tenants.api.parameters import check_parameters


def asked(request: Request, shape: type[Serializer]) -> dict[str, Any]:
    """Return the validated body; no query parameter is known. Raises BadParameters, ValidationError."""
    check_parameters(request.query_params, known=())
    found = shape(data=request.data)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)
