"""What pages have in common whose rows are written by actions: forms only ask, actions write and note it."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import DecimalField, FloatField, Model, QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from tenants.admin.model_admin import HouseModelAdmin
from tenants.forms import FigureField, MeasureField
from tenants.queries import principal_of


class ActingModelAdmin(HouseModelAdmin):
    """A model that is written by actions alone: they note what happens, and nothing is deleted by form."""

    # The theme asks by fields that browsers read, and 1.500 is one and a half to a browser (W7).
    formfield_overrides: ClassVar[Any] = {
        DecimalField: {"form_class": FigureField, "widget": UnfoldAdminTextInputWidget},
        FloatField: {"form_class": MeasureField, "widget": UnfoldAdminTextInputWidget},
    }

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Leave it to the action, which has written it already."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Leave it to the action, which noted it already."""


def by_of(request: HttpRequest) -> UUID:
    """Return in whose name it is done."""
    return principal_of(request).id
