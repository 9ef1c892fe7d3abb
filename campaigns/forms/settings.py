"""What staff choose about campaigns as a whole."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.actions.settings import LONGEST_KEPT_DAYS
from tenants.forms import WholeField


class CampaignSettingsForm(forms.Form):
    """How long what was said is kept, and when many failures are too many."""

    records_kept_days = WholeField(
        label=_("Days that transcripts and recordings are kept"),
        min_value=1,
        max_value=LONGEST_KEPT_DAYS,
        help_text=_("After that the nightly job forgets what was said; outcome, length and cost stay."),
    )
    many_failures_percent = WholeField(
        label=_("Alert from this share of failures, in percent"),
        min_value=1,
        max_value=100,
        help_text=_("Of at least 20 calls of a campaign within 15 minutes."),
    )
