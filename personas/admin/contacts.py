"""Contacts for staff: who they are, why, and the decisions a person may take about them (P7, P8)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from personas import actions, queries
from personas.models import Contact, Persona
from personas.models.contacts import CAUSE_LABELS
from personas.queries import ContactFilter
from personas.rules import JOB_TITLE_LENGTH
from tenants.admin import Button, HouseModelAdmin, ago, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.columns import badge, reader
from tenants.permissions import Capability

# Each is a decision of its own, noted one by one; whoever means thousands means a rule.
MOST_LOCKED = 500
DECISION = ("job_title", "persona", "explanation", "decided", "normalized", "history")
FACTS = (
    "who", "emails", "companies", "linkedin_url", "connected", "source", "created_at", "updated_at",
)  # fmt: skip


class PersonaFilter(admin.SimpleListFilter):
    """Narrows to one persona."""

    title = _("persona")
    parameter_name = "persona"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the personas, best priority first."""
        return [(persona.code, persona.name) for persona in queries.personas()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Contact]) -> QuerySet[Contact]:
        """Keep the chosen one's contacts; a code that nobody has narrows nothing."""
        chosen = self.value()
        known = chosen in dict(self.lookup_choices)
        return queries.narrowed(queryset, ContactFilter(persona=str(chosen) if known else ""))


class HeldFilter(admin.SimpleListFilter):
    """Narrows to what a person, or the rules, decided."""

    title = _("decided")
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two."""
        return [("1", _("By hand")), ("0", _("By rules"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Contact]) -> QuerySet[Contact]:
        """Keep the chosen ones."""
        held = {"1": True, "0": False}.get(self.value() or "")
        return queries.narrowed(queryset, ContactFilter(held=held))


class KeywordFilter(admin.SimpleListFilter):
    """Narrows to the contacts that a keyword won; the tree leads here, the list itself offers none."""

    title = _("keyword")
    parameter_name = "keyword"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the one that was asked for: a list of hundreds helps nobody."""
        asked = request.GET.get(self.parameter_name, "")
        return [(asked, asked)] if asked else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Contact]) -> QuerySet[Contact]:
        """Keep the chosen one's contacts."""
        return queries.narrowed(queryset, ContactFilter(keyword=str(self.value() or "")))


