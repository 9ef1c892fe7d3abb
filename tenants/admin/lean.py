"""Which scripts does a page of the administration bring in? Those that it needs."""

from django.forms import Media
from unfold.admin import ModelAdmin

# They write slugs while one types a title: 50 KB, and no form of ours has a slug to write.
SLUG_SCRIPTS = ("/urlify.js", "/prepopulate.js", "/xregexp.js", "/xregexp.min.js")


class LeanModelAdmin(ModelAdmin):
    """The theme's base without scripts that nothing asks for."""

    @property
    def media(self) -> Media:
        """Return the sheets and scripts of the model's pages."""
        found = super().media
        return Media(css=found._css, js=[path for path in found._js if not str(path).endswith(SLUG_SCRIPTS)])
