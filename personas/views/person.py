"""What personas tell about a person: which contacts it is, their persona and why, every change (W1)."""

from collections.abc import Collection, Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from personas import actions, queries
from personas.models import Contact
from personas.models.contacts import CAUSE_LABELS
from personas.queries.histories import changes_of_many
from personas.queries.persons import contacts_by_number, contacts_known_by
from tenants.display.persons import (
    MOST_ROWS,
    Asked,
    Event,
    Fact,
    Held,
    Key,
    KeyKind,
    Part,
    Section,
    Source,
    email_key,
    phone_key,
)
from tenants.intake import is_number

CONTACT = "contact"
MOST_CHANGES = 100


def find(_of: str, row: str, asked: Asked) -> Sequence[Held]:
    """Return a contact. Three queries."""
    numbers = [int(row)] if is_number(row) else []
    return [_held(one, asked) for one in contacts_by_number(numbers=numbers)]


def holders(keys: Collection[Key], asked: Asked) -> Sequence[Held]:
    """Return the contacts with one of these e-mails or phones. Four queries."""
    emails = [key.value for key in keys if key.kind is KeyKind.EMAIL]
    phones = [text for key in keys if key.kind is KeyKind.PHONE for text in _written(key.value)]
    found = contacts_known_by(emails=emails, phones=phones, most=MOST_ROWS)
    return [_held(one, asked) for one in found]


def tell(rows: Sequence[Held], _keys: Collection[Key], _asked: Asked) -> Part:
    """Tell each contact's persona and why, and all changes. Six queries; none for nobody."""
    if not rows:
        return Part()
    found = contacts_by_number(numbers=[int(one.row) for one in rows])
    return Part([_section(one) for one in found], list(_events(found)))


def _written(phone: str) -> tuple[str, str]:
    """Return how a number may stand there: as the API writes it, as older systems did."""
    return phone, phone.removeprefix("+")


def _held(one: Contact, asked: Asked) -> Held:
    keys = {email_key(mail.address) for mail in one.emails.all()} | {_phone(one.phone, asked.country)}
    return Held(
        of=CONTACT,
        row=str(one.pk),
        what=_("Contact"),
        name=str(one),
        href=reverse("personas:contact", args=[one.pk]),
        group=str(one.pk),
        keys=frozenset(key for key in keys if key),
    )


def _phone(text: str, country: str) -> Key | None:
    is_bare = text.isdecimal() and len(text) > 10
    return phone_key(f"+{text}" if is_bare else text, country=country) if text else None


def _section(one: Contact) -> Section:
    href = reverse("personas:contact", args=[one.pk])
    return Section(CONTACT, _("Contact: %s") % one, list(_facts(one, href)), href)


def _facts(one: Contact, href: str) -> Iterator[Fact]:
    kept = getattr(one, "classification", None)
    yield Fact(
        "persona", pgettext("buyers", "Persona"), kept.persona.name if kept else _("Not classified yet.")
    )
    yield Fact("why", _("Why"), _why(one), f"{href}#why")
    yield Fact("job_title", _("Job title"), one.job_title)
    yield Fact("company", _("Company"), ", ".join(company.name for company in one.companies.all()))
    yield Fact("email", _("E-mail"), ", ".join(mail.address for mail in one.emails.all()))
    yield Fact("phone", _("Phone"), one.phone)
    yield Fact("source", _("Source"), one.source)


def _why(one: Contact) -> str:
    kept = getattr(one, "classification", None)
    if kept is not None and kept.is_held:
        return _("A person decided it, so no job and no import changes it.")
    return actions.explain(actions.classify_job_title(one.job_title))


def _events(found: Sequence[Contact]) -> Iterator[Event]:
    names = {persona.code: persona.name for persona in queries.personas()}
    for one in found:
        came = _("Came as a contact")
        yield Event(one.created_at, "personas", "contact_created", came, one.source, _page(one.pk))
    for change in changes_of_many(contacts=[one.pk for one in found], limit=MOST_CHANGES):
        new, old = names.get(change.new, change.new), names.get(change.old, change.old)
        what = _("Persona: %s") % (f"{old} → {new}" if old else new)
        cause = str(CAUSE_LABELS.get(change.cause, change.cause))
        keyword = _("“%(text)s”") % {"text": change.keyword_text}
        detail = f"{cause} · {keyword}" if change.keyword_text else cause
        yield Event(change.at, "personas", "persona_changed", what, detail, _page(change.contact))


def _page(contact: int) -> str:
    return f"{reverse('personas:contact', args=[contact])}#history"


source = Source(frozenset({CONTACT}), find, holders, tell, position=20)
