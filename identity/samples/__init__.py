"""Synthetic fleets: drivers, leads, trips and claims with their truth beside. Files, never rows."""

from identity.samples.fleet import FleetTruth, write_fleet

__all__ = ["FleetTruth", "write_fleet"]
