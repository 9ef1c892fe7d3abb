"""The work of a large audience: contacts in, a file out, a chunk a commit (J6); killed, it goes on there.

The bar counts every contact twice, as somebody to look at and as somebody to write, so that it never goes
back: whoever is left out is done with at once.
"""

from collections import Counter
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_noop

from campaigns.actions.audiences.choosing import (
    AudienceChoice,
    NobodyChosen,
    Sieve,
    Sifted,
    chunks,
    contacts_of,
)
from campaigns.actions.audiences.listing import FILENAME, written
from campaigns.actions.audiences.looking import MOST_PEOPLE
from campaigns.actions.audiences.staging import (
    count_people,
    forget_people,
    stage_people,
    staged_rows,
    words_taken,
)
from campaigns.actions.importing.staging import forget_staged
from campaigns.actions.importing.work import client_files, import_rows
from campaigns.actions.importing.writing import go_alone
from campaigns.models import ClientFile
from personas.models import Contact
from tenants.jobs.rules import State
from tenants.jobs.runner import Run
from tenants.records.actions import keep_file
from tenants.records.models import StoredFile


def choose_audience(run: Run) -> dict[str, Any]:
    """Choose the people of `params["file"]` and make its list; return the counts, which add up (W3).

    A campaign that is to be ready is read in the same job. Raises NobodyChosen, NoLongerDraft.
    """
    found = client_files().get(pk=run.params["file"])
    phases = 5 if found.params["audience"]["is_read"] else 2
    if not run.cursor.get("listed"):
        run.phase(1, phases, gettext_noop("Looking at contacts"))
        _look(run, found)
        run.phase(2, phases, gettext_noop("Making the list"))
        _list(run, found)
    told = {"batch_id": found.campaign.code, "audience": run.cursor["audience"]}
    found = client_files().get(pk=found.pk)
    return told | (import_rows(run, found, phases_before=2) if phases > 2 else {})


def settle_audience(params: dict[str, Any], state: str, error: str) -> None:
    """Say on the file how its job ended, in the job's last transaction: a list that is there can be read."""
    file = ClientFile.objects.filter(pk=params["file"], finished_at=None)
    if state == State.COMPLETED:
        file.update(job=None, error="")
        return
    file.update(error=error[:500] or str(state))
    forget_people(params["file"])
    forget_staged(params["file"])


def _look(run: Run, found: ClientFile) -> None:
    """Walk through the contacts that there were at the beginning; one who comes later belongs to another."""
    told = found.params["audience"]
    sieve = Sieve(AudienceChoice.stored(told["choice"]), found.campaign.account, found.created_at)
    contacts = _bounded(run, found, contacts_of(sieve.chosen))
    if run.cursor["audience"]["is_cut"]:
        return
    for some in chunks(contacts, after=run.cursor["last"]):
        facts = sieve.facts(some)
        taken = words_taken(found, {word for one in facts.values() for word in one.words})
        room = MOST_PEOPLE - run.cursor["audience"]["chosen"]
        sifted = sieve.sift(some, facts, taken, room=room)
        _keep(run, found, sifted, last=some[-1].pk)
        if sifted.is_full:
            return


def _bounded(run: Run, found: ClientFile, contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Return the contacts up to the last one of the beginning; begin anew if who was chosen got lost."""
    if not run.cursor or count_people(found) != run.cursor["audience"]["chosen"]:
        until, many = contacts.aggregate(last=Max("pk"))["last"] or 0, contacts.count()
        nothing = {"contacts": many, "considered": 0, "chosen": 0, "left_out": {}, "is_cut": False}
        with run.chunk() as chunk:
            forget_people(found.pk)
            # After a loss the bar waits where it stood.
            total = max(2 * many, chunk.done)
            chunk.advance(total=total, cursor={"last": 0, "until": until, "audience": nothing})
    return contacts.filter(pk__lte=run.cursor["until"])


def _keep(run: Run, found: ClientFile, sifted: Sifted, *, last: int) -> None:
    with run.chunk() as chunk:
        go_alone(found.campaign)
        stage_people(found, sifted.people)
        told = _added(chunk.cursor["audience"], sifted)
        done = min(2 * told["considered"] - told["chosen"], chunk.total or 0)
        more = max(0, told["considered"] - chunk.counters.get("considered", 0))
        chunk.advance(max(0, done - chunk.done), cursor={"last": last, "audience": told}, considered=more)


def _added(before: dict[str, Any], sifted: Sifted) -> dict[str, Any]:
    left = Counter(before["left_out"]) + Counter({str(why): n for why, n in sifted.left_out.items()})
    chosen = before["chosen"] + len(sifted.people)
    counted = {"chosen": chosen, "left_out": dict(sorted(left.items())), "is_cut": sifted.is_full}
    return before | counted | {"considered": chosen + left.total()}


def _list(run: Run, found: ClientFile) -> None:
    """Put the list of the chosen beside the draft, in place of the empty one."""
    told = run.cursor["audience"]
    if not told["chosen"]:
        raise NobodyChosen
    is_read = found.params["audience"]["is_read"]
    with run.chunk() as chunk:
        go_alone(found.campaign)
        _put_beside(found, told)
        forget_people(found.pk)
        base = max(chunk.done, (chunk.total or 0) - told["chosen"])
        done = base if is_read else base + told["chosen"]
        cursor = {"listed": True, "base": base}
        chunk.advance(done - chunk.done, total=base + told["chosen"], cursor=cursor)


def _put_beside(found: ClientFile, told: dict[str, Any]) -> None:
    empty, content = found.file_id, written(staged_rows(found))
    made = keep_file(name=FILENAME, content=content, content_type="text/csv", by=found.created_by)
    params = found.params | {"rows": told["chosen"], "audience": found.params["audience"] | {"found": told}}
    ClientFile.objects.filter(pk=found.pk).update(file=made, params=params)
    StoredFile.objects.filter(pk__in=filter(None, [empty])).delete()
