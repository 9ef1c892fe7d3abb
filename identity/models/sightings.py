"""Who was seen: leads of the cabinet, scouting registrations, driver accounts, each with its matching keys.

What was typed is kept for people; keys (I1) are what matching reads, "" for absent.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat, Now, NullIf, Trim
from django.utils.translation import gettext_lazy as _

from identity.models.names import KeyWords, words_index
from identity.models.numbers import number_field
from identity.rules import (
    CODE_LENGTH,
    EXTERNAL_ID_LENGTH,
    NAME_LENGTH,
    ROW_PREFIX,
    SOURCE_PK_LENGTH,
    Source,
)

KEY_LENGTH = 254
KINDS = ("phone", "document", "licence", "email", "plate")


def _named(length: int, words: Any) -> models.CharField:
    return models.CharField(words, max_length=length, blank=True, default="")


def _key() -> models.CharField:
    # Compared byte by byte: keys are ASCII or equal, and the C order is the fast one.
    return models.CharField(max_length=KEY_LENGTH, blank=True, default="", editable=False, db_collation="C")


def _key_index(of: str, kind: str) -> models.Index:
    # Absent keys lead to nobody.
    return models.Index(fields=[f"{kind}_key"], name=f"{of}_{kind}", condition=~Q(**{f"{kind}_key": ""}))


class Sighting(models.Model):
    """Names, identifiers and a car as somebody wrote them down, and their keys."""

    park = _named(CODE_LENGTH, _("park"))
    first_name = _named(NAME_LENGTH, _("first name"))
    middle_name = _named(NAME_LENGTH, _("middle name"))
    last_name = _named(NAME_LENGTH, _("last name"))
    phone = _named(CODE_LENGTH, _("phone"))
    document = _named(CODE_LENGTH, _("document"))
    licence = _named(CODE_LENGTH, _("licence"))
    email = _named(KEY_LENGTH, _("e-mail"))
    plate = _named(CODE_LENGTH, _("plate"))
    car_brand = _named(CODE_LENGTH, _("brand"))
    car_model = _named(CODE_LENGTH, _("model"))
    car_colour = _named(CODE_LENGTH, _("colour"))

    phone_key = _key()
    document_key = _key()
    licence_key = _key()
    email_key = _key()
    plate_key = _key()
    # Brand and model, both or "".
    car_key = _key()
    # Words in upper case, parted by blanks.
    name_key = models.CharField(
        max_length=3 * NAME_LENGTH + 2, blank=True, default="", editable=False, db_collation="C"
    )
    created_at = models.DateTimeField(_("received"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """All names, as typed."""
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name) if part)


class Registration(Sighting):
    """A sighting that says when it happened and that a link may name by its key."""

    external_id = _named(EXTERNAL_ID_LENGTH, _("external id"))
    # Exact text, one column, used everywhere: the trimmed external id, else the row's number.
    source_pk = models.GeneratedField(
        expression=Coalesce(
            NullIf(Trim("external_id"), Value("")),
            Concat(Value(ROW_PREFIX), Cast("id", models.CharField())),
            output_field=models.CharField(),
        ),
        output_field=models.CharField(max_length=SOURCE_PK_LENGTH, db_collation="C"),
        db_persist=True,
    )
    happened_at = models.DateTimeField(_("created there"), null=True, blank=True)
    # The date of that moment in the tenant's zone; the moment of insertion never counts.
    lead_date = models.DateField(_("date"), null=True, blank=True)
    # A digest of what matching reads: other inputs are new evidence (I7c).
    inputs = models.UUIDField(editable=False)

    class Meta:
        abstract = True


class Leads(models.QuerySet["Lead"]):
    """Says "leads …"."""

    def red(self) -> Self:
        """… without a link."""
        # Read here, not imported: links stand above sightings.
        links = self.model._meta.apps.get_model("identity", "Link").objects
        return self.filter(~Exists(links.filter(source=Source.CABINET, source_pk=OuterRef("source_pk"))))


class Lead(Registration):
    """A person whom the partner's cabinet says it sent; money is owed for who becomes an active driver."""

    id = number_field()
    city = _named(NAME_LENGTH, _("city"))
    status = _named(CODE_LENGTH, _("status"))

    objects = Leads.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-lead_date", "-id"]
        constraints = [
            # A file sent again updates; two leads of one key would share a link.
            models.UniqueConstraint(fields=["source_pk"], name="lead_once"),
            # The prefix belongs to leads without an external id.
            models.CheckConstraint(
                condition=~Q(external_id__startswith=ROW_PREFIX), name="lead_external_id_no_row"
            ),
            # A date without its moment, or the reverse, would be counted in another week.
            models.CheckConstraint(
                condition=Q(happened_at__isnull=True, lead_date__isnull=True)
                | Q(happened_at__isnull=False, lead_date__isnull=False),
                name="lead_date_iff_moment",
            ),
        ]
        indexes = [
            # Weeks, recent leads, and the oldest of the backlog.
            models.Index(fields=["lead_date", "id"], name="lead_by_date"),
            # A file without external ids, sent again: who was that?
            models.Index(fields=["inputs"], name="lead_without_id", condition=Q(external_id="")),
            # Which unresolved leads hold a key that has come up (I7c)?
            *(_key_index("lead", kind) for kind in KINDS),
            # Who is called so?
            words_index(KeyWords("name_key"), "lead_words"),
        ]

    def __str__(self) -> str:
        return self.name or self.source_pk


