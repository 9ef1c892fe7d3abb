"""A campaign is made by staff: file, columns, preview, settings, forecast, launch."""

from campaigns.admin.wizard.pages import is_being_made, place_of, wizard_urls

__all__ = ["is_being_made", "place_of", "wizard_urls"]
