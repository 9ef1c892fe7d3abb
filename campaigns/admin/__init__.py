"""The door for staff: accounts, campaigns, people and calls, suppressions, scripts, providers, alerts."""

from campaigns.admin import (
    accounts,
    alerts,
    bad_numbers,
    calls,
    campaigns,
    empties,
    entries,
    money,
    providers,
    scripts,
    settings_page,
    suppression_lists,
    suppressions,
)

__all__ = [
    "accounts",
    "alerts",
    "bad_numbers",
    "calls",
    "campaigns",
    "empties",
    "entries",
    "money",
    "providers",
    "scripts",
    "settings_page",
    "suppression_lists",
    "suppressions",
]
