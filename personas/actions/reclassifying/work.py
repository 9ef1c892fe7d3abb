"""The work of a reclassification job: stage by stage, each step one committed chunk (R3, R5, J6).

begin → titles → contacts → singles → (dictionary → apply) for a list of its own; begin → dictionary → apply
for a preview's; begin → back → apply for an undo. `run.cursor` holds the stage and the place in it.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop

from personas import queries
from personas.actions.classifying import ruleset
from personas.actions.reclassifying.applying import Applied, apply_stretch, follow_decisions
from personas.actions.reclassifying.asking import RulesChanged
from personas.actions.reclassifying.listing import Listed, Lister
from personas.actions.reclassifying.snapshot import read_rules, read_selection, written_rules
from personas.actions.reclassifying.undoing import last_applied, list_back, written_by
from personas.models import Reclassification
from personas.rules import Outcome
from tenants.jobs.models import Job
from tenants.jobs.runner import Chunk, Run

# Stage → (phase as people read it, what the bar says); phases that a job does not have are not counted.
LABELS = {
    "titles": gettext_noop("Classifying titles"),
    "contacts": gettext_noop("Comparing contacts"),
    "singles": gettext_noop("Comparing contacts"),
    "back": gettext_noop("Comparing contacts"),
    "dictionary": gettext_noop("Writing contacts"),
    "apply": gettext_noop("Writing contacts"),
}


def run_reclassification(run: Run) -> dict[str, Any]:
    """List what changes and, unless it is a dry run, write it; return the result of R4."""
    work = _Work(run)
    while work.stage != "end":
        work.step()
    return queries.result_of(work.of, transitions=run.cursor.get("transitions", {}))


class _Work:
    """One worker's way through the stages; whatever it knows is read from the row, so another can go on."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.of = Reclassification.objects.select_related("preview", "undoes").get(job=run.job_id)
        self._lister: Lister | None = None
        self._steps: dict[str, Callable[[Chunk], None]] = {
            "begin": self._begin,
            "titles": self._titles,
            "contacts": self._contacts,
            "singles": self._singles,
            "back": self._back,
            "dictionary": self._dictionary,
            "apply": self._apply,
        }

    @property
    def stage(self) -> str:
        """Return where the last commit ended."""
        stage: str = self.run.cursor.get("stage", "begin")
        return stage

    @property
    def place(self) -> dict[str, Any]:
        """Return the place inside the stage."""
        place: dict[str, Any] = self.run.cursor.get("place", {})
        return place

    def step(self) -> None:
        """Do the next piece and commit it with its place."""
        labels = self._labels()
        label = LABELS.get(self.stage, labels[0])
        self.run.phase(labels.index(label) + 1, len(labels), label)
        with self.run.chunk() as chunk:
            self._steps[self.stage](chunk)

    def _labels(self) -> list[str]:
        listing = ["back"] if self.of.undoes else [] if self.of.preview else ["titles", "contacts"]
        return [LABELS[stage] for stage in (*listing, *([] if self.of.dry_run else ["apply"]))]

    def _begin(self, chunk: Chunk) -> None:
        if self.of.undoes:
            chunk.advance(total=written_by(self.of.undoes))
            self._go(chunk, "back")
        elif self.of.preview:
            self._begin_applying(chunk, self.of.preview)
        else:
            rules = ruleset()
            self._keep(rules.revision, self.of.rules | written_rules(rules))
            expected = queries.expected_contacts(read_selection(self.of.rules["selection"]))
            chunk.advance(total=expected)
            self._go(chunk, "titles")

    def _begin_applying(self, chunk: Chunk, preview: Reclassification) -> None:
        """Count what the preview found to stay as it is, and go on with the rest (R2)."""
        if ruleset().revision != preview.revision:
            raise RulesChanged
        self._keep(preview.revision, self.of.rules | preview.rules)
        seen = Job.objects.get(pk=preview.job)
        stays = {name: seen.counters.get(name, 0) for name in ("skipped_locked", "skipped_same", "errors")}
        chunk.advance(sum(stays.values()), total=seen.total, **stays)
        self._go(chunk, "dictionary")

    def _keep(self, revision: int, rules: dict[str, Any]) -> None:
        self.of.revision, self.of.rules = revision, rules
        self.of.save(update_fields=["revision", "rules"])

    def _list(self) -> Lister:
        if self._lister is None:
            rules = read_rules(self.of.rules, self.of.revision)
            self._lister = Lister(self.of, read_selection(self.of.rules["selection"]), rules)
        return self._lister

    def _titles(self, chunk: Chunk) -> None:
        after = self._list().decide_titles(self.place.get("title", 0))
        self._go(chunk, *(("contacts",) if after is None else ("titles", {"title": after})))

    def _contacts(self, chunk: Chunk) -> None:
        listed, place = self._list().list_contacts(self.place)
        self._count_listed(chunk, listed)
        self._go(chunk, "singles" if place is None else "contacts", place)

    def _singles(self, chunk: Chunk) -> None:
        listed, after = self._list().list_without_copy(self.place.get("contact", 0))
        self._count_listed(chunk, listed)
        if after is not None:
            self._go(chunk, "singles", {"contact": after})
            return
        selected: int = chunk.cursor.get("selected", 0)
        chunk.advance(total=selected)
        self._go(chunk, "end" if self.of.dry_run else "dictionary")

    def _count_listed(self, chunk: Chunk, listed: Listed) -> None:
        moving = listed.moving
        same = listed.selected - listed.held - moving
        # What moves counts once it is written; in a dry run it counts as what would (R1).
        done = listed.selected if self.of.dry_run else listed.selected - moving
        selected = chunk.cursor.get("selected", 0) + listed.selected
        updated = moving if self.of.dry_run else 0
        # Contacts may have come since the total was estimated (W2).
        total = max(chunk.total or 0, selected) if chunk.total is not None else None
        chunk.advance(
            done,
            total=total,
            cursor={"selected": selected},
            updated=updated,
            skipped_locked=listed.held,
            skipped_same=same,
            errors=0,
        )
        if self.of.dry_run and listed.moves:
            self._count_moves(chunk, listed.moves)

    def _back(self, chunk: Chunk) -> None:
        undone = self.of.undoes
        assert undone is not None  # noqa: S101 - the stage of undoing jobs alone
        end = last_applied(undone)
        after = list_back(self.of, undone, after=self.place.get("contact", 0), end=end)
        self._go(chunk, *(("apply",) if after is None else ("back", {"contact": after})))

    def _dictionary(self, chunk: Chunk) -> None:
        after = follow_decisions(self.of, after=self.place.get("title", 0))
        self._go(chunk, *(("apply",) if after is None else ("dictionary", {"title": after})))

    def _apply(self, chunk: Chunk) -> None:
        applied = apply_stretch(self.of, after=self.place.get("contact", 0), job=self.run.job_id)
        if not applied.listed:
            # Contacts deleted since the list are none any more.
            chunk.advance(total=chunk.done)
            self._go(chunk, "end")
            return
        self._count_applied(chunk, applied)
        self._go(chunk, "apply", {"contact": applied.upto})

    def _count_applied(self, chunk: Chunk, applied: Applied) -> None:
        chunk.advance(
            applied.listed,
            total=max(chunk.total or 0, chunk.done + applied.listed),
            updated=applied.moves.total(),
            skipped_locked=applied.left[Outcome.HELD],
            skipped_same=applied.left[Outcome.CHANGED],
            errors=applied.left[Outcome.FAILED],
        )
        self._count_moves(chunk, applied.moves)

    @staticmethod
    def _count_moves(chunk: Chunk, moves: Counter[tuple[int, int]]) -> None:
        counted = Counter(chunk.cursor.get("transitions", {}))
        counted.update({f"{old}>{new}": count for (old, new), count in moves.items()})
        chunk.advance(cursor={"transitions": dict(counted)})

    @staticmethod
    def _go(chunk: Chunk, stage: str, place: dict[str, Any] | None = None) -> None:
        chunk.advance(cursor={"stage": stage, "place": place or {}})
