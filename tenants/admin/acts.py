"""What people come to do most: one link away on the overview, and by name in the palette."""

from dataclasses import dataclass

from django.utils.functional import Promise

from tenants.permissions import Capability


@dataclass(frozen=True, slots=True)
class Act:
    """A form or a page of work; `route` is its whole name ("admin:personas_diagnose"), without parameters."""

    label: str | Promise
    route: str
    icon: str
    position: int = 50
    capability: Capability = Capability.EDIT
