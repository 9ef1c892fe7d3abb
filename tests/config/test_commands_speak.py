"""Commands speak the terminal's language, Spanish first (W7)."""

import re
from argparse import Action
from collections.abc import Iterator
from importlib import import_module, reload
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.core.management.base import BaseCommand
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
# What developers of Minga type; and lists of codes, which stay as they are typed.
DEVELOPERS = {"messages", "test"}
CODES = re.compile(r"[a-z_]+(,[a-z_]+)*")
DJANGOS = {action.dest for action in BaseCommand().create_parser("manage.py", "any")._actions}


@pytest.fixture(scope="module")
def spanish() -> re.Pattern[str]:
    """Match whatever is a Spanish text of the catalogue, its figures filled in."""
    with (ROOT / "locale/es/LC_MESSAGES/django.po").open("rb") as file:
        texts = [one.string for one in read_po(file) if one.id and isinstance(one.string, str)]
    filled = (re.sub(r"%(\\\(\w+\\\))?[sd]", ".+", re.escape(text)) for text in texts)
    return re.compile("|".join(f"(?:{text})" for text in filled), re.DOTALL)


@pytest.fixture
def speaking_spanish(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "es")
    with translation.override("es"):
        yield


def ours() -> list[str]:
    found = ROOT.glob("*/management/commands/[a-z]*.py")
    return sorted(f"{path.parts[-4]}.management.commands.{path.stem}" for path in found)


def helped(action: Action) -> bool:
    return action.dest not in DJANGOS and bool(action.help) and not CODES.fullmatch(action.help or "")


def said_by(name: str) -> list[str]:
    """Return what a command's help says, as a process says it that speaks the language of now."""
    module = reload(import_module(name))
    parser = module.Command().create_parser("manage.py", name.rpartition(".")[2])
    return [parser.description or "", *(action.help or "" for action in parser._actions if helped(action))]


@pytest.mark.parametrize("name", [one for one in ours() if one.rpartition(".")[2] not in DEVELOPERS])
def test_its_help_is_in_the_catalogue(name: str, spanish: re.Pattern[str], speaking_spanish: None) -> None:
    """W7: what it does and what each option is for."""
    assert [text for text in said_by(name) if not spanish.fullmatch(text)] == []


def test_it_turns_red_for_words_that_are_not_translated(
    spanish: re.Pattern[str], speaking_spanish: None
) -> None:
    """Positive control: the commands of developers speak English alone."""
    assert [text for text in said_by("config.management.commands.messages") if not spanish.fullmatch(text)]