class ContactForm(forms.ModelForm):
    """A contact's title, and its persona as a decision by hand."""

    job_title = forms.CharField(
        label=_("Job title"), max_length=JOB_TITLE_LENGTH, required=False, widget=UnfoldAdminTextInputWidget()
    )
    persona = forms.ModelChoiceField(
        queryset=Persona.objects.none(),
        label=_("Persona"),
        required=False,
        help_text=_("Choosing another one locks the contact: no job and no import changes it then."),
        widget=UnfoldAdminSelectWidget(),
    )

    class Meta:
        model = Contact
        fields = ("job_title",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["persona"]
        choice.queryset = Persona.objects.order_by("priority")
        kept = getattr(self.instance, "classification", None)
        choice.initial = kept.persona_id if kept else None


def lock(request: HttpRequest, contact: Contact) -> str | Promise:
    """Keep the persona as it is."""
    actions.lock_contact(contact_id=contact.pk, by=by_of(request))
    return _("Locked: no job and no import changes the persona.")


def unlock(request: HttpRequest, contact: Contact) -> str | Promise:
    """Give the persona back to the rules."""
    actions.lock_contact(contact_id=contact.pk, locked=False, by=by_of(request))
    return _("Unlocked: the next reclassification may change the persona.")


def diagnose(_request: HttpRequest, contact: Contact) -> HttpResponse:
    """Go to the page that says why."""
    return HttpResponseRedirect(f"{reverse('admin:personas_diagnose')}?contact={contact.pk}")


def is_held(_request: HttpRequest, contact: Contact) -> bool:
    """Say whether a person decided."""
    kept = getattr(contact, "classification", None)
    return bool(kept and kept.is_held)


def is_free(request: HttpRequest, contact: Contact) -> bool:
    """Say whether the rules decide."""
    return not is_held(request, contact)


@admin.register(Contact, site=tenant_site)
class ContactAdmin(HouseModelAdmin):
    """Fifty contacts a page, in a fixed number of queries; each says why it has its persona (W1)."""

    icon = "contacts"
    in_palette = True
    list_before_template = "admin/personas/contact_files.html"
    form = ContactForm
    person_of = "contact"
    list_display = ("who", "job_title", "company", "persona", "why", "connected", "created_at")
    list_filter = (PersonaFilter, HeldFilter, KeywordFilter)
    search_fields = ("first_name",)
    search_help_text = _("Words of name and title by their beginning; with an @, the beginning of an e-mail")
    actions = ("lock_chosen", "unlock_chosen")
    buttons = (
        Button("diagnose", _("Why this persona?"), diagnose, capability=Capability.VIEW),
        Button("lock", _("Lock"), lock, shown=is_free),
        Button("unlock", _("Unlock"), unlock, shown=is_held),
    )
    readonly_fields = (*FACTS, *DECISION[2:])
    fieldsets = ((_("Persona"), {"fields": DECISION}), (_("Contact"), {"fields": FACTS}))

    @admin.action(description=_("Lock"), permissions=["change"])
    def lock_chosen(self, request: HttpRequest, chosen: QuerySet[Contact]) -> None:
        """Keep the personas of the chosen contacts as they are (P7)."""
        _lock(request, chosen, locked=True)

    @admin.action(description=_("Unlock"), permissions=["change"])
    def unlock_chosen(self, request: HttpRequest, chosen: QuerySet[Contact]) -> None:
        """Give the chosen contacts' personas back to the rules (P7)."""
        _lock(request, chosen, locked=False)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: contacts come by imports."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: erasing a person crosses apps."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        """Fetch what a page shows in three queries."""
        return queries.contacts()

    def get_ordering(self, request: HttpRequest) -> Sequence[str]:
        """Show the newest first."""
        return ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Contact], search_term: str
    ) -> tuple[QuerySet[Contact], bool]:
        """Search as the page and the API do: by an index."""
        return queries.narrowed(queryset, ContactFilter(text=search_term.replace("\0", ""))), False

    def hint_of(self, row: Contact) -> str:
        """Tell the job title, by which a search may have found the contact."""
        return row.job_title

    def save_model(self, request: HttpRequest, obj: Contact, form: ContactForm, change: bool) -> None:
        """Write what changed through the actions."""
        if "job_title" in form.changed_data:
            title = form.cleaned_data["job_title"]
            actions.change_title(contact_id=obj.pk, job_title=title, by=by_of(request))
        chosen = form.cleaned_data.get("persona")
        if chosen and "persona" in form.changed_data:
            actions.assign_persona(contact_id=obj.pk, persona=chosen, by=by_of(request))

    @admin.display(description=_("name"), ordering="first_name")
    def who(self, contact: Contact) -> str:
        """Name the contact."""
        return str(contact)

    @admin.display(description=_("company"))
    def company(self, contact: Contact) -> str:
        """Name the primary company."""
        return next((company.name for company in contact.companies.all()), self.empty_value_display)

    @admin.display(description=_("persona"))
    def persona(self, contact: Contact) -> str:
        """Name the persona."""
        kept = getattr(contact, "classification", None)
        return kept.persona.name if kept else self.empty_value_display

    @admin.display(description=_("why"))
    def why(self, contact: Contact) -> SafeString | str:
        """Say in a word what decided."""
        kept = getattr(contact, "classification", None)
        if kept is None:
            return self.empty_value_display
        if kept.is_held:
            return badge(_("by hand"), "warn")
        text = kept.keyword_text
        return str(_("“%(text)s”") % {"text": text} if text else _("no keyword"))

    @admin.display(description=_("connected"), ordering="first_connected_on_linkedin")
    def connected(self, contact: Contact) -> str:
        """Write the day of the connection."""
        day = contact.first_connected_on_linkedin
        return reader().day(day) if day else self.empty_value_display

    @admin.display(description=_("e-mails"))
    def emails(self, contact: Contact) -> str:
        """List the addresses, the primary one first."""
        return ", ".join(email.address for email in contact.emails.all()) or self.empty_value_display

    @admin.display(description=_("companies"))
    def companies(self, contact: Contact) -> str:
        """List the companies, the primary one first."""
        return ", ".join(company.name for company in contact.companies.all()) or self.empty_value_display

    @admin.display(description=_("normalised title"))
    def normalized(self, contact: Contact) -> str:
        """Write the normal form of the title (P1)."""
        return contact.title.normalized if contact.title else self.empty_value_display

    @admin.display(description=_("what the rules say"))
    def explanation(self, contact: Contact) -> str:
        """Write the sentence (W1)."""
        return actions.explain(actions.classify_job_title(contact.job_title))

    @admin.display(description=_("decided by hand"))
    def decided(self, contact: Contact) -> SafeString | str:
        """Say when a person decided."""
        kept = getattr(contact, "classification", None)
        return ago(kept.locked_at) if kept and kept.is_held else str(_("No"))

    @admin.display(description=_("history"))
    def history(self, contact: Contact) -> str:
        """Write the newest changes of the persona (R8)."""
        changes = queries.changes_of(contact_id=contact.pk, limit=5)
        names = {one.code: one.name for one in queries.personas()} if changes else {}
        lines = (
            f"{reader().moment(one.at)}: {names.get(one.old, one.old) or '–'} → "
            f"{names.get(one.new, one.new)} ({CAUSE_LABELS.get(one.cause, one.cause)})"
            for one in changes
        )
        return "; ".join(lines) or self.empty_value_display


def _lock(request: HttpRequest, chosen: QuerySet[Contact], *, locked: bool) -> None:
    numbers = list(chosen.order_by().values_list("pk", flat=True)[: MOST_LOCKED + 1])
    if len(numbers) > MOST_LOCKED:
        messages.error(
            request, _("At most %(most)s contacts at once.") % {"most": reader().number(MOST_LOCKED)}
        )
        return
    for number in numbers:
        actions.lock_contact(contact_id=number, locked=locked, by=by_of(request))
    words = (
        ngettext("%(count)s contact is locked.", "%(count)s contacts are locked.", len(numbers))
        if locked
        else ngettext("%(count)s contact is unlocked.", "%(count)s contacts are unlocked.", len(numbers))
    )
    messages.success(request, words % {"count": reader().number(len(numbers))})
