"""Why something about a brand is not done."""

from django.utils.translation import gettext_lazy as _

from tenants.rules import RefusalKind, Refused


class NoSuchFicha(Refused):
    """There is no such brand here, or it is not the asker's to see."""

    code = "ficha_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such brand.")


class NoViewer(Refused):
    """The member administers and sees every brand; only viewers are bound."""

    code = "no_viewer"
    kind = RefusalKind.UNPROCESSABLE
    message = _("Only viewers are bound to brands; this person sees all of them.")


class AlreadyRunning(Refused):
    """An analysis of this brand waits or works already (N15)."""

    code = "already_running"
    message = _("An analysis of this brand is already waiting or running.")


class HasHistory(Refused):
    """The brand was analysed; what people said to it is never deleted (N6)."""

    code = "ficha_has_history"
    message = _("This brand was analysed already. Disable it instead of deleting it.")


class OnlyBrand(Refused):
    """Viewers are bound to this brand alone; bound to none, they would see every brand (Who)."""

    code = "ficha_only_of_viewers"
    message = _(
        "Some viewers see this brand alone, and without it they would see all. Bind them to another brand, "
        "or unbind them, first."
    )


class BadSchedule(Refused):
    """The crontab words or the zone cannot be read."""

    code = "schedule_invalid"
    kind = RefusalKind.UNPROCESSABLE
    message = _("Five words are needed: minute, hour, day, month, weekday; and a time zone that exists.")


class AnalysisFailed(Refused):
    """A run ended without an insight; its labels stay, and the next run goes on with them (N14)."""

    code = "analysis_failed"

    def __init__(self, code: str, message: object) -> None:
        super().__init__(message)
        self.code = code