class ScoutRegistration(Registration):
    """A person whom a scout registered: a source of origins, no part of the red backlog."""

    id = number_field()
    scout = _named(NAME_LENGTH, _("scout"))

    class Meta:
        verbose_name = _("scouting registration")
        verbose_name_plural = _("scouting registrations")
        ordering = ["-lead_date", "-id"]
        constraints = [
            # As with leads: a file sent again updates.
            models.UniqueConstraint(fields=["source_pk"], name="scout_once"),
            # The prefix belongs to rows without an external id.
            models.CheckConstraint(
                condition=~Q(external_id__startswith=ROW_PREFIX), name="scout_external_id_no_row"
            ),
            # A date without its moment, or the reverse, would lie.
            models.CheckConstraint(
                condition=Q(happened_at__isnull=True, lead_date__isnull=True)
                | Q(happened_at__isnull=False, lead_date__isnull=False),
                name="scout_date_iff_moment",
            ),
        ]
        indexes = [
            # As with leads: a file without external ids, sent again.
            models.Index(fields=["inputs"], name="scout_without_id", condition=Q(external_id=""))
        ]

    def __str__(self) -> str:
        return self.name or self.source_pk


class Driver(Sighting):
    """A driver account in a park. One person may own several."""

    id = number_field()
    driver_id = models.CharField(_("driver id"), max_length=CODE_LENGTH, db_collation="C")
    hired_on = models.DateField(_("hired"), null=True, blank=True)

    class Meta:
        verbose_name = _("driver")
        verbose_name_plural = _("drivers")
        ordering = ["driver_id"]
        constraints = [
            # A file sent again updates.
            models.UniqueConstraint(fields=["driver_id"], name="driver_once"),
            # A blank id would be everybody's.
            models.CheckConstraint(condition=~Q(driver_id=""), name="driver_has_id"),
        ]
        indexes = [
            # Who holds this key? The only road to candidates (I7).
            *(_key_index("driver", kind) for kind in KINDS),
            # Who is called so?
            words_index(KeyWords("name_key"), "driver_words"),
            # R4: cars of one make in one park, hired around a day, and whose: read without the rows.
            models.Index(
                fields=["park", "car_key", "hired_on"],
                name="driver_car",
                condition=~Q(car_key=""),
                include=["name_key", "id"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.driver_id} {self.name}".strip()


class TripDay(models.Model):
    """Completed trips of an account on a day. Kept also for accounts that no file has named yet."""

    pk = models.CompositePrimaryKey("driver_id", "day")
    driver_id = models.CharField(_("driver id"), max_length=CODE_LENGTH, db_collation="C")
    day = models.DateField(_("day"))
    trips = models.PositiveIntegerField(_("completed trips"))

    class Meta:
        verbose_name = _("day of trips")
        verbose_name_plural = _("days of trips")

    def __str__(self) -> str:
        return f"{self.driver_id} {self.day}: {self.trips}"
