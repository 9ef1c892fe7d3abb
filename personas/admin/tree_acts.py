"""What the forms of the tree do: write, move, delete keywords; set the order of personas (P9)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personas import actions, queries
from personas.actions import KeywordExists
from personas.admin.tree_rows import choosable
from personas.forms import KeywordForm, KeywordsForm, RuleForm
from personas.models import Keyword, Persona
from personas.rules import KeywordWrite
from tenants.admin.acting import by_of
from tenants.admin.columns import reader
from tenants.intake import is_number
from tenants.rules import Refused

# A message travels in a cookie.
MOST_TOLD, LONGEST_TOLD = 10, 60


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a form: texts whose contacts may move, or None for all; what to open and edit next."""

    affected: Sequence[str] | None = ()
    open: str = ""
    focus: str = ""


@dataclass(frozen=True, slots=True)
class NotDone:
    """A form to be shown again in its place, with its faults; what was typed is kept."""

    place: str
    form: RuleForm


Act = Callable[[HttpRequest, list[Persona]], Done | NotDone]


def act(request: HttpRequest) -> Done | NotDone:
    """Do what a form asks for. Raises Http404 for what no form asks, and refusals that no field can show."""
    wanted = ACTS.get(request.POST.get("do", ""))
    if wanted is None:
        raise Http404
    return wanted(request, list(queries.personas()))


def add(request: HttpRequest, people: list[Persona]) -> Done | NotDone:
    """Write one keyword."""
    form = KeywordForm(request.POST, personas=choosable(people), auto_id=_ids("add", request))
    return _save(request, form, "add", None)


def edit(request: HttpRequest, people: list[Persona]) -> Done | NotDone:
    """Rename, move or change a keyword."""
    keyword = _keyword(request)
    form = KeywordForm(request.POST, personas=choosable(people), auto_id=f"edit-{keyword.pk}-%s")
    return _save(request, form, "edit", keyword)


def delete(request: HttpRequest, _people: list[Persona]) -> Done:
    """Delete a keyword."""
    keyword = _keyword(request)
    affected = actions.delete_keyword(keyword=keyword, by=by_of(request))
    messages.success(request, _("“%(keyword)s” is deleted.") % {"keyword": keyword.text})
    return Done(affected)


def add_many(request: HttpRequest, people: list[Persona]) -> Done | NotDone:
    """Write the keywords of a text."""
    form = KeywordsForm(request.POST, personas=choosable(people), auto_id=_ids("many", request))
    if not form.is_valid():
        return NotDone("many", form)
    asked = form.cleaned_data
    try:
        written = actions.save_keywords(
            persona=asked["persona"],
            text=asked["texts"],
            match=asked["match"],
            effect=asked["effect"],
            by=by_of(request),
        )
    except Refused as refusal:
        form.add_error("texts", str(refusal))
        return NotDone("many", form)
    messages.success(request, _told(written))
    _tell_refused(request, written, {persona.code: persona.name for persona in people})
    return Done(written.affected, open=asked["persona"].code)


def move(request: HttpRequest, people: list[Persona]) -> Done:
    """Swap a persona with its neighbour above or below."""
    codes = [persona.code for persona in choosable(people)]
    step, code = (-1, request.POST["up"]) if "up" in request.POST else (1, request.POST.get("down", ""))
    if code not in codes:
        raise Http404
    here = codes.index(code)
    there = min(max(here + step, 0), len(codes) - 1)
    codes[here], codes[there] = codes[there], codes[here]
    return _reorder(request, people, codes, focus=f"move-{code}")


def order(request: HttpRequest, people: list[Persona]) -> Done:
    """Put the personas into the order in which they were dropped."""
    codes = request.POST.getlist("code")
    if sorted(codes) != sorted(persona.code for persona in choosable(people)):
        # Somebody added or deleted one meanwhile: an order of what was seen means nothing.
        messages.error(request, _("The personas changed meanwhile. Nothing was moved."))
        return Done()
    return _reorder(request, people, codes)


