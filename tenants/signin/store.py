"""Keep sessions with whose they are; end them by age and by idleness. Named by SESSION_ENGINE (S6)."""

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db.models import Q
from django.utils import timezone

from tenants.models import Session

# When the person came in, in seconds; no later change of the session moves its end.
BEGAN_AT = "began_at"


class SessionStore(db.SessionStore):
    """Django's own, on our table; `row` is what was found there."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return our model."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Write down whose it is; whatever changes a session is a use of it."""
        made = cast(Session, super().create_model_instance(data))
        number = data.get(SESSION_KEY)
        made.user_id, made.seen_at = UUID(number) if number else None, timezone.now()
        return made

    def get_expiry_date(self, **how: Any) -> datetime:
        """Count from the log-in, where there was one."""
        end: datetime = super().get_expiry_date(**how)
        began_at = self.get(BEGAN_AT)
        last = began_at and datetime.fromtimestamp(began_at + self.get_session_cookie_age(), end.tzinfo)
        return min(end, last) if last else end

    def load(self) -> dict[str, Any]:
        """Return what the session knows; of one that is over or idle nothing, and its key is forgotten."""
        now = timezone.now()
        awake = Q(user=None) | Q(seen_at__gt=now - idleness())
        living = Session.objects.filter(awake, session_key=self.session_key, expire_date__gt=now)
        self.row = living.first()
        if self.row is None:
            self._session_key = None
            return {}
        known: dict[str, Any] = self.decode(self.row.session_data)
        return known


def idleness() -> timedelta:
    """Return after how long without a person's doing a session is over."""
    return timedelta(minutes=settings.IDLE_MINUTES)
