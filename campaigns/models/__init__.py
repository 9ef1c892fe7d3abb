"""What campaigns store: providers, accounts and money, scripts, campaigns, entries, calls, wishes, files."""

from campaigns.models.accounts import Account, AccountDay, LedgerRow
from campaigns.models.attempts import CallAttempt, CallRecord
from campaigns.models.bad_numbers import BadNumber
from campaigns.models.campaigns import Arm, Campaign, Tally
from campaigns.models.entries import Debt, Entry
from campaigns.models.files import (
    CampaignSettings,
    ClientFile,
    ColumnMapping,
    RowReport,
    StagedPerson,
    StagedRow,
    StagedWord,
)
from campaigns.models.providers import CallAlert, CallerNumber, Provider, ProviderEvent
from campaigns.models.scripts import Script, ScriptVersion
from campaigns.models.suppression_lists import SuppressionList
from campaigns.models.suppressions import Suppression

__all__ = [
    "Account",
    "AccountDay",
    "Arm",
    "BadNumber",
    "CallAlert",
    "CallAttempt",
    "CallRecord",
    "CallerNumber",
    "Campaign",
    "CampaignSettings",
    "ClientFile",
    "ColumnMapping",
    "Debt",
    "Entry",
    "LedgerRow",
    "Provider",
    "ProviderEvent",
    "RowReport",
    "Script",
    "ScriptVersion",
    "StagedPerson",
    "StagedRow",
    "StagedWord",
    "Suppression",
    "SuppressionList",
    "Tally",
]
