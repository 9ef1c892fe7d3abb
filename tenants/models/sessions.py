"""Who came in by which proof, and the sessions of the pages, each with when it was last used."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models.numbering import new_id
from tenants.models.people import User
from tenants.rules import Proof

PROOFS = [
    (Proof.PASSWORD.value, _("Password alone")),
    (Proof.APP.value, _("Authenticator app")),
    (Proof.PASSKEY.value, _("Passkey")),
    (Proof.RECOVERY_CODE.value, _("Recovery code")),
]


class Session(AbstractBaseSession):
    """What a browser's cookie stands for. `tenants.signin.store` writes it, under the public role (S2)."""

    # Nobody's before the log-in.
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions", verbose_name=_("user"))
    # Some minutes coarse: no request writes only because it came.
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")


class LogIn(models.Model):
    """One log-in, on the pages or by a program. Kept for 90 days (S8, S19); never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("when"), db_default=Now(), db_index=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="log_ins", verbose_name=_("user"))
    proof = models.CharField(_("proved by"), max_length=20, choices=PROOFS)
    is_program = models.BooleanField(_("program"))
    # A browser and its system, or a program, in a word or two.
    agent = models.CharField(_("browser or program"), max_length=60, blank=True, default="")
    address = models.CharField(_("address"), max_length=45, blank=True, default="")

    class Meta:
        verbose_name = _("log-in")
        verbose_name_plural = _("log-ins")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_proof_display()}"
