"""Pages of campaigns: everybody of the tenant looks, nothing here changes anything."""

from campaigns.views.campaign import campaign
from campaigns.views.dashboard import dashboard
from campaigns.views.entry import entry
from campaigns.views.files import calls_file, campaign_report, entries_file, report
from campaigns.views.lists import calls, entries

__all__ = [
    "calls",
    "calls_file",
    "campaign",
    "campaign_report",
    "dashboard",
    "entries",
    "entries_file",
    "entry",
    "report",
]
