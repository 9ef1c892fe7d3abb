"""What staff type to make a campaign: a file, its columns, hours, retries, caps, scripts."""

from campaigns.forms.wizard.columns import ColumnsForm
from campaigns.forms.wizard.files import FileForm, NewFileForm
from campaigns.forms.wizard.settings import SettingsForm
from campaigns.forms.wizard.versions import VersionsForm

__all__ = ["ColumnsForm", "FileForm", "NewFileForm", "SettingsForm", "VersionsForm"]
