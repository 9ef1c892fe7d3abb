"""What campaigns tell about a person: each campaign and why called or not, every call, every wish (W1)."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.imports.codes import Unacceptable
from campaigns.imports.documents import read_document
from campaigns.models import BadNumber, CallAttempt, Entry, Suppression
from campaigns.models.words import ENTRY_STATE_LABELS, REASON_LABELS, SUPPRESSION_SOURCE_LABELS
from campaigns.queries.bad_numbers import bad_among
from campaigns.queries.call_rows import UNDER_WAY
from campaigns.queries.persons import calls_to, entries_by_number, entries_known_by, wishes_about
from campaigns.reports.words import CALL_OUTCOMES
from campaigns.rules import FINAL, EntryReason, EntryState, SuppressionSource
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
    """Tell each campaign, the numbers, the calls and the wishes. Four queries.

    What was said stands on a call's own page alone, where it is noted who heard it: its event leads there.

    Wishes are told of anybody whose phone or document is barred, in a campaign or not.
    """
    entries = entries_by_number(entries=[int(one.row) for one in rows])
    hears = asked.may(Capability.HEAR)
    numbers = [one.pk for one in entries]
    calls = calls_to(entries=numbers, most=MOST_CALLS) if entries else []
    barred = {one.person_key for one in entries} | set(_person_keys(keys))
    barred |= {key.value for key in keys if key.kind is KeyKind.PHONE}
    wishes = wishes_about(values=barred)
    phones = {key.value for key in keys if key.kind is KeyKind.PHONE}
    phones |= {phone["number"] for one in entries for phone in one.phones}
    bad = bad_among(numbers=phones)
    return Part(
        [*_sections(entries, wishes), *_of_numbers(sorted(phones), bad, entries)],
        [*_of_entries(entries), *_of_calls(calls, hears=hears), *_of_wishes(wishes), *_of_bad(bad)],
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


def _of_entry(one: Entry) -> Fact:
    state = EntryState(one.state)
    said = [str(ENTRY_STATE_LABELS[state]), str(REASON_LABELS[EntryReason(one.reason)])]
    said += [str(CALL_OUTCOMES.get(one.outcome, one.outcome))] if one.outcome else []
    # A reason may say what the last call's outcome says.
    words = " · ".join(dict.fromkeys(said))
    tone = "good" if state is EntryState.SUCCEEDED else "" if state in FINAL else "running"
    return Fact("entry", one.campaign.name, words, _page(one.pk), tone)


def _of_numbers(
    phones: Sequence[str], bad: Mapping[str, BadNumber], entries: Sequence[Entry]
) -> Iterator[Section]:
    """Tell each number, and whether a call found that nobody can be called there (C21)."""
    retired = {phone["number"] for one in entries for phone in one.phones if phone.get("retired")}
    facts = [_of_number(number, bad.get(number), is_retired=number in retired) for number in phones]
    if facts:
        yield Section("numbers", _("Numbers"), facts)


def _of_number(number: str, bad: BadNumber | None, *, is_retired: bool) -> Fact:
    if bad is not None:
        words = _("The number does not exist: new campaigns leave it out.")
        return Fact("bad_number", number, words, tone="bad", at=bad.found_at)
    words = _("A campaign retired it.") if is_retired else _("In use")
    return Fact("number", number, words, tone="warn" if is_retired else "")


def _of_bad(bad: Mapping[str, BadNumber]) -> Iterator[Event]:
    for one in bad.values():
        what = _("The number does not exist")
        yield Event(one.found_at, "campaigns", "bad_number", what, one.number, tone="bad")


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
        heard = reverse("admin:campaigns_callattempt_change", args=[one.pk]) if hears else ""
        page, at = heard or f"{_page(one.entry_id)}#calls", one.accepted_at or one.claimed_at
        what, detail = _("Call: %s") % outcome, f"{one.campaign.name} · {one.to_number}"
        yield Event(at, "campaigns", f"call_{one.outcome or UNDER_WAY}", what, detail, page)


def _of_wishes(wishes: Sequence[Suppression]) -> Iterator[Event]:
    for one in wishes:
        what, detail = _("Must not be called"), " · ".join(part for part in (one.value, one.reason) if part)
        yield Event(one.created_at, "campaigns", "suppressed", what, detail, tone="bad")


def _page(entry: int) -> str:
    return reverse("campaigns:entry", args=[entry])


source = Source(frozenset({ENTRY}), find, holders, tell, position=40)
