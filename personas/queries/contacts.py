"""What can be asked about contacts: lists, one with its history, their checksum."""

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from personas.models import Contact, ContactEmail, Persona
from personas.models.contacts import search_words
from personas.rules import company_key
from tenants.rules import RefusalKind, Refused

# Every fact of every contact but its number and its moments, so that two imports can be compared.
CHECKSUM = """
    SELECT count(*), coalesce(md5(string_agg(fact, E'\\n' ORDER BY fact COLLATE "C")), '')
      FROM (SELECT jsonb_build_array(
                   c.first_name, c.last_name, c.job_title, t.normalized, c.linkedin_url, c.phone,
                   c.first_connected_on_linkedin, c.source, p.code, cp.keyword_text, cp.locked,
                   cp.assigned_manually,
                   (SELECT string_agg(concat(e.address, e.is_primary), ',' ORDER BY e.address COLLATE "C")
                      FROM personas_contactemail e WHERE e.contact_id = c.id),
                   (SELECT string_agg(concat(o.name, o.is_primary), ',' ORDER BY o.key COLLATE "C")
                      FROM personas_contactcompany o WHERE o.contact_id = c.id))::text AS fact
              FROM personas_contact c
              LEFT JOIN personas_jobtitle t ON t.id = c.title_id
              LEFT JOIN personas_contactpersona cp ON cp.contact_id = c.id
              LEFT JOIN personas_persona p ON p.id = cp.persona_id) AS facts
"""


class NoContacts(Refused):
    """There is nothing to report of: no contact has come yet, or none from the source chosen."""

    code = "no_contacts"
    kind = RefusalKind.CONFLICT
    message = _("There are no contacts here yet: nothing to hand over.")


class UnknownContact(Refused):
    """There is no such contact in this tenant."""

    code = "contact_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such contact.")


@dataclass(frozen=True, slots=True)
class Checksum:
    """How many contacts there are and the digest of all they say."""

    contacts: int
    digest: str


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """Which contacts are asked for; empty values ask for all."""

    persona: str = ""
    text: str = ""
    company: str = ""
    title: str | None = None
    source: str = ""
    keyword: str = ""
    held: bool | None = None


@dataclass(frozen=True, slots=True)
class ContactsPage:
    """One page of contacts; `before` finds the next one, None at the end."""

    contacts: list[Contact]
    before: int | None


def contacts(*, chosen: ContactFilter | None = None) -> QuerySet[Contact]:
    """Return contacts with persona and normalised title, e-mails and companies: three queries a page."""
    found = Contact.objects.select_related("title", "classification__persona")
    found = found.prefetch_related("emails", "companies")
    return narrowed(found, chosen or ContactFilter())


def contacts_page(*, chosen: ContactFilter, before: int | None, size: int) -> ContactsPage:
    """Return a page of contacts, newest first, walked by id (W10). Three queries."""
    found = contacts(chosen=chosen).order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: size + 1])
    return ContactsPage(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def contact(*, contact_id: int) -> Contact:
    """Return one contact with all that lists show. Three queries. Raises UnknownContact."""
    found = contacts().filter(pk=contact_id).first()
    if found is None:
        raise UnknownContact(contact=str(contact_id))
    return found


def contacts_checksum() -> Checksum:
    """Return the digest of all contacts, equal however often the import that made them was interrupted."""
    with connection.cursor() as cursor:
        cursor.execute(CHECKSUM)
        return Checksum(*cursor.fetchone())


def narrowed(found: QuerySet[Contact], chosen: ContactFilter) -> QuerySet[Contact]:
    """Return those of `found` that a filter chooses."""
    exact = {
        "classification__keyword_text": chosen.keyword,
        "companies__key": company_key(chosen.company),
        "source": chosen.source,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if chosen.persona:
        # By id, not by a join, so that the index of (persona, contact) gives the page without a sort.
        wanted = Persona.objects.filter(code=chosen.persona).values("id")[:1]
        found = found.filter(classification__persona_id=wanted)
    if chosen.title is not None:
        found = found.filter(title__normalized=chosen.title)
    if chosen.held is not None:
        by_hand = Q(classification__locked=True) | Q(classification__assigned_manually=True)
        found = found.filter(by_hand if chosen.held else ~by_hand)
    return _containing(found, chosen.text.strip())


def _containing(found: QuerySet[Contact], text: str) -> QuerySet[Contact]:
    """Narrow to words of name and title by their beginning; with an @, to the beginning of an e-mail."""
    if not text:
        return found
    if "@" in text:
        owners = ContactEmail.objects.filter(address__startswith=text.lower()).values("contact")
        return found.filter(pk__in=owners)
    words = re.findall(r"[^\W_]+", _plain(text))
    if not words:
        return found.none()
    wanted = SearchQuery(" & ".join(f"{word}:*" for word in words[:8]), config="simple", search_type="raw")
    return found.alias(words=search_words()).filter(words=wanted)


def _plain(text: str) -> str:
    return text.lower().translate(str.maketrans("áéíóúüñàèìòùâêôãõç", "aeiouunaeiouaeoaoc"))
