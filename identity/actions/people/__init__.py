"""What people do about leads and persons; nobody's word is overwritten by a job (I9)."""

from identity.actions.people.cases import ask_again, ignore_case, reopen_case
from identity.actions.people.merging import merge_persons
from identity.actions.people.origins import SAID, decide_origin
from identity.actions.people.proposals import answer_proposal
from identity.actions.people.resolving import Choice, Resolution, resolve_case
from identity.actions.people.splitting import split_person
from identity.actions.people.taking_back import take_back_resolution
from identity.actions.people.undoing import undo_change
from identity.actions.people.unlinking import unlink
from identity.actions.people.verdicts import give_verdict

__all__ = [
    "SAID",
    "Choice",
    "Resolution",
    "answer_proposal",
    "ask_again",
    "decide_origin",
    "give_verdict",
    "ignore_case",
    "merge_persons",
    "reopen_case",
    "resolve_case",
    "split_person",
    "take_back_resolution",
    "undo_change",
    "unlink",
]
