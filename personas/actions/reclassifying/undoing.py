"""The way back as a list of its own: what the job wrote and nobody touched since (R8)."""

from personas.actions import statements
from personas.actions.reclassifying import statements as sql
from personas.models import AppliedChunk, ListedChange, Reclassification
from personas.rules import RECLASSIFICATION_BATCH, Outcome


def last_applied(undone: Reclassification) -> int:
    """Return the last contact that a job got to, 0 for none. One query."""
    chunks = AppliedChunk.objects.filter(by=undone).order_by("-upto")
    return chunks.values_list("upto", flat=True).first() or 0


def written_by(undone: Reclassification) -> int:
    """Count the contacts that a job wrote. One query."""
    return ListedChange.objects.filter(
        of=undone.list_id, contact__lte=last_applied(undone), outcome=Outcome.LISTED
    ).count()


def list_back(of: Reclassification, undone: Reclassification, *, after: int, end: int) -> int | None:
    """List the next contacts on their way back; return the last one's id, None at the end."""
    upto: int | None
    ((upto, _count),) = statements.rows(
        sql.LISTED_BACK,
        of=of.pk,
        list=undone.list_id,
        undone=undone.job,
        after=after,
        end=end,
        limit=RECLASSIFICATION_BATCH,
    )
    return upto
