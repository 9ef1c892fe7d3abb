"""An organisation leaves: not while somebody is called there, whose answer would reach nobody (C17)."""

from django.utils.translation import ngettext

from campaigns.models import CallAttempt
from tenants.display.formats import reader
from tenants.rules import Refused


class CallsUnderWay(Refused):
    """Calls of the organisation are not settled."""

    code = "calls_under_way"


def check_no_calls() -> None:
    """Raise CallsUnderWay while the open tenant has calls whose end is not settled. One query."""
    count = CallAttempt.objects.open().count()
    if count:
        words = ngettext(
            "%(count)s call is under way there. Pause its campaigns and wait until it is settled.",
            "%(count)s calls are under way there. Pause its campaigns and wait until they are settled.",
            count,
        )
        raise CallsUnderWay(words % {"count": reader().number(count)}, count=count)
