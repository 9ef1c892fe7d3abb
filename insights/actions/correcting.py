"""What a comment really means, said by a person: a human label wins, and the engine's stays (N9)."""

from uuid import UUID

from django.db import transaction

from insights.models import Comment, FichaCliente, Label
from insights.models.labels import columns_of
from insights.rules import Engine
from insights.rules import Label as Meaning
from tenants.records.actions import note


@transaction.atomic
def correct_label(*, comment: Comment, meaning: Meaning, by: UUID) -> Label:
    """Let a person's label stand for one comment, in its present text; views show it from now on.

    Comments of the same text keep theirs. An edited text is labelled anew.
    """
    held = Comment.objects.select_for_update().get(pk=comment.pk)
    label = Label.objects.create(
        text_hash=held.text_hash,
        engine=Engine.HUMAN,
        corrects_id=held.label_id,
        created_by=by,
        **columns_of(meaning),
    )
    Comment.objects.filter(pk=held.pk).update(label=label, unlabelled_because="")
    FichaCliente.objects.filter(pk=held.ficha_id).restamp()
    note(verb="correct", of="label", id=held.pk, by=by)
    return label
