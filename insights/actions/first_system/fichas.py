"""Brands of the first social system: disabled here until a person enables them (F11)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from insights.actions.fichas import create_ficha
from insights.actions.first_system.past import FICHAS, History, PastReason
from insights.actions.first_system.values import Unreadable, first_of, text_of, texts_of
from insights.models import FichaCliente
from insights.modules import topic_key
from insights.rules import NAME_LENGTH, SourceKind
from insights.sources.sheets import SHEET_ID
from personas.actions.first_system.documents import Read
from tenants.records.rules import Fate, Taken

LONGEST = 5_000
_line = partial(text_of, longest=NAME_LENGTH)
_text = partial(text_of, longest=LONGEST)
_list = partial(texts_of, longest=NAME_LENGTH)


def _zone(value: Any) -> str:
    zone = text_of(value, longest=40)
    try:
        return str(ZoneInfo(zone)) if zone else ""
    except (LookupError, ValueError, OSError) as error:
        raise Unreadable from error


def _sheet(value: Any) -> str:
    found = text_of(value, longest=128)
    if found and not SHEET_ID.fullmatch(found):
        raise Unreadable
    return found


# What a field becomes, how it is read, and what it may be called over there.
READS: Mapping[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    "industry": (_line, ("industry", "industria", "rubro")),
    "country": (partial(text_of, longest=60), ("country", "pais", "país")),
    "timezone": (_zone, ("timezone", "time_zone", "zona_horaria")),
    "archetype": (_line, ("archetype", "arquetipo", "brand_archetype")),
    "tone_of_voice": (_text, ("tone_of_voice", "tono_de_voz", "tone")),
    "target_audience": (_text, ("target_audience", "publico_objetivo", "audience")),
    "business_goal": (_text, ("business_goal", "objetivo", "goal")),
    "content_pillars": (_list, ("content_pillars", "pilares")),
    "competitors": (_list, ("competitors", "competidores")),
    "spreadsheet_id": (_sheet, ("spreadsheet_id", "google_sheet_id", "google_sheets_spreadsheet_id")),
}
NAMES = ("brand_name", "name", "nombre", "client_name")


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand as it was understood."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    issues: tuple[str, ...] = ()


class Fichas(History[Brand]):
    """Who was followed. One of the same name here gets the history; nothing else of it changes."""

    name = FICHAS
    found_as = ("fichas_cliente", "ficha_cliente", "fichas")
    fields: Mapping[str, str] = {
        "id": "source id",
        **dict.fromkeys(NAMES, "brand"),
        **{there: here for here, (_read, names) in READS.items() for there in names},
    }

    def read(self, fields: Mapping[str, Any]) -> Brand:
        """Return the brand of a row."""
        facts: dict[str, Any] = {}
        issues: list[str] = []
        for name, (read, names) in READS.items():
            try:
                facts[name] = read(first_of(fields, *names))
            except Unreadable:
                issues.append(str(PastReason.VALUE_DROPPED))
        try:
            called = _line(first_of(fields, *NAMES))
        except Unreadable:
            called = ""
        return Brand(called, {name: value for name, value in facts.items() if value}, tuple(issues[:1]))

    def decide(self, read: Sequence[Read[Brand]]) -> list[Taken]:
        """Make each brand, or meet it."""
        here = set(FichaCliente.objects.filter(pk__in=_targets(read)).values_list("pk", flat=True))
        named = _by_name()
        return [self._take(one, here, named) for one in read]

    def _take(self, one: Read[Brand], here: set[int], named: dict[str, list[FichaCliente]]) -> Taken:
        if one.target is not None:
            reason = PastReason.KEPT_HERE if one.target in here else PastReason.DELETED_HERE
            return one.settled(Fate.SKIPPED, reason=str(reason))
        if not one.record.name:
            return one.settled(Fate.ERROR, reason=str(PastReason.NAME_MISSING))
        key = topic_key(one.record.name)
        met = named.get(key, [])
        if len(met) > 1:
            return one.settled(Fate.ERROR, reason=str(PastReason.NAME_SHARED))
        if met or key in self.past.names:
            return self._settled(one, met[0] if met else None, Fate.UPDATED, str(PastReason.MERGED))
        self.past.names.add(key)
        made = None if self.session.dry_run else self._made(one.record)
        if made is not None:
            named[key] = [made]
        return self._settled(one, made, Fate.CREATED)

    def _made(self, record: Brand) -> FichaCliente:
        sheet = {"source_kind": SourceKind.SHEET} if record.facts.get("spreadsheet_id") else {}
        return create_ficha(
            by=self.session.by, brand_name=record.name, is_enabled=False, **sheet, **record.facts
        )

    def _settled(self, one: Read[Brand], ficha: FichaCliente | None, fate: Fate, *notes: str) -> Taken:
        if self.session.dry_run:
            self.past.fichas[one.id] = ficha or FichaCliente(brand_name=one.record.name)
        target = str(ficha.pk) if ficha else ""
        return one.settled(fate, target=target, notes=(*one.record.issues, *notes))


def _targets(read: Iterable[Read[Any]]) -> list[int]:
    return [one.target for one in read if one.target is not None]


def _by_name() -> dict[str, list[FichaCliente]]:
    named: dict[str, list[FichaCliente]] = {}
    for ficha in FichaCliente.objects.order_by("id"):
        named.setdefault(topic_key(ficha.brand_name), []).append(ficha)
    return named
