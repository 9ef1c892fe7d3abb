"""Personas and keywords for staff: every save goes through the actions and grows the revision (P6, P9)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from personas import actions
from personas.admin.selecting import estimate_query
from personas.models import Keyword, Persona
from personas.rules import Effect, Match
from tenants.admin import HouseModelAdmin, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.columns import reader


class RuleAdmin(HouseModelAdmin):
    """What both have in common: the actions write the log, and deletion asks them instead of the database."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action, which noted it already."""

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Leave it to the action, which noted it already."""

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[Any, int], set[str], list[str]]:
        """Name what goes; Django's own way would fetch every contact to say that it stays."""
        names = [str(one) for one in objs]
        return names, {self.opts.verbose_name_plural: len(names)}, set(), []

    def offer(self, request: HttpRequest, texts: Sequence[str] = ()) -> None:
        """Lead to what a change touches: rules alone move no contact (P9)."""
        address = f"{reverse('admin:personas_reclassify')}?{estimate_query(texts)}"
        words = _("The rules changed; no contact has moved yet."), address, _("Estimate and preview")
        messages.info(request, format_html('{} <a href="{}">{}</a>', *words))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete one after the other; a refusal stops and is told."""
        for row in queryset:
            self.delete_model(request, row)


@admin.register(Persona, site=tenant_site)
class PersonaAdmin(RuleAdmin):
    """The personas, best priority first."""

    icon = "groups"
    in_palette = True
    list_display = ("name", "code", "priority", "is_default", "keywords_total", "contacts_total")
    search_fields = ("name", "code")
    fields = ("name", "code", "priority", "color", "description", "is_default")
    ordering = ("priority",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Persona]:
        """Count keywords and contacts in the same query."""
        counted: QuerySet[Persona] = super().get_queryset(request)
        return counted.annotate(
            keywords_n=Count("keywords", distinct=True), contacts_n=Count("holders", distinct=True)
        )

    def suggested(self, request: HttpRequest, text: str) -> QuerySet[Persona]:
        """Suggest without the counts: they read every contact."""
        found: QuerySet[Persona] = self.get_search_results(request, Persona.objects.all(), text)[0]
        return found

    def save_model(self, request: HttpRequest, obj: Persona, form: forms.ModelForm, change: bool) -> None:
        """Write the persona. Raises a refusal of the action."""
        actions.save_persona(persona=obj, by=by_of(request))
        if change and {"priority", "is_default"} & set(form.changed_data):
            self.offer(request)

    def delete_model(self, request: HttpRequest, obj: Persona) -> None:
        """Delete the persona. Raises a refusal of the action."""
        actions.delete_persona(persona=obj, by=by_of(request))

    @admin.display(description=_("keywords"), ordering="keywords_n")
    def keywords_total(self, persona: Any) -> str:
        """Count the keywords."""
        return reader().number(persona.keywords_n)

    @admin.display(description=_("contacts"), ordering="contacts_n")
    def contacts_total(self, persona: Any) -> str:
        """Count the contacts."""
        return reader().number(persona.contacts_n)


@admin.register(Keyword, site=tenant_site)
class KeywordAdmin(RuleAdmin):
    """The keywords of all personas."""

    icon = "key"
    in_palette = True
    list_display = ("text", "persona", "match", "effect", "normalized")
    list_filter = ("persona", "match", "effect")
    list_select_related = ("persona",)
    search_fields = ("text", "normalized")
    fields = ("persona", "text", "match", "effect")
    ordering = ("normalized", "id")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Propose a phrase: it is what people mean."""
        return {"match": Match.PHRASE, **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Keyword, form: forms.ModelForm, change: bool) -> None:
        """Write the keyword; one of a lower-ranked persona moves here (P9). Raises the action's refusal."""
        kept = Keyword.objects.get(pk=obj.pk) if change else None
        written = actions.save_keyword(
            persona=obj.persona,
            text=obj.text,
            match=Match(obj.match),
            effect=Effect(obj.effect),
            keyword=kept,
            by=by_of(request),
        )
        obj.pk, obj.normalized = written.keyword.pk, written.keyword.normalized
        if written.affected:
            self.offer(request, written.affected)

    def delete_model(self, request: HttpRequest, obj: Keyword) -> None:
        """Delete the keyword."""
        self.offer(request, actions.delete_keyword(keyword=obj, by=by_of(request)))
