"""Who is called: one entry a person and campaign, and what they owe."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaigns import Arm, Campaign
from campaigns.models.numbers import number_field
from campaigns.models.words import ENTRY_STATE_LABELS, NEXT_ACTION_LABELS, OUTCOME_LABELS, REASON_LABELS
from campaigns.rules import (
    CALLABLE,
    DOCUMENT_LENGTH,
    FINAL,
    NAME_LENGTH,
    PERSON_KEY_LENGTH,
    EntryReason,
    EntryState,
    NextAction,
)
from identity.models.names import NameWords, words_index


class FirstNumber(models.Func):
    """The first number of an entry; its index holds the same."""

    template = "(%(expressions)s -> 0 ->> 'number')"
    output_field = models.TextField()


def first_number() -> FirstNumber:
    """Return the number that an entry is called at first, NULL without one."""
    return FirstNumber(F("phones"))


class Entries(models.QuerySet["Entry"]):
    """Says "entries …"."""

    def callable(self) -> Self:
        """… that wait for their call."""
        return self.filter(state__in=CALLABLE)

    def live(self) -> Self:
        """… that are not at an end."""
        return self.exclude(state__in=FINAL)

    def in_state(self, state: EntryState) -> Self:
        """… in one state."""
        return self.filter(state=state)


class Entry(models.Model):
    """One person in one campaign.

    `person_key` is `D:<country>:<document>`, else `N:<first number>`: it is one person across all campaigns
    of a tenant. `phones`: `[{"number": E.164, "kind": "mobile|landline|unknown", "repaired": bool,
    "retired": reason?}…]` in the order of calling; `next_phone` is the index of the next one.
    `zones`: IANA names joined by a bar; a call must be lawful in all of them; empty is unknown (C14).
    """

    id = number_field()
    campaign = models.ForeignKey(Campaign, models.CASCADE, db_index=False, related_name="entries")
    person_key = models.CharField(max_length=PERSON_KEY_LENGTH)
    document = models.CharField(_("document"), max_length=DOCUMENT_LENGTH, blank=True, default="")
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    phones = models.JSONField(_("numbers"), default=list)
    next_phone = models.PositiveSmallIntegerField(default=0)
    zones = models.CharField(_("time zones"), max_length=400, blank=True, default="")
    variables = models.JSONField(_("variables"), default=dict)
    fecha_limite = models.DateField(_("pay by"), null=True)
    fecha_maxima = models.DateField(_("last day"), null=True)
    # The first row of the file that named the person.
    row = models.PositiveIntegerField(_("row"), null=True)

    state = models.CharField(
        _("state"), max_length=12, choices=list(ENTRY_STATE_LABELS.items()), default=EntryState.QUEUED
    )
    next_action = models.CharField(
        _("next"), max_length=7, choices=list(NEXT_ACTION_LABELS.items()), default=NextAction.DIAL
    )
    reason = models.CharField(
        _("why"), max_length=20, choices=list(REASON_LABELS.items()), default=EntryReason.NEW
    )
    earliest_at = models.DateTimeField(_("not before"), db_default=Now())
    # Those that count towards max_attempts (C21).
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    faults = models.PositiveSmallIntegerField(_("faults in a row"), default=0)
    arm = models.ForeignKey(Arm, models.RESTRICT, null=True, related_name="+", verbose_name=_("script"))
    outcome = models.CharField(
        _("last outcome"), max_length=12, blank=True, default="", choices=list(OUTCOME_LABELS.items())
    )
    is_reached = models.BooleanField(_("reached"), default=False)
    # What was promised in the last conversation that promised.
    promise_on = models.DateField(_("promised for"), null=True)
    promise_amount = models.DecimalField(_("promised"), max_digits=16, decimal_places=4, null=True)
    charged = models.DecimalField(_("charged"), max_digits=14, decimal_places=4, default=0)
    talk_ms = models.BigIntegerField(_("milliseconds of talk"), default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    moved_at = models.DateTimeField(_("moved"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = Entries.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["id"]
        constraints = [
            # C7: rows of one person are one entry.
            # The person stands first: "in which campaigns is this person, and is one live (C9)?" is asked of
            # the same index.
            models.UniqueConstraint(fields=["person_key", "campaign"], name="entry_once"),
            # A state that no code knows would count nowhere.
            models.CheckConstraint(condition=Q(state__in=list(EntryState)), name="entry_state_known"),
            # An end has its moment, and only an end.
            models.CheckConstraint(
                condition=Q(state__in=list(FINAL), finished_at__isnull=False)
                | (~Q(state__in=list(FINAL)) & Q(finished_at__isnull=True)),
                name="entry_finished_iff_final",
            ),
        ]
        indexes = [
            # The claim: oldest first inside a campaign and a set of zones (C20).
            models.Index(
                fields=["campaign", "zones", "earliest_at", "id"],
                name="entry_callable",
                condition=Q(state__in=list(CALLABLE)),
            ),
            # Lists of a campaign by state; a cure or a cancellation finds its rows.
            models.Index(fields=["campaign", "state", "id"], name="entry_of_state"),
            # Whose is this number? By the first one, which is the mobile (C7): an index of all of them would
            # be written with every move of an entry.
            models.Index(first_number(), name="entry_first_number"),
            # "today" of the overview.
            models.Index(fields=["created_at"], name="entry_created"),
            # Who is called so?
            words_index(NameWords("name"), "entry_words"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.id} {self.state}"


class Debt(models.Model):
    """What an entry's person owes one creditor (C7)."""

    id = number_field()
    entry = models.ForeignKey(Entry, models.CASCADE, db_index=False, related_name="debts")
    creditor = models.CharField(_("creditor"), max_length=NAME_LENGTH)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3, default="CLP")
    instalments = models.PositiveIntegerField(_("instalments"), default=1)
    first_due_on = models.DateField(_("first due"), null=True)
    last_due_on = models.DateField(_("last due"), null=True)
    days_overdue = models.PositiveIntegerField(_("days overdue"), default=0)
    fecha_limite = models.DateField(_("pay by"), null=True)
    fecha_maxima = models.DateField(_("last day"), null=True)
    references = models.JSONField(_("references"), default=list)

    class Meta:
        verbose_name = _("debt")
        verbose_name_plural = _("debts")
        ordering = ["-amount", "id"]
        constraints = [
            # C7: amounts add per creditor.
            models.UniqueConstraint(fields=["entry", "creditor"], name="debt_once"),
            # C7: nobody is called about nothing.
            models.CheckConstraint(condition=Q(amount__gt=0), name="debt_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.creditor} {self.amount}"
