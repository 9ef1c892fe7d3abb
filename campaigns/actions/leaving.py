"""An organisation leaves: not while somebody is called there, whose answer would reach nobody (C17)."""

from django.utils.translation import ngettext

from campaigns.models import CallAttempt
from tenants.rules import Refused


class CallsUnderWay(Refused):
    """Calls of the organisation are not settled."""

    code = "calls_under_way"


def check_no_calls() -> None:
    """Raise CallsUnderWay while the open tenant has calls whose end is not settled. One query."""
    count = CallAttempt.objects.open().count()
    if count:
        words = ngettext(
            "%(count)d call is under way there. Pause its campaigns and wait until it is settled.",
            "%(count)d calls are under way there. Pause its campaigns and wait until they are settled.",
            count,
        )
        raise CallsUnderWay(words % {"count": count}, count=count)
