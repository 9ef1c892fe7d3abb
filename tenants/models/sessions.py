"""Sessions of the pages, each with whose it is and when it was last used."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models.people import User


class Session(AbstractBaseSession):
    """What a browser's cookie stands for. `tenants.signin.store` writes it, under the public role (S2)."""

    # Nobody's before the log-in.
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions", verbose_name=_("user"))
    # Some minutes coarse: no request writes only because it came.
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
