"""What the tree of personas and keywords shows: counts, faults in words, forms in their places (P10)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas import actions, queries
from personas.actions import KeywordUse, Lint
from personas.classifier import KeywordRule, normalise
from personas.classifier.lint import Broad, Flag, Shadowed, Suggestion
from personas.forms import KeywordForm, KeywordsForm, RuleForm
from personas.models import Keyword, Persona
from personas.rules import KEYWORD_LENGTH
from tenants.admin.columns import reader
from tenants.intake import is_number, text_fault

# More rows of one persona than anybody reads; the search narrows them.
MOST_ROWS = 500
FLAG_LABELS: dict[Flag, str | Promise] = {
    Flag.SHADOWED: gettext_lazy("Never wins"),
    Flag.CONTRADICTED: gettext_lazy("Contradiction"),
    Flag.UNUSED: gettext_lazy("Matches no contact"),
    Flag.BROAD: gettext_lazy("Too broad"),
}
FLAG_TONES = {Flag.SHADOWED: "bad", Flag.CONTRADICTED: "bad", Flag.BROAD: "warn"}
NOTHING = Lint({}, {}, (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page's address asks for (W6)."""

    text: str = ""
    flag: Flag | None = None
    open: frozenset[str] = frozenset()
    edit: int = 0
    focus: str = ""

    @property
    def is_narrow(self) -> bool:
        """Say whether only some keywords are wanted, wherever they are."""
        return bool(self.text or self.flag)

    def address(self, **more: object) -> str:
        """Return the query of the same view, with more."""
        kept = {"q": self.text, "flag": self.flag or "", "open": sorted(self.open)}
        return urlencode({name: value for name, value in (kept | more).items() if value}, doseq=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a keyword, in words; `why` where the label does not say it all."""

    label: str | Promise
    tone: str
    why: str


@dataclass(frozen=True, slots=True)
class KeywordRow:
    """A keyword, its use, its faults; a form while it is edited."""

    keyword: Keyword
    use: KeywordUse
    faults: tuple[Fault, ...]
    form: RuleForm | None = None


@dataclass(frozen=True, slots=True)
class PersonaRow:
    """A persona with its counts; `keywords` is None while it is closed, `hidden` are beyond the cap."""

    persona: Persona
    contacts: int
    total: int
    faulty: int
    add: RuleForm | None = None
    many: RuleForm | None = None
    keywords: list[KeywordRow] | None = None
    hidden: int = 0
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class FaultCount:
    """How many keywords have a fault."""

    flag: Flag
    label: str | Promise
    tone: str
    count: int


@dataclass(frozen=True, slots=True)
class Tree:
    """Everything the page shows; `missing` says why there are no figures."""

    personas: list[PersonaRow]
    default: PersonaRow | None
    faults: list[FaultCount]
    suggestions: tuple[Suggestion, ...]
    missing: str

    @property
    def found(self) -> bool:
        """Say whether any keyword is shown."""
        return any(row.keywords for row in self.personas)


def asked_of(given: QueryDict) -> Asked:
    """Read an address; what means nothing asks for nothing."""
    flag, edit = given.get("flag", ""), given.get("edit", "")
    return Asked(
        text=fit_text(given.get("q", "")),
        flag=Flag(flag) if flag in list(Flag) else None,
        open=frozenset(filter(None, map(fit_text, given.getlist("open")))),
        edit=int(edit) if is_number(edit) else 0,
        focus=fit_text(given.get("focus", "")),
    )


def fit_text(text: str) -> str:
    """Return a text of an address, "" for one that no keyword could hold."""
    text = text.strip()
    return "" if len(text) > KEYWORD_LENGTH or text_fault(text) else text


def tree_of(asked: Asked, *, refused: Mapping[str, RuleForm] | None = None) -> Tree:
    """Return what was asked for; `refused` forms ("add", "many", "edit") stand where they were filled in.

    Six queries while rules stand.
    """
    people = list(queries.personas())
    found, missing = _lint()
    maker = _Maker(asked, people, found, refused or {})
    rows = [maker.persona_row(persona) for persona in people]
    return Tree(
        personas=[row for row in rows if not row.persona.is_default],
        default=next((row for row in rows if row.persona.is_default), None),
        faults=_fault_counts(found),
        suggestions=found.suggestions,
        missing=missing,
    )


def choosable(people: Sequence[Persona]) -> list[Persona]:
    """Return the personas that may have keywords (P9)."""
    return [persona for persona in people if not persona.is_default]


@dataclass(slots=True)
class _Maker:
    """Makes the rows of one view from what was read once."""

    asked: Asked
    people: list[Persona]
    lint: Lint
    refused: Mapping[str, RuleForm]
    opened: dict[int, list[Keyword]] = field(init=False)
    faults: dict[int, list[Fault]] = field(init=False)
    faulty: Counter[int] = field(init=False)

    def __post_init__(self) -> None:
        self.opened = self._opened()
        self.faults = _faults(self.lint, {persona.pk: persona.name for persona in self.people})
        # Each keyword once. One that nobody's title matches yet does no harm.
        self.faulty = Counter({one.id: one.persona_id for one in _faulty(self.lint)}.values())

    def persona_row(self, persona: Persona) -> PersonaRow:
        """Return a persona, with its keywords when they are to be seen."""
        contacts = self.lint.personas.get(persona.pk, 0)
        total: int = persona.keywords_count  # type: ignore[attr-defined]  # annotated by the query
        counts = (contacts, total, self.faulty[persona.pk])
        is_moved = self.asked.focus == f"move-{persona.code}"
        if persona.pk not in self.opened:
            return PersonaRow(persona, *counts, is_moved=is_moved)
        rows = self.opened[persona.pk]
        return PersonaRow(
            persona,
            *counts,
            add=self._form("add", persona, KeywordForm),
            many=self._form("many", persona, KeywordsForm),
            keywords=[self.keyword_row(keyword) for keyword in rows[:MOST_ROWS]],
            hidden=max(0, len(rows) - MOST_ROWS),
            is_moved=is_moved,
        )

    def keyword_row(self, keyword: Keyword) -> KeywordRow:
        """Return one keyword, with its form when it is edited."""
        use = self.lint.keywords.get(keyword.pk, KeywordUse())
        form = self._edit_form(keyword) if keyword.pk == self.asked.edit else None
        return KeywordRow(keyword, use, tuple(self.faults.get(keyword.pk, ())), form)

    def _form(self, place: str, persona: Persona, kind: type[RuleForm]) -> RuleForm:
        bound = self.refused.get(place)
        if bound is not None and bound.data.get("persona") == persona.code:
            return bound
        ids = f"{place}-{persona.code}-%s"
        form = kind(personas=choosable(self.people), initial={"persona": persona.code}, auto_id=ids)
        if self.asked.focus == f"{place}-{persona.code}":
            form.fields["text"].widget.attrs["autofocus"] = True
        return form

    def _edit_form(self, keyword: Keyword) -> RuleForm:
        return self.refused.get("edit") or edit_form(keyword, choosable(self.people))

    def _opened(self) -> dict[int, list[Keyword]]:
        """Return the keywords to be seen by persona id: those that match, or all of the open personas."""
        asked = self.asked
        if asked.is_narrow:
            wanted = self._matching()
        else:
            codes = {persona.pk for persona in self.people if persona.code in asked.open}
            wanted = Q(persona__in=codes)
        shown: dict[int, list[Keyword]] = defaultdict(list)
        for keyword in Keyword.objects.filter(wanted).order_by("normalized", "id"):
            shown[keyword.persona_id].append(keyword)
        return {persona.pk: shown[persona.pk] for persona in self.people if self._is_open(persona, shown)}

    def _is_open(self, persona: Persona, shown: Mapping[int, list[Keyword]]) -> bool:
        return persona.code in self.asked.open or bool(shown.get(persona.pk))

    def _matching(self) -> Q:
        wanted = Q(text__icontains=self.asked.text)
        if normalise(self.asked.text):
            wanted |= Q(normalized__contains=normalise(self.asked.text))
        if self.asked.flag:
            flagged = [number for number, flags in self.lint.flags.items() if self.asked.flag in flags]
            wanted &= Q(pk__in=flagged)
        return wanted


def edit_form(keyword: Keyword, people: Sequence[Persona]) -> KeywordForm:
    """Return the form that renames, moves and changes a keyword."""
    now = {
        "persona": keyword.persona.code,
        "text": keyword.text,
        "match": keyword.match,
        "effect": keyword.effect,
    }
    return KeywordForm(personas=people, initial=now, auto_id=f"edit-{keyword.pk}-%s")


def _lint() -> tuple[Lint, str]:
    try:
        return actions.lint(), ""
    except actions.NoRules as refusal:
        return NOTHING, str(refusal)


def _faulty(found: Lint) -> Iterator[KeywordRule]:
    yield from (one.keyword for one in found.shadowed)
    for pair in found.contradictions:
        yield from pair
    yield from (one.keyword for one in found.broad)


def _fault_counts(found: Lint) -> list[FaultCount]:
    counts = Counter(flag for flags in found.flags.values() for flag in flags)
    return [
        FaultCount(flag, FLAG_LABELS[flag], FLAG_TONES.get(flag, ""), counts[flag])
        for flag in Flag
        if counts[flag]
    ]


def _faults(found: Lint, names: Mapping[int, str]) -> dict[int, list[Fault]]:
    """Return by keyword id what is wrong, each fault with its reason."""
    told: dict[int, list[Fault]] = defaultdict(list)
    for number, flag, why in _reasons(found, names):
        told[number].append(Fault(FLAG_LABELS[flag], FLAG_TONES.get(flag, ""), why))
    return told


def _reasons(found: Lint, names: Mapping[int, str]) -> Iterator[tuple[int, Flag, str]]:
    for shade in found.shadowed:
        yield shade.keyword.id, Flag.SHADOWED, _why_shadowed(shade, names)
    for include, exclude in found.contradictions:
        yield include.id, Flag.CONTRADICTED, _("The same text is excluded from this persona.")
        yield exclude.id, Flag.CONTRADICTED, _("The same text is a keyword of this persona.")
    for broad in found.broad:
        yield broad.keyword.id, Flag.BROAD, _why_broad(broad)
    for keyword in found.unused:
        yield keyword.id, Flag.UNUSED, ""


def _why_shadowed(shade: Shadowed, names: Mapping[int, str]) -> str:
    if shade.by is None:
        return _("Its own persona is excluded from every title that holds it.")
    words = {"keyword": shade.by.text, "persona": names.get(shade.by.persona_id, "")}
    return _("“%(keyword)s” of “%(persona)s” always goes first.") % words


def _why_broad(broad: Broad) -> str:
    rivals = ", ".join(persona.name for persona in broad.rivals)
    number = reader().number
    words = {"contested": number(broad.contested), "wins": number(broad.wins), "personas": rivals}
    return _("%(contested)s of its %(wins)s contacts also match keywords of %(personas)s.") % words
