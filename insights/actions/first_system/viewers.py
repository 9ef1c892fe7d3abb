"""People of the first social system: members here are bound to their brand, nobody comes in (F11, S6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from insights.actions.first_system.past import History, PastReason, id_of
from insights.actions.first_system.values import Unreadable, first_of, text_of
from insights.models import FichaCliente, FichaViewer
from insights.permissions import is_bound
from personas.actions.first_system.documents import Read
from tenants.models import Member
from tenants.records.rules import Fate, Taken

EMAIL = ("email", "correo", "username")
FICHA = ("ficha_cliente_id", "ficha_id")


@dataclass(frozen=True, slots=True)
class Person:
    """An address, and the brand that it belonged to."""

    email: str
    ficha: str


class Viewers(History[Person]):
    """Who read what. Accounts, roles and passwords do not come over."""

    name = "users"
    found_as = ("users", "user", "usuarios")
    fields: Mapping[str, str] = {
        "id": "source id",
        **dict.fromkeys(EMAIL, "the member here, by the same address"),
        **dict.fromkeys(FICHA, "the brand that the viewer is bound to"),
    }

    def read(self, fields: Mapping[str, Any]) -> Person:
        """Return the person of a row."""
        try:
            email = text_of(first_of(fields, *EMAIL), longest=254).lower()
        except Unreadable:
            email = ""
        return Person(email, id_of(first_of(fields, *FICHA)))

    def decide(self, read: Sequence[Read[Person]]) -> list[Taken]:
        """Bind each member who is a viewer here."""
        fichas = self.fichas_of(one.record.ficha for one in read)
        emails = {one.record.email for one in read} - {""}
        members = {one.email.lower(): one for one in Member.objects.all() if one.email.lower() in emails}
        return [self._take(one, members.get(one.record.email), fichas) for one in read]

    def _take(self, one: Read[Person], member: Member | None, fichas: Mapping[str, FichaCliente]) -> Taken:
        if member is None:
            return one.settled(Fate.SKIPPED, reason=str(PastReason.NO_MEMBER))
        if not is_bound(member.role):
            return one.settled(Fate.SKIPPED, reason=str(PastReason.NO_VIEWER))
        ficha = fichas.get(one.record.ficha)
        if ficha is None:
            return one.settled(Fate.ERROR, reason=str(PastReason.FICHA_UNKNOWN))
        if not self.session.dry_run:
            FichaViewer.objects.get_or_create(
                ficha=ficha, member=member.pk, defaults={"created_by": self.session.by}
            )
        return one.settled(Fate.UPDATED, target=str(member.pk))
