"""`manage.py demo` and `manage.py test` set themselves up from nothing but Python (F6).

Each project here is a folder with our manage.py, our bootstrap and two tiny packages in a local folder, so
that real environments are made and real installations run, without a network.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from config import bootstrap

ROOT = Path(__file__).resolve().parents[2]
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)
FAKE_DJANGO = {
    "django/__init__.py": "def setup(): pass",
    "django/utils/__init__.py": "",
    "django/utils/translation.py": "def activate(language): pass",
    "django/core/exceptions.py": "class ImproperlyConfigured(Exception): pass",
    "django/core/__init__.py": "",
    "django/core/management.py": """
import json, os, sys
def execute_from_command_line(argv):
    print(json.dumps({"argv": argv[1:], "prefix": sys.prefix, "login": os.environ["MINGA_LOGIN"]}))
""",
}

FAKE_COMMAND = """
from django.core.management import execute_from_command_line
class Command:
    run_from_argv = staticmethod(execute_from_command_line)
"""


class Project:
    """A fresh clone with two packages to install."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder = folder
        self.wheels = wheels
        (folder / "config").mkdir(parents=True)
        shutil.copy(ROOT / "manage.py", folder)
        shutil.copy(ROOT / "config/bootstrap.py", folder / "config")
        (folder / "config/management/commands").mkdir(parents=True)
        for inside in ("config", "config/management", "config/management/commands"):
            (folder / inside / "__init__.py").touch()
        for name in ("demo", "test"):
            (folder / f"config/management/commands/{name}.py").write_text(FAKE_COMMAND)
        self.first = (0, "", "")  # how its first `demo` went
        self.want("1.0")

    def want(self, version: str) -> None:
        (self.folder / "requirements.txt").write_text(f"Django=={version}  # why\n")
        (self.folder / "requirements-dev.txt").write_text("-r requirements.txt\nfaketest==1.0\n")

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            **more,
        }

    def start(self, *words: str, python: str = BASE_PYTHON, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [python, "manage.py", *words],
            cwd=self.folder,
            env=self.environment(**more),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *words: str, python: str = BASE_PYTHON, **more: str) -> tuple[int, str, str]:
        process = self.start(*words, python=python, **more)
        said, complained = process.communicate(timeout=60)
        return process.returncode, said, complained

    @property
    def python(self) -> str:
        return str(self.folder / ".venv/bin/python")


