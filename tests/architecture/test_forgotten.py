"""Nothing about a person is kept by accident: an erasure, an age or a reason sees to each model (S19)."""

from collections.abc import Collection, Iterable

from django.apps import apps

from tenants.records.erasure import all_traces
from tenants.records.retention import aged_kinds, kept_models
from tests.architecture.personal_fields import PERSONAL


def forgotten_by_nobody(personal: Iterable[str], seen_to: Collection[str]) -> list[str]:
    return sorted(set(personal) - set(seen_to))


def seen_to() -> set[str]:
    erased = {label for traces in all_traces() for label in traces.models}
    aged = {label for kind in aged_kinds() for label in kind.models}
    return erased | aged | {kept.model for kept in kept_models()}


def test_each_model_with_words_about_people_has_somebody_who_forgets_it():
    """S19: or a reason, shown to administrators, why it stays."""
    personal = [label for label, fields in PERSONAL.items() if fields]
    assert forgotten_by_nobody(personal, seen_to()) == []


def test_nobody_sees_to_a_model_that_is_gone():
    """S19: a renamed model would be forgotten by nobody."""
    labels = {model._meta.label for model in apps.get_models()}
    assert seen_to() <= labels


def test_it_turns_red_for_a_model_that_nobody_forgets():
    """Positive control: a new table with a name in it is found."""
    assert forgotten_by_nobody(["planted.Diary", "identity.Lead"], seen_to()) == ["planted.Diary"]
