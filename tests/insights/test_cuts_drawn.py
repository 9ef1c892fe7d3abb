"""The chart of opportunities parts its zones where the installation does (Q6)."""

from typing import Any

import pytest

from insights.models import FichaCliente
from insights.modules.opportunities import Advice, Level, Opportunities, Opportunity, Zone
from insights.reports.charts import opportunities
from insights.reports.looking import ALL, Chosen
from tenants.display.formats import Formats

ONE = Opportunity("envíos", 12.5, 60.0, Level.MEDIUM, Zone.CRITICAL, (1,), Advice.SOLVE)


@pytest.mark.parametrize(
    ("demand", "impact", "end"), [(0, 0, 20), (10, 50, 20), (30, 80, 60), (100, 100, 100)]
)
def test_zones_end_where_the_settings_say(settings: Any, demand: int, impact: int, end: int) -> None:
    """Q6: any cut that may be set is drawn."""
    settings.DEMAND_CUT, settings.IMPACT_CUT = demand, impact
    chart = opportunities(Opportunities((ONE,)), 8, Chosen(FichaCliente(pk=1), ALL, None, None, None))
    assert (chart.x[1:], chart.y[1:]) == ((demand, end), (impact, 100))
    assert chart.svg(Formats()).count('stroke-dasharray="5 4"') == 2
