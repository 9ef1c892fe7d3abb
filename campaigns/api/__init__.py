"""Doors for programs: accounts and their money, suppressions, campaigns, entries, calls, scripts."""
