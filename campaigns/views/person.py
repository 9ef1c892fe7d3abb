"""What campaigns tell about a person: each campaign and why called or not, every call, every wish (W1)."""

from collections.abc import Collection, Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.imports.codes import Unacceptable
from campaigns.imports.documents import read_document
from campaigns.models import CallAttempt, Entry, Suppression
from campaigns.models.words import ENTRY_STATE_LABELS, REASON_LABELS, SUPPRESSION_SOURCE_LABELS
from campaigns.queries.call_rows import UNDER_WAY
from campaigns.queries.persons import calls_to, entries_by_number, entries_known_by, wishes_about
from campaigns.rules import FINAL, EntryReason, EntryState, SuppressionSource
from campaigns.views.words import CALL_OUTCOMES
from tenants.display.persons import (
    MOST_ROWS,
    Asked,
    Event,
    Fact,
    Held,
    Key,
    KeyKind,
    Part,
    Section,
    Source,
    document_key,
)
from tenants.intake import is_number
from tenants.permissions import Capability

ENTRY = "entry"
MOST_CALLS = 100


def find(_of: str, row: str, _asked: Asked) -> Sequence[Held]:
    """Return an entry. One query."""
    numbers = [int(row)] if is_number(row) else []
    return [_held(one) for one in entries_by_number(entries=numbers)]


def holders(keys: Collection[Key], _asked: Asked) -> Sequence[Held]:
    """Return the entries of these documents, or called first at these phones. One query."""
    phones = [key.value for key in keys if key.kind is KeyKind.PHONE]
    found = entries_known_by(persons=list(_person_keys(keys)), numbers=phones, most=MOST_ROWS)
    return [_held(one) for one in found]


def tell(rows: Sequence[Held], keys: Collection[Key], asked: Asked) -> Part:
    """Tell each campaign, the numbers, the calls and the wishes. Three queries.

    Wishes are told of anybody whose phone or document is barred, in a campaign or not.
    """
    entries = entries_by_number(entries=[int(one.row) for one in rows])
    hears = asked.may(Capability.HEAR)
    numbers = [one.pk for one in entries]
    calls = calls_to(entries=numbers, with_records=hears, most=MOST_CALLS) if entries else []
    barred = {one.person_key for one in entries} | set(_person_keys(keys))
    barred |= {key.value for key in keys if key.kind is KeyKind.PHONE}
    wishes = wishes_about(values=barred)
    return Part(
        [*_sections(entries, wishes)],
        [*_of_entries(entries), *_of_calls(calls, hears=hears), *_of_wishes(wishes)],
    )


def _person_keys(keys: Collection[Key]) -> Iterator[str]:
    """Yield persons as entries name them, each document with its own country."""
    for key in keys:
        if key.kind is KeyKind.PHONE:
            yield f"N:{key.value}"
        elif key.kind is KeyKind.DOCUMENT:
            country, _colon, bare = key.value.partition(":")
            try:
                yield f"D:{country}:{read_document(bare, country=country).canonical}"
            except Unacceptable:
                # No campaign could have taken it.
                continue


def _held(one: Entry) -> Held:
    return Held(
        of=ENTRY,
        row=str(one.pk),
        what=_("Campaign: %s") % one.campaign.name,
        name=one.name,
        href=_page(one.pk),
        group=one.person_key,
        keys=frozenset(_keys(one)),
    )


def _keys(one: Entry) -> Iterator[Key]:
    kind, _colon, rest = one.person_key.partition(":")
    if kind == "D":
        country, _colon, document = rest.partition(":")
        key = document_key(document, country=country)
        if key:
            yield key
    for phone in one.phones:
        yield Key(KeyKind.PHONE, phone["number"])


def _sections(entries: Sequence[Entry], wishes: Sequence[Suppression]) -> Iterator[Section]:
    if wishes:
        yield Section("suppressed", _("Must not be called"), [_of_wish(one) for one in wishes])
    if entries:
        facts = [_of_entry(one) for one in entries]
        yield Section("campaigns", _("Campaigns"), facts)
        yield Section("numbers", _("Numbers of the campaigns"), list(_of_numbers(entries)))


def _of_entry(one: Entry) -> Fact:
    state = EntryState(one.state)
    words = f"{ENTRY_STATE_LABELS[state]} · {REASON_LABELS[EntryReason(one.reason)]}"
    if one.outcome:
        words += f" · {CALL_OUTCOMES.get(one.outcome, one.outcome)}"
    tone = "good" if state is EntryState.SUCCEEDED else "" if state in FINAL else "running"
    return Fact("entry", one.campaign.name, words, _page(one.pk), tone)


def _of_numbers(entries: Sequence[Entry]) -> Iterator[Fact]:
    """Tell each number once, retired where one campaign found that nobody can be called there."""
    retired: dict[str, bool] = {}
    for phone in (phone for one in entries for phone in one.phones):
        retired[phone["number"]] = retired.get(phone["number"], False) or bool(phone.get("retired"))
    for number, is_retired in retired.items():
        words = _("Retired: nobody can be called there.") if is_retired else _("In use")
        yield Fact("number", number, words, tone="bad" if is_retired else "")


def _of_wish(one: Suppression) -> Fact:
    who = one.account.name if one.account else _("all accounts")
    source = SUPPRESSION_SOURCE_LABELS[SuppressionSource(one.source)]
    words = " · ".join(str(part) for part in (who, source, one.reason) if part)
    return Fact("suppression", one.value, words, tone="bad", at=one.created_at)


def _of_entries(entries: Sequence[Entry]) -> Iterator[Event]:
    for one in entries:
        came = _("Came into a campaign")
        yield Event(one.created_at, "campaigns", "entry_created", came, one.campaign.name, _page(one.pk))


def _of_calls(calls: Sequence[CallAttempt], *, hears: bool) -> Iterator[Event]:
    for one in calls:
        outcome = str(CALL_OUTCOMES.get(one.outcome or UNDER_WAY, one.outcome))
        record = getattr(one, "record", None) if hears else None
        said = record.summary if record else ""
        detail = " · ".join(part for part in (one.campaign.name, one.to_number, said) if part)
        at = one.accepted_at or one.claimed_at
        page = f"{_page(one.entry_id)}#calls"
        yield Event(
            at, "campaigns", f"call_{one.outcome or UNDER_WAY}", _("Call: %s") % outcome, detail, page
        )


def _of_wishes(wishes: Sequence[Suppression]) -> Iterator[Event]:
    for one in wishes:
        what, detail = _("Must not be called"), " · ".join(part for part in (one.value, one.reason) if part)
        yield Event(one.created_at, "campaigns", "suppressed", what, detail, tone="bad")


def _page(entry: int) -> str:
    return reverse("campaigns:entry", args=[entry])


source = Source(frozenset({ENTRY}), find, holders, tell, position=40)
