"""Charts drawn on the server as SVG: frozen values in, markup out; page and PDF show the same drawing.

Every chart has `svg(formats)` → SafeString, `table(formats)` → Table and `kind`, the CSS class of its size.
"""

from tenants.display.charts.bars import Bars
from tenants.display.charts.columns import Columns
from tenants.display.charts.doughnut import Doughnut
from tenants.display.charts.flags import Flag
from tenants.display.charts.lines import Lines
from tenants.display.charts.radar import Radar
from tenants.display.charts.scatter import Axis, Point, Scatter, Zones
from tenants.display.charts.spark import Spark
from tenants.display.charts.values import Category, Chart, Series, Table
from tenants.display.charts.waterfall import Waterfall

__all__ = [
    "Axis",
    "Bars",
    "Category",
    "Chart",
    "Columns",
    "Doughnut",
    "Flag",
    "Lines",
    "Point",
    "Radar",
    "Scatter",
    "Series",
    "Spark",
    "Table",
    "Waterfall",
    "Zones",
]
