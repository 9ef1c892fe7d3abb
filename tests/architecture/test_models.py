"""What is stored: fields are declared personal or harmless, pairs held together, migrations complete."""

import importlib
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from tenants.jobs.runner import handled_kinds
from tests.architecture.personal_fields import HARMLESS, PERSONAL
from tests.architecture.sources import APPS, product_sources


def house_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]


def loose_pairs(model: type[models.Model]) -> list[str]:
    """Return the nullable pairs of moment and person that no constraint of the model holds together."""
    empty = {field.name for field in model._meta.concrete_fields if field.null}
    constraints = [str(constraint.deconstruct()) for constraint in model._meta.constraints]
    pairs = [(name, f"{name.removesuffix('_at')}_by") for name in empty if name.endswith("_at")]
    return [
        f"{model._meta.label}: {at} and {by}"
        for at, by in pairs
        if by in empty and not any(at in words and by in words for words in constraints)
    ]


@pytest.mark.parametrize("model", house_models(), ids=lambda model: model._meta.label)
def test_it_declares_every_field_personal_or_harmless(model):
    """S19: nobody stores something about a person without saying so."""
    label = model._meta.label
    personal, harmless = set(PERSONAL[label].split()), set(HARMLESS[label].split())
    fields = {field.name for field in model._meta.concrete_fields}
    assert not personal & harmless
    assert personal | harmless == fields


def test_it_declares_no_model_that_is_gone():
    """S19: a declaration for a model that no longer exists would hide a renamed one."""
    labels = {model._meta.label for model in house_models()}
    assert set(PERSONAL) == set(HARMLESS) == labels


def test_it_holds_moment_and_person_together():
    """House habit: an `_at` that people cause has its `_by`, and the database keeps both or neither."""
    assert [pair for model in house_models() for pair in loose_pairs(model)] == []


def test_it_turns_red_for_a_loose_pair():
    """Positive control: a lock with a moment and a person that nothing ties is found."""

    class Planted(models.Model):
        locked_at = models.DateTimeField(null=True)
        locked_by = models.UUIDField(null=True)

        class Meta:
            app_label = "planted"

        def __str__(self) -> str:
            return "planted"

    try:
        assert loose_pairs(Planted) == ["planted.Planted: locked_at and locked_by"]
    finally:
        del apps.all_models["planted"]
        apps.clear_cache()


def declared_kinds() -> set[str]:
    """Every member of an enum called JobKind, wherever an app's rules declare one."""
    modules = [".".join(source.words) for source in product_sources() if source.words[-1] == "rules"]
    enums = [getattr(importlib.import_module(name), "JobKind", ()) for name in modules]
    return {str(kind) for enum in enums for kind in enum}


def test_it_handles_each_declared_job_kind():
    """J8: actions name kinds, tasks handle them; none is left alone on either side."""
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in APPS and importlib.util.find_spec(f"{config.name}.tasks"):
            importlib.import_module(f"{config.name}.tasks")
    product = {kind for kind in handled_kinds() if not kind.startswith("test")}
    assert product == declared_kinds()


def test_it_has_a_migration_for_every_change(db):
    """A model that changed without its migration works here and fails at the next installation."""
    said = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=said)
