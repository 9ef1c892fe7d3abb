"""The live board of a campaign: how far it is, who is in a call, what it costs, why others are not called."""

from campaigns.admin.board.pages import address_of, board_urls

__all__ = ["address_of", "board_urls"]
