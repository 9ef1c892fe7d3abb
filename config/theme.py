"""How the administrations look: settings of their theme."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Minga",
    "SITE_HEADER": "Minga",
    "SITE_SYMBOL": "hub",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: "/static/minga/favicon.svg"}
    ],
    # The palette's answers are our own (tenants/admin/palette.py); a history keeps names in the browser.
    "COMMAND": {"search_models": False, "show_history": False},
    "SIDEBAR": {"show_search": True, "command_search": True},
}
