"""The addresses of the wizard."""

from typing import Any

from django.urls import URLPattern, path

from campaigns.admin.wizard.columns import columns_page, preview_page, rejected_page
from campaigns.admin.wizard.files import file_page, new_page
from campaigns.admin.wizard.launching import forecast_page, reading_part, refused_page
from campaigns.admin.wizard.settings import settings_page
from campaigns.admin.wizard.steps import is_being_made, place_of

__all__ = ["is_being_made", "place_of", "wizard_urls"]

PAGES = {
    "file": file_page,
    "columns": columns_page,
    "preview": preview_page,
    "preview/rejected": rejected_page,
    "settings": settings_page,
    "forecast": forecast_page,
    "forecast/reading": reading_part,
    "forecast/refused": refused_page,
}


def wizard_urls(site: Any) -> list[URLPattern]:
    """Return the routes of the wizard, behind the guard of an admin site."""
    guard = site.admin_view
    pages = [
        path(f"<int:number>/{route}/", guard(view), name=f"campaigns_campaign_{route.rpartition('/')[2]}")
        for route, view in PAGES.items()
    ]
    return [path("new/", guard(new_page), name="campaigns_campaign_new"), *pages]
