"""What the viewers' home and the admin's overview say of campaigns."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.queries.choosing import Choice
from campaigns.queries.entry_rows import Step
from campaigns.queries.lookout import Lookout, lookout
from campaigns.queries.results import People, results, standing
from campaigns.reports import addresses
from campaigns.reports.attention import of_alerts
from tenants.display.formats import reader
from tenants.display.home import Attention, Change, Tile, Tone, Way
from tenants.display.tiles import HomePart
from tenants.queries import Principal

DAYS = 7
MOST = 100


def home_part(now: datetime, _who: Principal) -> HomePart:
    """Return what runs, a week's calls and contacts, what wants a look. One query, six or seven with any."""
    here = standing(choice=Choice())
    if not here.campaigns:
        return HomePart()
    choice, page = _week(now), addresses.dashboard()
    tiles = (Tile(_("Running campaigns"), here.running, page), *_tiles(choice))
    today = Way(_("Calls of today"), addresses.calls(start_date=choice.end, end_date=choice.end))
    attention = _attention(lookout(choice=Choice(), most=MOST), page)
    return HomePart(tiles=tiles, attention=attention, ways=(today,))


def _week(now: datetime) -> Choice:
    today = timezone.localdate(now)
    zone = timezone.get_current_timezone_name()
    return Choice(start=today - timedelta(days=DAYS - 1), end=today, zone=zone)


def _tiles(choice: Choice) -> tuple[Tile, Tile]:
    week, since = results(choice=choice), _("against the 7 days before")
    params = {"start_date": choice.start, "end_date": choice.end}
    calls = Change(week.now.calls, week.before.calls)
    return (
        Tile(_("Calls in 7 days"), week.now.calls, addresses.calls(**params), calls, since),
        _contact(week.now.people, week.before.people, since, params),
    )


def _contact(now: People, before: People, since: str, params: Mapping[str, object]) -> Tile:
    label, href = _("Contact rate in 7 days, %"), addresses.entries(**params, step=Step.REACHED)
    if now.contact is None or before.contact is None:
        return Tile(label, now.contact, href)
    is_same = now.contact == before.contact
    tone: Tone = "calm" if is_same else "good" if now.contact > before.contact else "bad"
    return Tile(label, now.contact, href, Change(now.contact, before.contact, tone), since)


def _attention(found: Lookout, page: str) -> tuple[Attention, ...]:
    alerts = tuple(of_alerts(found))
    if not found.held:
        return alerts
    count = len(found.held)
    words = ngettext(
        "%(campaigns)s campaign has people who wait for somebody",
        "%(campaigns)s campaigns have people who wait for somebody",
        count,
    )
    why = _("Money, a time zone or a decision is missing; the campaigns page says which.")
    return (*alerts, Attention(words % {"campaigns": reader().number(count)}, why, page))
