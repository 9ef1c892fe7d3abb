"""What a model's tokens cost, as read on a day; what is not listed is unknown, never free (N11, N13).

Source: the public price lists, read 2026-06; MINGA_MODEL_PRICES adds others and replaces these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings

from insights.labelling.asked import Usage

A_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens: sent, sent and still known to the server, written."""

    tokens_in: Decimal
    tokens_cached: Decimal
    tokens_out: Decimal
    read_on: date


_JUNE = date(2026, 6, 30)
PRICES: Mapping[str, Price] = {
    "gpt-4o-mini": Price(Decimal("0.15"), Decimal("0.075"), Decimal("0.60"), _JUNE),
    "gpt-5.4-nano": Price(Decimal("0.20"), Decimal("0.02"), Decimal("1.25"), _JUNE),
    "gpt-5.4-mini": Price(Decimal("0.75"), Decimal("0.075"), Decimal("4.50"), _JUNE),
    "gpt-5.6-luna": Price(Decimal("1.00"), Decimal("0.10"), Decimal("6.00"), _JUNE),
}


def known_prices() -> dict[str, Price]:
    """Return the prices of this installation by model: the listed ones, and over them its own."""
    return {**PRICES, **{model: Price(*told) for model, told in settings.MODEL_PRICES.items()}}


def cost_of(usage: Usage, *, model: str) -> Decimal | None:
    """Return US dollars; None when the price is unknown. A dated name costs as its model."""
    prices = known_prices()
    price = prices.get(model) or next(
        (prices[name] for name in prices if model.startswith(f"{name}-20")), None
    )
    if price is None:
        return None
    fresh = usage.tokens_in - usage.tokens_cached
    spent = (
        fresh * price.tokens_in
        + usage.tokens_cached * price.tokens_cached
        + usage.tokens_out * price.tokens_out
    )
    return spent / A_MILLION
