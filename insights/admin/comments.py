"""Comments for staff: what each means, corrected by a person, and what it was said to mean before (N9)."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from insights import actions
from insights.admin.acting import FichaFilter, check_may_run
from insights.forms.labels import LabelForm, heading, said_by
from insights.models import Comment, Label
from insights.models.labels import EMOTION_FIELDS
from insights.models.words import ENGINE_LABELS, SENTIMENT_LABELS
from insights.rules import ERASED, Engine, Sentiment
from tenants.admin import OwnPageModelAdmin, badge, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.columns import reader
from tenants.admin.filters import WordsFilter
from tenants.jobs.queries import names_of
from tenants.permissions import Capability

TONES = {Sentiment.POSITIVE: "good", Sentiment.NEGATIVE: "bad", Sentiment.MIXED: "warn"}
CORRECTIONS = 20
SHOWN = 0.3


class SentimentFilter(WordsFilter):
    """Narrows to one class."""

    title = _("sentiment")
    parameter_name = "label__sentiment"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in SENTIMENT_LABELS.items()}


class EngineFilter(WordsFilter):
    """Narrows to who labelled."""

    title = _("labelled by")
    parameter_name = "label__engine"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in ENGINE_LABELS.items()}


@admin.register(Comment, site=tenant_site)
class CommentAdmin(OwnPageModelAdmin):
    """Comments, newest first; a comment's page says what it means and takes a correction."""

    icon = "chat_bubble"
    list_display = ("said", "author", "brand", "standing", "labelled_by", "created_at")
    list_filter = (FichaFilter, SentimentFilter, EngineFilter)
    list_select_related = ("ficha", "label")
    search_fields = ("text", "author")
    ordering = ("-created_at", "-id")
    sortable_by = ()

    def row_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show one comment and keep a correction. Raises Forbidden, Http404."""
        comment = comment_of(key)
        form = LabelForm(request.POST or None, initial=said_by(comment.label))
        if request.method == "POST":
            check_may_run(request)
            if form.is_valid():
                return _kept(request, comment, form)
        shown = {"form": form, "may_correct": tenant_site.may(request, Capability.EDIT)}
        return self.drawn(request, "admin/insights/comment.html", comment, shown | shown_comment(comment))

    def title_of(self, row: Comment) -> str:
        """Name the author and the brand."""
        return f"{row.author or self.empty_value_display} · {row.ficha}"

    @admin.display(description=_("comment"))
    def said(self, comment: Comment) -> str:
        """Show the beginning."""
        return comment.text if len(comment.text) <= 90 else f"{comment.text[:90]}…"

    @admin.display(description=_("brand"))
    def brand(self, comment: Comment) -> str:
        """Name the brand."""
        return str(comment.ficha)

    @admin.display(description=_("sentiment"))
    def standing(self, comment: Comment) -> SafeString | str:
        """Say how it speaks, in its colour."""
        return badge(*sentiment_of(comment.label)) if comment.label else self.empty_value_display

    @admin.display(description=_("labelled by"))
    def labelled_by(self, comment: Comment) -> str:
        """Say who labelled it."""
        if comment.unlabelled_because == ERASED:
            return _now("Erased before it was labelled")
        return str(comment.label.get_engine_display()) if comment.label else comment.unlabelled_because


def comment_of(key: str) -> Comment:
    """Return a comment with its brand, post and label. Raises Http404."""
    read: QuerySet[Comment] = Comment.objects.select_related("ficha", "post", "label")
    found = read.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def sentiment_of(label: Label) -> tuple[object, str]:
    """Return the words and the tone of a label's class."""
    if not label.sentiment:
        return _("Undecided"), ""
    return label.get_sentiment_display(), TONES.get(Sentiment(label.sentiment), "")


def shown_comment(comment: Comment) -> dict[str, Any]:
    """Return what the page draws: the label in force and those that it replaced, the texts before."""
    labels = list(_labels_of(comment))
    names = names_of(ids=[one.created_by for one in labels])
    return {
        "comment": comment,
        "is_erased": comment.unlabelled_because == ERASED,
        "is_corrected": bool(labels) and labels[0].engine == Engine.HUMAN,
        "labels": [_told(one, names.get(one.created_by, "") if one.created_by else "") for one in labels],
        "versions": comment.versions.select_related("label").order_by("-id")[:CORRECTIONS],
    }


def _labels_of(comment: Comment) -> Any:
    label = comment.label
    for _step in range(CORRECTIONS):
        if label is None:
            return
        yield label
        label = label.corrects


def _told(label: Label, by: str) -> dict[str, Any]:
    meaning, told = label.meaning, reader()
    felt = sorted(((value, emotion) for emotion, value in meaning.emotions.items()), reverse=True)
    return {
        "label": label,
        "by": by,
        "sentiment": sentiment_of(label),
        "emotions": [
            f"{heading(EMOTION_FIELDS[emotion])} {told.number(value, 2)}"
            for value, emotion in felt
            if value >= SHOWN
        ],
        "topics": [f"{one.topic} {told.number(one.sentiment, 2)}" for one in meaning.topics],
    }


def _kept(request: HttpRequest, comment: Comment, form: LabelForm) -> HttpResponse:
    actions.correct_label(comment=comment, meaning=form.meaning(), by=by_of(request))
    messages.success(request, _now("Kept: this label counts from now on, whatever an engine says."))
    return HttpResponseRedirect(request.path)
