"""Chance for the samples of every app."""
