"""The shape of what people type on the pages of identity."""

from identity.forms.choices import MilestoneForms, SettingsForm, milestones_of
from identity.forms.files import COLUMN_LABELS, FleetUploadForm

__all__ = [
    "COLUMN_LABELS",
    "FleetUploadForm",
    "MilestoneForms",
    "SettingsForm",
    "milestones_of",
]
