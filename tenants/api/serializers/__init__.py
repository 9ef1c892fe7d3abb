"""Fields that every app's API builds on, and the shapes of tokens and "who am I"."""

from tenants.api.serializers.fields import (
    CleanJSONField,
    FormSerializer,
    IdField,
    KeyField,
    PageNumberField,
    StrictCharField,
    StrictModelSerializer,
    StrictSerializer,
)
from tenants.api.serializers.people import LogInSerializer, MeSerializer, RefreshSerializer, TokensSerializer

__all__ = [
    "CleanJSONField",
    "FormSerializer",
    "IdField",
    "KeyField",
    "LogInSerializer",
    "MeSerializer",
    "PageNumberField",
    "RefreshSerializer",
    "StrictCharField",
    "StrictModelSerializer",
    "StrictSerializer",
    "TokensSerializer",
]
