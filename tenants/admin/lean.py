"""What does the theme do that no page of ours should? Scripts that nothing needs, numbers a browser reads."""

from typing import Any, ClassVar

from django.db.models import BigIntegerField, DecimalField, FloatField, IntegerField
from django.forms import Media
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from tenants.forms import FigureField, MeasureField, WholeField

# They write slugs while one types a title: 50 KB, and no form of ours has a slug to write.
SLUG_SCRIPTS = ("/urlify.js", "/prepopulate.js", "/xregexp.js", "/xregexp.min.js")


class LeanModelAdmin(ModelAdmin):
    """The theme's base without scripts that nothing asks for; numbers are read as people write them."""

    # The theme asks by fields that browsers read, and 1.500 is one and a half to a browser (W7).
    formfield_overrides: ClassVar[Any] = {
        DecimalField: {"form_class": FigureField, "widget": UnfoldAdminTextInputWidget},
        FloatField: {"form_class": MeasureField, "widget": UnfoldAdminTextInputWidget},
        IntegerField: {"form_class": WholeField, "widget": UnfoldAdminTextInputWidget},
        BigIntegerField: {"form_class": WholeField, "widget": UnfoldAdminTextInputWidget},
    }

    @property
    def media(self) -> Media:
        """Return the sheets and scripts of the model's pages."""
        found = super().media
        return Media(css=found._css, js=[path for path in found._js if not str(path).endswith(SLUG_SCRIPTS)])
