"""Word by e-mail to a tenant's administrators and to the platform's staff; no address reaches a log (S19)."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from tenants.models import Member, User
from tenants.rules import Role

log = logging.getLogger(__name__)
# Returns subject and words in the language that is active when it is asked.
Message = Callable[[], tuple[str, str]]


def mail_admins(*, message: Message, but: Collection[UUID] = ()) -> int:
    """Send a message to the open tenant's administrators, unseen by each other; return to how many.

    Each reads it in their own language (W7); who may not enter any more is not told. `but` names those who do
    not want it.

    0 without a mail server (EMAIL_HOST), without administrators, or when the server took none of it; the log
    says which. The caller's transaction is held open meanwhile, so there should be none.
    """
    wanted = Member.objects.filter(role=Role.ADMIN, may_enter=True).exclude(pk__in=list(but))
    return _send(wanted.order_by("id").values_list("email", "language"), message)


def mail_staff(*, message: Message) -> int:
    """Send a message to the platform's staff in the same way. Public or owner's scope."""
    staff = User.objects.filter(is_staff=True, is_active=True)
    return _send(staff.order_by("id").values_list("email", "language"), message)


def _send(people: Iterable[tuple[str, str]], message: Message) -> int:
    to = _by_language(people)
    if not (settings.EMAIL_HOST and to):
        log.warning("mail: nobody is told: %s", "no EMAIL_HOST" if to else "nobody to write to")
        return 0
    # Each language for itself: a dead address in one would have the others told again and again.
    return sum(_send_in(language, addresses, message) for language, addresses in to.items())


def _send_in(language: str, addresses: list[str], message: Message) -> int:
    with translation.override(language):
        subject, words = message()
    try:
        EmailMessage(subject, words, settings.DEFAULT_FROM_EMAIL, bcc=addresses).send()
    except OSError as error:
        # smtplib's errors are among them, and their words hold addresses.
        log.warning("mail: not taken by the server: %s", type(error).__name__)
        return 0
    return len(addresses)


def _by_language(people: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the addresses by what their owners read; who never chose reads the installation's language."""
    found = defaultdict[str, list[str]](list)
    for address, language in people:
        found[language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE].append(address)
    return dict(found)
