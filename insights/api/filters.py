"""What lists of insights can be narrowed to; a bare day is a day of the brand, without one of the tenant."""

from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import F, Func, Q, QuerySet
from drf_spectacular.drainage import set_override

from insights.api import moments
from insights.api.brands import ficha_of
from insights.api.words import BAD_WHEN, WHEN, choices
from insights.models import FichaCliente, Label
from insights.models.labels import EMOTION_FIELDS, SCALE
from insights.modules import topic_key
from insights.modules.selecting import SHOWN
from insights.rules import Emotion, Frame, Platform, RunState, Sentiment, TaskState, Trigger
from tenants.api.filters import YesNoFilter
from tenants.intake import is_number
from tenants.queries import principal_of


class WhenField(forms.CharField):
    """A day or a moment."""

    def clean(self, value: Any) -> moments.When | None:
        """Return it; None when nothing was said."""
        text = super().clean(value)
        try:
            return moments.read_when(text) if text else None
        except ValueError:
            raise forms.ValidationError(BAD_WHEN, code="invalid") from None


class WhenFilter(django_filters.Filter):
    """An end of a range."""

    field_class = WhenField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        set_override(self, "field", {"type": "string", "description": WHEN})


class NumberFilter(django_filters.CharFilter):
    """Another row by its id; what is no id has no rows."""

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        """Keep the rows of that id."""
        return qs.none() if value and not is_number(value) else super().filter(qs, value)


class FichaFilter(django_filters.FilterSet):
    """Brands by a part of their name, on their schedule or not."""

    brand_name = django_filters.CharFilter(lookup_expr="icontains", max_length=200)
    enabled = YesNoFilter(field_name="is_enabled")


class BrandFilter(django_filters.FilterSet):
    """Rows of a brand; unknown and foreign brands are 404."""

    ficha_cliente_id = django_filters.CharFilter(method="of_brand", label="A brand.")

    @cached_property
    def ficha(self) -> FichaCliente | None:
        """The brand that is asked for. Raises NoSuchFicha."""
        text = self.form.cleaned_data["ficha_cliente_id"]
        return ficha_of(self.request, text) if text else None

    def of_brand(self, found: QuerySet, _name: str, _text: str) -> QuerySet:
        """Keep a brand's rows."""
        return found.filter(ficha=self.ficha)


class DatedFilter(BrandFilter):
    """Rows of a brand between two days or moments, both included; `moment` names the rows' own."""

    moment = "created_at"
    start_date = WhenFilter(method="since")
    end_date = WhenFilter(method="until")

    @property
    def zone(self) -> ZoneInfo:
        """The clock that a bare day is read by."""
        return ZoneInfo(self.ficha.timezone if self.ficha else principal_of(self.request).tenant.timezone)

    def since(self, found: QuerySet, _name: str, when: moments.When) -> QuerySet:
        """Keep a moment and later ones."""
        return found.filter(**{f"{self.moment}__gte": moments.first_of(when, self.zone)})

    def until(self, found: QuerySet, _name: str, when: moments.When) -> QuerySet:
        """Keep a moment and earlier ones."""
        return found.filter(**{f"{self.moment}__lte": moments.last_of(when, self.zone)})


class InsightFilter(DatedFilter):
    """Insights by the moment of their analysis."""

    moment = "analysis_timestamp"


class RunFilter(DatedFilter):
    """Runs by the moment at which they were asked for, their state and who asked."""

    state = django_filters.ChoiceFilter(choices=choices(RunState))
    trigger = django_filters.ChoiceFilter(choices=choices(Trigger))


class PostFilter(DatedFilter):
    """Posts by when they were published, where, and the run that found them."""

    platform = django_filters.ChoiceFilter(choices=choices(Platform))
    run = NumberFilter(field_name="first_run")
    missing = YesNoFilter(field_name="missing_in_source", label="No longer in the source.")


class CommentFilter(PostFilter):
    """Comments by when they were written, by their post and author, and by what they say."""

    post = NumberFilter(field_name="post")
    author = django_filters.CharFilter(method="by", label="Without @ and case.")
    labelled = YesNoFilter(field_name="label", lookup_expr="isnull", exclude=True)
    sentiment = django_filters.ChoiceFilter(field_name="label__sentiment", choices=choices(Sentiment))
    frame = django_filters.ChoiceFilter(field_name="label__frame", choices=choices(Frame))
    emotion = django_filters.ChoiceFilter(method="showing", choices=choices(Emotion), label="From 0.5 on.")
    topic = django_filters.CharFilter(method="speaking_of", label="Without case and accents.")

    def by(self, found: QuerySet, _name: str, author: str) -> QuerySet:
        """Keep the comments of one author, however the name is written."""
        name = author.strip().lstrip("@")
        return found.filter(Q(author__iexact=name) | Q(author__iexact=f"@{name}"))

    def showing(self, found: QuerySet, _name: str, emotion: str) -> QuerySet:
        """Keep comments in which an emotion shows."""
        return found.filter(**{f"label__{EMOTION_FIELDS[Emotion(emotion)]}__gte": int(SHOWN * SCALE)})

    def speaking_of(self, found: QuerySet, _name: str, topic: str) -> QuerySet:
        """Keep comments on a topic, in whatever spelling the engines gave it."""
        # Of what is asked for alone: a tenant's labels are those of all its brands, and of texts long edited.
        said = Label.objects.order_by().filter(pk__in=found.order_by().values("label"))
        written = said.annotate(one=Func(F("topics"), function="unnest"))
        key = topic_key(topic)
        same = [one for one in written.values_list("one", flat=True).distinct() if topic_key(one) == key]
        return found.filter(label__topics__overlap=same) if same else found.none()


class TaskFilter(BrandFilter):
    """Tasks by state and week; withdrawn ones only if asked for."""

    state = django_filters.ChoiceFilter(choices=choices(TaskState))
    week = django_filters.ChoiceFilter(choices=[(str(week), str(week)) for week in range(1, 5)])
    withdrawn = YesNoFilter(method="gone", label="No longer recommended, and nobody had begun.")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Narrow; without a word on it to tasks that stand."""
        found: QuerySet = super().filter_queryset(queryset)
        said = self.form.cleaned_data.get("withdrawn")
        return found if said is not None else found.filter(withdrawn_at=None)

    def gone(self, found: QuerySet, _name: str, wanted: bool) -> QuerySet:
        """Keep withdrawn tasks, or those that stand."""
        return found.filter(withdrawn_at__isnull=not wanted)
