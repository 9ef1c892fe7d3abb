"""Synthetic fleets: drivers, leads, trips and claims with their truth beside. Files, never rows."""

from identity.samples.fleet import FleetTruth, write_fleet
from identity.samples.passing import let_days_pass

__all__ = ["FleetTruth", "let_days_pass", "write_fleet"]
