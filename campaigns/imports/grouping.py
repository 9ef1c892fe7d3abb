"""C7: rows of one person become one person: who that is, in which order they are called, what they owe."""

from collections.abc import Sequence

from campaigns.imports.codes import RowCode, RowStatus, Unacceptable
from campaigns.imports.debts import creditor_key, sum_up
from campaigns.imports.documents import Document
from campaigns.imports.draft import Draft, Notice, Share
from campaigns.imports.people import Debt, Person, Phone, RowResult, main_debt
from campaigns.imports.phones import PhoneKind
from campaigns.imports.said import Said
from campaigns.imports.terms import Terms


class Gathered:
    """What the rows of one person have said so far."""

    __slots__ = (
        "ambiguous", "commune", "document", "name", "no_phones", "phones", "results", "shares", "time_zone",
        "variables",
    )  # fmt: skip

    def __init__(self) -> None:
        """Begin with nobody's rows."""
        self.document = Document("", "")
        self.variables: dict[str, str] = {}
        self.name = self.time_zone = self.commune = ""
        self.phones: list[Phone] = []
        self.ambiguous: list[tuple[str, ...]] = []
        self.no_phones: list[Notice | None] = []
        self.results: list[RowResult] = []
        self.shares: list[Share | None] = []

    def add(self, said: Said, draft: Draft) -> None:
        """Add one more row with its draft: what an earlier one has said stands."""
        result = said.result
        if not self.results:
            self.document, self.variables = draft.document, said.variables
            for name in said.too_long:
                result.warn(RowCode.VARIABLE_TOO_LONG, {"name": name})
        self.name = self.name or draft.name
        self.time_zone = self.time_zone or draft.time_zone
        self.commune = self.commune or draft.commune
        self.phones.extend(draft.phones)
        self.ambiguous.extend(draft.ambiguous)
        self.no_phones.append(draft.no_phone)
        self.results.append(result)
        self.shares.append(draft.share)
        result.notices = (*result.notices, *draft.notices)


def document_key(document: Document, country: str) -> str:
    """Return the key of whoever has a document."""
    return f"D:{country}:{document.canonical}"


def person_key(draft: Draft, country: str) -> str:
    """Return whose row it is: by document, else by first number; "" for nobody who can be told (C7)."""
    if draft.document.canonical:
        return document_key(draft.document, country)
    return f"N:{in_order(draft.phones)[0].e164}" if draft.phones else ""


def in_order(phones: Sequence[Phone]) -> tuple[Phone, ...]:
    """Return numbers in the order of calling: mobiles first, else as the rows have them, each once (C7)."""
    if len(phones) == 1:
        return (phones[0],)
    once: dict[str, Phone] = {}
    for phone in phones:
        once.setdefault(phone.e164, phone)
    return tuple(sorted(once.values(), key=lambda phone: phone.kind is not PhoneKind.MOBILE))


def to_person(key: str, gathered: Gathered, terms: Terms) -> Person | None:
    """Return the person of some rows and let each row end; None when nobody is left to call."""
    if not gathered.phones:
        for result, why in zip(gathered.results, gathered.no_phones, strict=True):
            end_unreachable(result, why, gathered.ambiguous)
        return None
    if not gathered.name:
        for result in gathered.results:
            result.end(RowStatus.REFUSED, RowCode.NAME_MISSING)
        return None
    debts = _debts(gathered, terms)
    rows = tuple(result for result in gathered.results if result.status is not RowStatus.REFUSED)
    if not rows:
        return None
    _end_accepted(rows)
    _warn_of_past(rows, debts, terms)
    return _person(key, gathered, debts, rows, terms)


def end_unreachable(result: RowResult, why: Notice | None, ambiguous: Sequence[tuple[str, ...]]) -> None:
    """Let a row without a number to dial end: ambiguous where there may be one, else refused (C5)."""
    if ambiguous:
        result.end(RowStatus.AMBIGUOUS, RowCode.PHONE_AMBIGUOUS, {"readings": ", ".join(ambiguous[0])})
    else:
        code, told = why or (RowCode.PHONE_MISSING, {})
        result.end(RowStatus.REFUSED, code, told)


def _debts(gathered: Gathered, terms: Terms) -> tuple[Debt, ...]:
    """Return a debt per creditor in row order; the rows of one that cannot be spoken of are refused."""
    by_creditor: dict[str, list[int]] = {}
    for place, share in enumerate(gathered.shares):
        if share is not None:
            by_creditor.setdefault(creditor_key(share.creditor), []).append(place)
    debts = []
    for places in by_creditor.values():
        shares = [share for place in places if (share := gathered.shares[place])]
        try:
            debts.append(sum_up(shares, terms))
        except Unacceptable as error:
            for place in places:
                gathered.results[place].end(RowStatus.REFUSED, error.code, error.told)
    return tuple(debts)


def _end_accepted(rows: Sequence[RowResult]) -> None:
    first = rows[0]
    mended = next((told for code, told in first.notices if code is RowCode.PHONE_REPAIRED), None)
    if mended is not None:
        first.end(RowStatus.REPAIRED, RowCode.PHONE_REPAIRED, mended)
    if len(rows) > 1:
        told = {"line": str(first.line)}
        for row in rows[1:]:
            row.end(RowStatus.MERGED, RowCode.SAME_PERSON, told)


def _warn_of_past(rows: Sequence[RowResult], debts: Sequence[Debt], terms: Terms) -> None:
    for debt in debts:
        days = [day for day in (debt.fecha_limite, debt.fecha_maxima) if day]
        if any(day < terms.today for day in days):
            told = {"limit": str(debt.fecha_limite or "—"), "maximum": str(debt.fecha_maxima or "—")}
            rows[0].warn(RowCode.DATE_PAST, told)


def _person(
    key: str, gathered: Gathered, debts: tuple[Debt, ...], rows: tuple[RowResult, ...], terms: Terms
) -> Person:
    main = main_debt(debts)
    return Person(
        key=key,
        document=gathered.document.canonical,
        document_shown=gathered.document.shown,
        name=gathered.name,
        phones=in_order(gathered.phones),
        ambiguous=tuple(dict.fromkeys(gathered.ambiguous)),
        time_zone=gathered.time_zone or None,
        commune=gathered.commune,
        debts=debts,
        variables=gathered.variables,
        fecha_limite=main.fecha_limite if main else terms.fecha_limite,
        fecha_maxima=main.fecha_maxima if main else terms.fecha_maxima,
        rows=rows,
    )
