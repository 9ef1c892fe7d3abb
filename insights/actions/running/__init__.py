"""Runs: asked for, worked on, ended (N14, N15)."""

from insights.actions.running.ending import settle_run
from insights.actions.running.labels import brand_of
from insights.actions.running.starting import start_analysis
from insights.actions.running.work import analyze, has_news

__all__ = ["analyze", "brand_of", "has_news", "settle_run", "start_analysis"]
