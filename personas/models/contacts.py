"""Contacts, the dictionary of their titles, and which persona each one has."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from personas.models.numbers import number_field
from personas.models.rulesets import GROWTH, Keyword, Persona
from personas.rules import (
    COMPANY_LENGTH,
    EMAIL_LENGTH,
    FIRST_NAME_LENGTH,
    JOB_TITLE_LENGTH,
    KEYWORD_LENGTH,
    LAST_NAME_LENGTH,
    PROFILE_URL_LENGTH,
    ChangeCause,
)

SOURCE_LENGTH = 100
PHONE_LENGTH = 32
# How people read why a persona changed (R8).
CAUSE_LABELS = {
    "import": _("import"),
    "title": _("new title"),
    "manual": _("by hand"),
    "qualify": _("qualified"),
    "discard": _("discarded"),
    "reclassification": _("reclassification"),
    "undo": _("undone"),
    "merge": _("merged"),
}


class SearchWords(models.Func):
    """The words a contact is found by, without case and accents; its index holds the same."""

    template = (
        "to_tsvector('simple'::regconfig, translate(lower(%(expressions)s), 'áéíóúüñàèìòùâêôãõç', "
        "'aeiouunaeiouaeoaoc'))"
    )
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()


def search_words() -> SearchWords:
    """Return the words of names and title."""
    return SearchWords(F("first_name"), F("last_name"), F("job_title"))


class JobTitle(models.Model):
    """A distinct normalised title. "" is one too: what has no title is known to have none.

    Persona, keyword and revision are those of the last classification of this title, None before the first.
    """

    id = number_field()
    normalized = models.CharField(_("normalised"), max_length=GROWTH * JOB_TITLE_LENGTH)
    contacts_count = models.PositiveIntegerField(_("contacts"), default=0)
    # Not indexed: the column changes with every rule, and questions start from ContactPersona.
    persona = models.ForeignKey(
        Persona, models.SET_NULL, null=True, db_index=False, related_name="+", verbose_name=_("persona")
    )
    keyword_text = models.CharField(_("keyword"), max_length=KEYWORD_LENGTH, blank=True, default="")
    revision = models.BigIntegerField(_("ruleset revision"), default=0)

    class Meta:
        verbose_name = _("job title")
        verbose_name_plural = _("job titles")
        ordering = ["-contacts_count", "id"]
        # One entry a title; not unique=True, which would add a second index for LIKE.
        constraints = [models.UniqueConstraint(fields=["normalized"], name="job_title_once")]
        indexes = [
            # Which titles does a new or removed keyword touch?
            GinIndex(SearchVector("normalized", config="simple"), name="job_title_words"),
        ]

    def __str__(self) -> str:
        return self.normalized


class Contact(models.Model):
    """A person a team may sell to. Who the person is to us stands apart, in ContactPersona."""

    id = number_field()
    first_name = models.CharField(_("first name"), max_length=FIRST_NAME_LENGTH, blank=True, default="")
    last_name = models.CharField(_("last name"), max_length=LAST_NAME_LENGTH, blank=True, default="")
    job_title = models.CharField(_("job title"), max_length=JOB_TITLE_LENGTH, blank=True, default="")
    # None: not normalised yet (R10).
    title = models.ForeignKey(
        JobTitle,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="contacts",
        verbose_name=_("job title"),
    )
    linkedin_url = models.CharField(
        _("LinkedIn profile"), max_length=PROFILE_URL_LENGTH, blank=True, default=""
    )
    phone = models.CharField(_("phone"), max_length=PHONE_LENGTH, blank=True, default="")
    first_connected_on_linkedin = models.DateField(_("connected on LinkedIn"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=SOURCE_LENGTH, blank=True, default="")
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-id"]
        constraints = [
            # L6: a profile address is one person, whoever imports at the same moment.
            models.UniqueConstraint(
                fields=["linkedin_url"], name="contact_profile_once", condition=~Q(linkedin_url="")
            ),
        ]
        indexes = [
            # Trend lines by month of connection.
            models.Index(
                fields=["first_connected_on_linkedin"],
                name="contact_connected_on",
                condition=Q(first_connected_on_linkedin__isnull=False),
            ),
            # A title's contacts in an order that a chunk can go on from; also those without a copy (R10).
            models.Index(fields=["title", "id"], name="contact_of_title"),
            # Whose is this number? Imports of connections know none, so most contacts are not in it.
            models.Index(fields=["phone"], name="contact_phone", condition=~Q(phone="")),
            # The list's text filter.
            GinIndex(search_words(), name="contact_words"),
        ]

    def __str__(self) -> str:
        return self.name or self.linkedin_url or str(self.pk)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class ContactEmail(models.Model):
    """An address that names one contact; the first one known is primary."""

    id = number_field()
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="emails", verbose_name=_("contact"))
    address = models.EmailField(_("e-mail"), max_length=EMAIL_LENGTH, unique=True)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["-is_primary", "id"]
        constraints = [
            # L6 matches by equality: an upper-case copy would be a second person.
            models.CheckConstraint(condition=Q(address=Lower("address")), name="contact_email_lower"),
            # "The" address of a contact is one.
            models.UniqueConstraint(
                fields=["contact"], name="contact_email_one_primary", condition=Q(is_primary=True)
            ),
        ]

    def __str__(self) -> str:
        return self.address


class ContactCompany(models.Model):
    """A company a contact works or worked for. `key` is the name without case, what equal companies share."""

    id = number_field()
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="companies", verbose_name=_("contact"))
    name = models.CharField(_("company"), max_length=COMPANY_LENGTH)
    key = models.CharField(max_length=GROWTH * COMPANY_LENGTH, editable=False)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["-is_primary", "id"]
        constraints = [
            # The same company twice says nothing new.
            models.UniqueConstraint(fields=["contact", "key"], name="contact_company_once"),
            # "The" company of a contact is one.
            models.UniqueConstraint(
                fields=["contact"], name="contact_company_one_primary", condition=Q(is_primary=True)
            ),
        ]
        # "Contacts of this company", and the top companies.
        indexes = [models.Index(fields=["key"], name="contact_company_key")]

    def __str__(self) -> str:
        return self.name


class ContactPersona(models.Model):
    """Which persona a contact has, and why. Narrow, because a change of rules rewrites many of these."""

    contact = models.OneToOneField(
        Contact, models.CASCADE, primary_key=True, related_name="classification", verbose_name=_("contact")
    )
    persona = models.ForeignKey(
        Persona, models.PROTECT, db_index=False, related_name="holders", verbose_name=_("persona")
    )
    # The contact's own, again: a reclassification reads this narrow table alone. Whoever writes the one
    # writes the other (contact_rows); the constraint is the contact's.
    title = models.ForeignKey(
        JobTitle,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        editable=False,
        related_name="+",
        verbose_name=_("job title"),
    )
    # No constraint: the winning keyword may go, its text stays as the reason.
    keyword = models.ForeignKey(
        Keyword,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("keyword"),
    )
    keyword_text = models.CharField(_("keyword"), max_length=KEYWORD_LENGTH, blank=True, default="")
    locked = models.BooleanField(_("locked"), default=False)
    assigned_manually = models.BooleanField(_("assigned by hand"), default=False)
    locked_at = models.DateTimeField(_("locked at"), null=True)
    locked_by = models.UUIDField(_("locked by"), null=True)
    reclassified_at = models.DateTimeField(_("reclassified at"), null=True)
    reclassified_by_job = models.UUIDField(_("reclassified by job"), null=True)

    class Meta:
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")
        constraints = [
            # A decision of a person says who took it and when (P7).
            models.CheckConstraint(
                condition=Q(
                    locked=False, assigned_manually=False, locked_at__isnull=True, locked_by__isnull=True
                )
                | (
                    ~Q(locked=False, assigned_manually=False)
                    & Q(locked_at__isnull=False, locked_by__isnull=False)
                ),
                name="contact_persona_held_by_when",
            ),
        ]
        # A persona's contacts, newest first, without a sort.
        indexes = [models.Index(fields=["persona", "contact"], name="contact_persona_list")]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.persona_id}"

    @property
    def is_held(self) -> bool:
        """Say whether jobs and imports leave the persona alone (P7)."""
        return self.locked or self.assigned_manually


class PersonaChange(models.Model):
    """One change of one contact's persona (R8). `old` is None for the first decision about a contact."""

    id = number_field()
    contact = models.ForeignKey(Contact, models.CASCADE, db_index=False, related_name="persona_changes")
    # Personas that contacts held cannot be told apart once renumbered, so history keeps their codes.
    old = models.CharField(_("from"), max_length=60, blank=True, default="")
    new = models.CharField(_("to"), max_length=60)
    keyword_text = models.CharField(_("keyword"), max_length=KEYWORD_LENGTH, blank=True, default="")
    cause = models.CharField(_("cause"), max_length=20, choices=[(c.value, c.value) for c in ChangeCause])
    revision = models.BigIntegerField(_("ruleset revision"), default=0)
    job = models.UUIDField(_("job"), null=True)
    by = models.UUIDField(_("who"), null=True)
    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("persona change")
        verbose_name_plural = _("persona changes")
        ordering = ["-id"]
        indexes = [
            # "Why is this contact X?"
            models.Index(fields=["contact", "-id"], name="persona_change_of_contact"),
            # What a job did, for its result and its undo.
            models.Index(fields=["job", "id"], name="persona_change_of_job", condition=Q(job__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.old} → {self.new}"
