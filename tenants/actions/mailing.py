"""Word by e-mail to a tenant's administrators and to the platform's staff; no address reaches a log (S19)."""

import logging
from collections.abc import Collection, Iterable
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from tenants.models import Member, User
from tenants.rules import Role

log = logging.getLogger(__name__)


def mail_admins(*, subject: str, words: str, but: Collection[UUID] = ()) -> int:
    """Send one message to the open tenant's administrators, unseen by each other; return to how many.

    `but` names those who do not want it.

    0 without a mail server (EMAIL_HOST), without administrators, or when the server did not take it; the log
    says which. The caller's transaction is held open meanwhile, so there should be none.
    """
    wanted = Member.objects.filter(role=Role.ADMIN).exclude(pk__in=list(but))
    return _send(wanted.order_by("id").values_list("email", flat=True), subject, words)


def mail_staff(*, subject: str, words: str) -> int:
    """Send one message to the platform's staff in the same way. Public or owner's scope."""
    staff = User.objects.filter(is_staff=True, is_active=True)
    return _send(staff.order_by("id").values_list("email", flat=True), subject, words)


def _send(addresses: Iterable[str], subject: str, words: str) -> int:
    to = list(addresses)
    if not (settings.EMAIL_HOST and to):
        log.warning("mail: nobody is told: %s", "no EMAIL_HOST" if to else "nobody to write to")
        return 0
    try:
        EmailMessage(subject, words, settings.DEFAULT_FROM_EMAIL, bcc=to).send()
    except OSError as error:
        # smtplib's errors are among them, and their words hold addresses.
        log.warning("mail: not taken by the server: %s", type(error).__name__)
        return 0
    return len(to)
