"""Values, charts and bars in templates, as this page's reader writes them (`formats` of the context; W7)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.db.models import DateField, DateTimeField, DecimalField, Field, FloatField, IntegerField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tenants.display.charts import Chart, Spark
from tenants.display.context_processors import ROLES
from tenants.display.formats import NOTHING, Formats, Number, aware
from tenants.display.home import Change
from tenants.display.progress import STATES, Bar, bar_of

register = template.Library()
NUMBERS = (IntegerField, DecimalField, FloatField)


def _formats(context: template.Context) -> Formats:
    found = context.get("formats")
    return found if isinstance(found, Formats) else Formats()


@register.simple_tag(takes_context=True)
def number(context: template.Context, value: Number | None, decimals: int | None = None) -> str:
    """Write a number; a dash for None."""
    return NOTHING if value is None else _formats(context).number(value, decimals)


@register.simple_tag(takes_context=True)
def percent(context: template.Context, ratio: Number | None, decimals: int = 1) -> str:
    """Write a ratio as per cent; a dash for None."""
    return NOTHING if ratio is None else _formats(context).percent(ratio, decimals)


@register.simple_tag(takes_context=True)
def money(context: template.Context, amount: Number | None, currency: str = "") -> str:
    """Write money; a dash for None."""
    return NOTHING if amount is None else _formats(context).money(amount, currency)


@register.simple_tag(takes_context=True)
def day(context: template.Context, value: date | None) -> SafeString | str:
    """Write a day as a <time>; a dash for None."""
    if value is None:
        return NOTHING
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), _formats(context).day(value))


@register.simple_tag(takes_context=True)
def moment(context: template.Context, value: datetime | str | None) -> SafeString | str:
    """Write a local day and time, exact with its zone on hover; a dash for None."""
    return _time(context, value, lambda formats, at: formats.moment(at))


@register.simple_tag(takes_context=True)
def ago(context: template.Context, value: datetime | str | None) -> SafeString | str:
    """Write how long ago or ahead, exact with its zone on hover (W5); a dash for None."""
    return _time(context, value, lambda formats, at: formats.ago(at, timezone.now()))


@register.simple_tag(takes_context=True)
def duration(context: template.Context, span: timedelta | float | None) -> str:
    """Write a length of time, given as timedelta or seconds; a dash for None."""
    if span is None:
        return NOTHING
    return _formats(context).duration(span if isinstance(span, timedelta) else timedelta(seconds=span))


@register.simple_tag(takes_context=True)
def change(context: template.Context, value: Change) -> str:
    """Write a change against the period before, signed."""
    return value.words(_formats(context))


@register.filter
def state_label(state: str) -> str:
    """Name a job's state in the reader's language."""
    return str(STATES.get(state, state))


@register.filter
def role_label(role: str) -> str:
    """Name a role in the reader's language."""
    return str(ROLES.get(role, role))


@register.simple_tag(takes_context=True)
def read_progress(context: template.Context, progress: Mapping[str, Any] | object) -> Bar:
    """Read progress in the shape of W2 as what a bar shows."""
    return bar_of(progress, formats=_formats(context), now=timezone.now())


@register.simple_tag(takes_context=True)
def spark(context: template.Context, value: Spark) -> SafeString:
    """Draw a spark line alone; its tile says the figures."""
    return value.svg(_formats(context))


@register.inclusion_tag("display/chart.html", takes_context=True)
def chart(context: template.Context, figure: Chart, level: int = 2) -> dict[str, Any]:
    """Draw a chart in its card: heading, picture in a scroll box, and its data as a table."""
    formats = _formats(context)
    return {
        "chart": figure,
        "drawing": figure.svg(formats),
        "narrow": figure.narrow(formats),
        "table": figure.table(formats),
        "heading": f"h{min(6, max(2, level))}",
    }


@register.simple_tag(takes_context=True)
def stored_value(context: template.Context, field: Any) -> SafeString | str:
    """Write a read-only moment, day or number of a form by country (W7); "" leaves it to the theme."""
    stored, _attribute, value = getattr(field, "resolved_field", None) or (None, None, None)
    if value is None or not isinstance(stored, Field) or stored.primary_key or stored.choices:
        return ""
    formats = _formats(context)
    if isinstance(stored, DateTimeField):
        return _time(context, value, lambda known, at: known.moment(at))
    if isinstance(stored, DateField):
        return formats.day(value)
    return formats.stored(value) if isinstance(stored, NUMBERS) else ""


def _time(context: template.Context, value: datetime | str | None, words: Any) -> SafeString | str:
    at, formats = aware(value), _formats(context)
    if at is None:
        return NOTHING
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), formats.exact(at), words(formats, at)
    )
