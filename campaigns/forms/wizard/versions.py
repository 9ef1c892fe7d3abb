"""Which versions of scripts a campaign speaks by, and how often each: one, or the arms of an A/B (V9)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from campaigns.models import ScriptVersion
from campaigns.scripting import read_script
from tenants.forms import WholeField


class VersionsForm(forms.Form):
    """A weight for each version that may be spoken; empty leaves it out."""

    def __init__(
        self,
        *args: Any,
        versions: Sequence[ScriptVersion],
        weights: Mapping[int, int],
        **keyword: Any,
    ) -> None:
        super().__init__(*args, **keyword)
        self.versions = versions
        for version in versions:
            self.fields[_name(version.pk)] = WholeField(
                label=_("%(name)s, version %(number)d")
                % {"name": version.script.name, "number": version.number},
                required=False,
                min_value=0,
                initial=weights.get(version.pk, ""),
                help_text=_needs(version),
                widget=UnfoldAdminTextInputWidget(attrs={"size": "5"}),
            )

    def weights(self) -> dict[int, int]:
        """Return the weight of each chosen version by its id."""
        given = {one.pk: self.cleaned_data.get(_name(one.pk)) for one in self.versions}
        return {version: weight for version, weight in given.items() if weight}

    def place_of(self, pointer: str) -> str | None:
        """Return the field that a refusal speaks of, None for all of them."""
        name = f"version_{pointer.rpartition('/')[2]}"
        return name if name in self.fields else None


def _name(version: int) -> str:
    return f"version_{version}"


def _needs(version: ScriptVersion) -> str:
    names = read_script(version.text, version.variables).needed
    return _("Needs: %(names)s.") % {"names": ", ".join(names)} if names else ""
