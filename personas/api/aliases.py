"""The first clients' unversioned paths, below /api/: the same doors under their old names (W9)."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import re_path

from personas.api.classifier import ClassifierViewSet
from tenants.intake import NUMBER


class FirstClientsViewSet(ClassifierViewSet):
    """The classifier, for programs that know it from before; not described twice."""

    schema = None


def _door(name: str, method: str = "post") -> Callable[..., HttpResponseBase]:
    return FirstClientsViewSet.as_view({method: name})


# They wrote some paths with a slash at the end and some without.
urlpatterns = [
    *(
        re_path(rf"^persona-classifier/{name}/?$", _door(name))
        for name in ("classify", "diagnose", "normalize")
    ),
    re_path(
        rf"^persona-classifier/contacts/(?P<contact_id>{NUMBER})/classification/?$", _door("contact", "get")
    ),
]