def make_wheel(folder: Path, name: str, version: str, files: Mapping[str, str]) -> None:
    """Write the smallest wheel that pip installs."""
    about = f"{name}-{version}.dist-info"
    contents = {
        **files,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*contents, f"{about}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in {**contents, f"{about}/RECORD": record}.items():
            wheel.writestr(path, text)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheels")
    make_wheel(folder, "django", "1.0", FAKE_DJANGO)
    make_wheel(folder, "django", "1.1", FAKE_DJANGO)
    make_wheel(folder, "faketest", "1.0", {"faketest.py": ""})
    return folder


@pytest.fixture(scope="module")
def grown(tmp_path_factory, wheels):
    """A project after its first `demo`, in a directory with a space; tests leave it ready again."""
    project = Project(tmp_path_factory.mktemp("grown") / "my project", wheels)
    project.first = project.run("demo", "--json")
    return project


@pytest.fixture
def project(tmp_path, wheels):
    return Project(tmp_path / "clone", wheels)


def test_it_installs_and_runs_the_command_inside(grown):
    """F6: the words reach the command unchanged and nothing but its output is on standard output."""
    status, said, complained = grown.first
    assert status == 0, complained
    assert json.loads(said) == {
        "argv": ["demo", "--json"],
        "prefix": str(grown.folder / ".venv"),
        "login": "owner",
    }
    assert complained.splitlines()[0].startswith("Preparing .venv")
    assert complained.splitlines()[-1].startswith("Packages ready after")


def test_a_second_start_installs_nothing_and_needs_no_network(grown, tmp_path):
    """F6: nothing is asked of the network once the packages are there."""
    status, said, complained = grown.run("demo", PIP_FIND_LINKS=str(tmp_path))
    assert (status, complained) == (0, "")
    assert json.loads(said)["argv"] == ["demo"]


def test_an_active_environment_with_everything_is_used_as_it_is(grown):
    """F6: no second environment is made inside an active one."""
    status, _said, complained = grown.run("demo", python=grown.python)
    assert (status, complained) == (0, "")


def test_other_commands_run_in_the_ready_environment(grown):
    """F6: once set up, `manage.py migrate` needs no activation."""
    assert json.loads(grown.run("migrate")[1])["argv"] == ["migrate"]


def test_other_commands_say_which_command_to_run_first(project):
    """F6: without packages every other command names the two that install them."""
    status, said, complained = project.run("migrate")
    assert (status, said) == (1, "")
    assert "manage.py demo" in complained
    assert "manage.py test" in complained
    assert complained.count("\n") == 1
    assert not (project.folder / ".venv").exists()


def test_the_test_command_adds_its_own_packages_to_the_same_environment(grown):
    """F6: `test` installs requirements-dev.txt on top."""
    status, _said, complained = grown.run("test")
    assert status == 0, complained
    assert subprocess.run([grown.python, "-c", "import faketest"], check=False).returncode == 0
    assert grown.run("demo")[2] == ""


def test_a_changed_pin_reinstalls(grown):
    """F6: the stamp remembers the lists, not only that something was installed."""
    grown.want("1.1")
    assert grown.run("demo")[0] == 0
    version = [grown.python, "-c", "from importlib.metadata import version; print(version('django'))"]
    assert subprocess.run(version, capture_output=True, text=True, check=True).stdout == "1.1\n"
    assert grown.run("demo")[2] == ""


def test_a_half_finished_environment_heals_itself(grown):
    """F6: an installation killed in the middle is made anew, even when called from inside it."""
    (grown.folder / ".venv/minga-installing").touch()
    shutil.rmtree(next(grown.folder.glob(".venv/lib/python*/site-packages/django")))
    status, _said, complained = grown.run("demo", python=grown.python)
    assert status == 0, complained
    assert "Packages ready" in complained
    assert not (grown.folder / ".venv/minga-installing").exists()


def test_a_package_that_went_missing_is_put_back(grown):
    """F6: the stamp alone is not believed."""
    shutil.rmtree(next(grown.folder.glob(".venv/lib/python*/site-packages/django-*.dist-info")))
    status, said, complained = grown.run("demo")
    assert status == 0, complained
    assert json.loads(said)["argv"] == ["demo"]


def test_a_broken_interpreter_link_is_made_anew(grown):
    """F6: the system's Python may be replaced under the environment."""
    python = grown.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nonexistent/python")
    assert grown.run("demo")[0] == 0


def test_of_two_starts_at_once_one_installs_and_both_run(project):
    """F6: the second waits for the first and installs nothing."""
    starts = [project.start("demo"), project.start("demo")]
    ends = [start.communicate(timeout=60) for start in starts]
    assert [start.returncode for start in starts] == [0, 0], ends
    assert sum("Packages ready" in complained for _said, complained in ends) == 1
    assert sum("Another start is installing" in complained for _said, complained in ends) == 1


def test_stopping_it_leaves_no_installer_behind(project):
    """F6, F7: SIGTERM in the middle ends the installer too; the next start continues."""
    start = project.start("demo")
    wait_until((project.folder / ".venv/bin/python").exists)
    start.send_signal(signal.SIGTERM)
    start.communicate(timeout=20)
    assert start.returncode == 1
    with (project.folder / ".minga/install.lock").open("a") as lock:
        wait_until(lambda: is_free(lock), 20)  # whoever still worked would hold it
    assert project.run("demo")[0] == 0


def is_free(lock) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_until(happened, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_without_the_network_it_says_so_in_one_line(project, tmp_path):
    """Bad input: a failed download is one line with a cure, and no half environment is trusted afterwards."""
    status, said, complained = project.run("demo", PIP_FIND_LINKS=str(tmp_path))
    assert (status, said) == (1, "")
    assert "check the network" in complained.splitlines()[-1]
    assert project.run("demo")[0] == 0


def test_without_a_maker_of_environments_it_names_the_package(project, tmp_path, monkeypatch):
    """F6: Debian's Python without python3-venv gets the cure."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "_base_executable", str(python))
    monkeypatch.setattr(bootstrap, "_tool", lambda *_asked: [])
    monkeypatch.setenv("LANG", "en")
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        bootstrap.Folder(project.folder)._make()
    assert not (project.folder / ".venv").exists()


def test_an_unwritable_directory_is_one_line(project, tmp_path):
    """Bad input: no right to write here."""
    (project.folder / ".minga").write_text("in the way")
    status, _said, complained = project.run("demo")
    assert status == 1
    assert complained.count("\n") == 1
    assert "cannot be prepared" in complained


@pytest.mark.parametrize("words", ["OSError: [Errno 28] No space left on device", "Disk quota exceeded"])
def test_a_full_disk_is_named(words, monkeypatch):
    """Bad input: the installer's traceback becomes one line with the cure."""
    monkeypatch.setenv("LANG", "en")
    assert "free 1 GB" in bootstrap.failure(f"ERROR: Could not install packages due to an {words}\n")


def test_too_little_room_is_refused_before_anything_is_made(project, monkeypatch):
    """Bad input: no disk."""
    monkeypatch.setattr(bootstrap, "ROOM_NEEDED", 1 << 60)
    with pytest.raises(SystemExit):
        bootstrap.Folder(project.folder).fill("demo")
    assert not (project.folder / ".venv").exists()


def test_the_front_door_parses_on_the_pythons_that_it_refuses():
    """Bad input: an old Python sees one line, not a syntax error."""
    compile((ROOT / "manage.py").read_text(), "manage.py", "exec", flags=0, _feature_version=6)


def test_an_old_python_is_one_line(project):
    """Bad input: wrong Python."""
    pretend = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path('manage.py', {}, '__main__')"
    done = subprocess.run(
        [sys.executable, "-c", pretend],
        cwd=project.folder,
        capture_output=True,
        text=True,
        env=project.environment(),
        check=False,
    )
    assert done.returncode == 1
    assert "3.11" in done.stderr
    assert done.stderr.count("\n") == 1


def test_windows_is_sent_to_wsl_or_docker(monkeypatch):
    """F4: there is no broker wheel and no prefork on Windows."""
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SystemExit, match="WSL 2"):
        bootstrap.prepare(["manage.py", "demo"])


def test_pins_follow_included_lists(tmp_path):
    """F6: extras, comments and reasons do not hide a pin."""
    (tmp_path / "a.txt").write_text("# why\npsycopg[binary,pool]==3.3.9  # driver\n")
    (tmp_path / "b.txt").write_text("-r a.txt\npytest==9.2.0\n")
    assert list(bootstrap.pins(tmp_path / "b.txt")) == [("psycopg", "3.3.9"), ("pytest", "9.2.0")]


@pytest.mark.skipif(os.geteuid() != 0, reason="runs as an ordinary user already")
def test_it_works_as_an_ordinary_user(wheels):
    """Done when: the same as root and as an ordinary user; no HOME is needed."""
    nobody: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []}
    asked = ["/usr/bin/python3", "-c", "import sys, ensurepip; sys.exit(sys.version_info < (3, 11))"]
    if not Path(asked[0]).exists() or subprocess.run(asked, check=False, **nobody).returncode:
        pytest.skip("the system's Python is not 3.11 or has no venv")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as outer:
        shutil.copytree(wheels, f"{outer}/wheels")
        project = Project(Path(outer) / "clone", Path(outer) / "wheels")
        for path in [Path(outer), *Path(outer).rglob("*")]:
            os.chown(path, 65534, 65534)
        done = subprocess.run(
            [asked[0], "manage.py", "demo"],
            cwd=project.folder,
            capture_output=True,
            text=True,
            env=project.environment(),
            check=False,
            **nobody,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["prefix"] == str(project.folder / ".venv")
