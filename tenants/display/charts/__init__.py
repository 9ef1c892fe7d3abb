"""Charts drawn on the server as SVG: frozen values in, markup out; page and PDF show the same drawing.

Every chart has `svg(formats)` → SafeString, `table(formats)` → Table and `kind`, the CSS class of its size.
"""

from tenants.display.charts.bars import Bars
from tenants.display.charts.doughnut import Doughnut
from tenants.display.charts.lines import Lines
from tenants.display.charts.spark import Spark
from tenants.display.charts.values import Category, Chart, Series, Table

__all__ = ["Bars", "Category", "Chart", "Doughnut", "Lines", "Series", "Spark", "Table"]
