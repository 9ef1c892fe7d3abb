"""Import contracts: the ladder and the rooms hold, and every package stands on them."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.sources import APPS, ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_it_keeps_every_import_contract():
    """Ladder and rooms: no upward import, no nameless room."""
    outcome = lint_imports(ROOT)
    assert outcome.returncode == 0, outcome.stdout


def test_it_puts_every_package_on_the_ladder():
    """A package outside the ladder would be outside every contract."""
    present = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert present <= set(APPS)
    assert present == set(SETTINGS["root_packages"])


def test_it_gives_every_app_its_rooms():
    """Rooms are exhaustive for each app and each app inside tenants."""
    fenced = {name for contract in SETTINGS["contracts"] for name in contract.get("containers", [])}
    apps = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for name in SETTINGS["root_packages"]
        for path in (ROOT / name).rglob("apps.py")
    }
    assert apps - {"config"} <= fenced


def planted(tmp_path: Path, path: str, text: str) -> str:
    """Copy the packages, plant one file and return what the contracts say."""
    for name in [*SETTINGS["root_packages"], "pyproject.toml"]:
        source = ROOT / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path)
    (tmp_path / path).write_text(text, encoding="utf-8")
    outcome = lint_imports(tmp_path)
    assert outcome.returncode == 1, outcome.stdout
    return " ".join(outcome.stdout.split())


def test_it_turns_red_for_a_planted_upward_import(tmp_path):
    """Positive control: the ground may not know a domain."""
    said = planted(tmp_path, "tenants/queries.py", "import personas.queries\n")
    assert "tenants is not allowed to import personas" in said


def test_it_turns_red_for_a_planted_nameless_room(tmp_path):
    """Positive control: a room that nobody named breaks the exhaustive layers."""
    assert "personas.leftovers" in planted(tmp_path, "personas/leftovers.py", "")