ACTS: Mapping[str, Act] = {
    "add": add,
    "edit": edit,
    "delete": delete,
    "many": add_many,
    "move": move,
    "order": order,
}


def _save(request: HttpRequest, form: KeywordForm, place: str, keyword: Keyword | None) -> Done | NotDone:
    if not form.is_valid():
        return NotDone(place, form)
    asked = form.cleaned_data
    try:
        written = actions.save_keyword(
            persona=asked["persona"],
            text=asked["text"],
            match=asked["match"],
            effect=asked["effect"],
            keyword=keyword,
            by=by_of(request),
        )
    except Refused as refusal:
        form.add_error("text", _refusal_words(refusal, form))
        return NotDone(place, form)
    words = _("“%(keyword)s” replaces the same keyword of a lower persona: it belongs to “%(persona)s” now.")
    if written.action is not KeywordWrite.REPLACED:
        words = _("“%(keyword)s” is a keyword of “%(persona)s”.")
    messages.success(request, words % {"keyword": asked["text"], "persona": asked["persona"].name})
    code = asked["persona"].code
    return Done(written.affected, open=code, focus="" if keyword else f"add-{code}")


def _refusal_words(refusal: Refused, form: KeywordForm) -> str:
    """Name the persona that has the keyword already (P9)."""
    holder = (
        form.personas.get(str(refusal.extra.get("persona"))) if isinstance(refusal, KeywordExists) else None
    )
    if holder is None:
        return str(refusal)
    words = _("“%(keyword)s” exists already, under “%(persona)s”.")
    return words % {"keyword": refusal.extra.get("keyword"), "persona": holder.name}


def _told(written: actions.BulkKeywords) -> str:
    counts = (
        (written.created, ngettext("%(count)s created", "%(count)s created", written.created)),
        (written.replaced, ngettext("%(count)s moved here", "%(count)s moved here", written.replaced)),
        (written.skipped, ngettext("%(count)s skipped", "%(count)s skipped", written.skipped)),
        (written.invalid, ngettext("%(count)s invalid", "%(count)s invalid", written.invalid)),
    )
    number = reader().number
    told = ", ".join(words % {"count": number(count)} for count, words in counts if count)
    return _("Of %(total)s texts: %(told)s.") % {"total": number(written.total_input), "told": told}


def _tell_refused(request: HttpRequest, written: actions.BulkKeywords, names: Mapping[str, str]) -> None:
    told = [
        _("“%(text)s”") % {"text": one.text[:LONGEST_TOLD]}
        + (f" ({names.get(one.persona, one.persona)})" if one.persona else "")
        for one in written.refused[:MOST_TOLD]
    ]
    more = written.skipped + written.invalid - len(told)
    if told:
        words = _("Not written: %(texts)s") % {"texts": ", ".join(told)}
        if more > 0:
            words = _("Not written: %(texts)s and %(count)s more")
            words = words % {"texts": ", ".join(told), "count": reader().number(more)}
        messages.warning(request, words)


def _reorder(request: HttpRequest, people: list[Persona], codes: list[str], focus: str = "") -> Done:
    """Give the personas in this order the priorities that they have together."""
    present = choosable(people)
    if [persona.code for persona in present] == codes:
        return Done(focus=focus)
    numbers = sorted(persona.priority for persona in present)
    actions.reorder_personas(priorities=list(zip(codes, numbers, strict=True)), by=by_of(request))
    messages.success(request, _("The order is changed."))
    return Done(None, focus=focus)


def _keyword(request: HttpRequest) -> Keyword:
    number = request.POST.get("keyword", "")
    found = (
        Keyword.objects.select_related("persona").filter(pk=int(number)).first()
        if is_number(number)
        else None
    )
    if found is None:
        raise Http404
    return found


def _ids(place: str, request: HttpRequest) -> str:
    return f"{place}-{request.POST.get('persona', '')}-%s"
