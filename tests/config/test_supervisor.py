"""One supervisor runs web, worker and beat (F7): real programs, real signals, nothing left behind."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import supervisor
from config.supervisor import Program, Supervisor, SupervisorError, check_port

ROOT = Path(__file__).resolve().parents[2]
# A program with a child of its own that does not listen, like a worker of a pool.
FAMILY = "sh -c 'trap : TERM; while :; do sleep 0.2; done' & echo child $!; while :; do sleep 0.2; done"
# What a command does: a supervisor under `stopping_on_signals`. nohup is inherited.
COMMAND = """
import signal, sys
from config.supervisor import Program, Supervisor, stopping_on_signals
signal.signal(signal.SIGHUP, getattr(signal, sys.argv[2]))
with stopping_on_signals():
    with Supervisor([Program("family", ["sh", "-c", sys.argv[1]])], grace=0.5) as crew:
        sys.exit(crew.wait())
"""


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LANG", "en")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


def shell(name: str, script: str) -> Program:
    return Program(name, ["sh", "-c", script])


def until(happened, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lives(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def start_command(hangup: str = "SIG_DFL") -> tuple[subprocess.Popen[str], int]:
    """Return a running command and the number of its program's child; `hangup`: what SIGHUP meant."""
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, FAMILY, hangup],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    return process, int(process.stdout.readline().split()[-1])


def test_every_line_is_prefixed_with_its_programs_name():
    """F7: one log, several programs."""
    out = io.StringIO()
    with Supervisor([shell("web", "echo one; sleep 9"), shell("worker", "echo two >&2; sleep 9")], out=out):
        until(lambda: out.getvalue().count("\n") == 2)
    assert sorted(out.getvalue().splitlines()) == ["web    | one", "worker | two"]


def test_a_dead_program_is_started_again(tmp_path):
    """F7: restart of a dead child."""
    out = io.StringIO()
    mark = tmp_path / "mark"
    with Supervisor([shell("web", f"[ -e {mark} ] && echo up && sleep 9; touch {mark}; exit 3")], out=out):
        until(lambda: "| up" in out.getvalue())
    assert out.getvalue().splitlines() == [
        "web | ended with status 3",
        "web | starting again in 0.5 s",
        "web | up",
    ]


def test_a_killed_leader_takes_its_children_with_it(tmp_path):
    """F7: a pool must not go on without its master beside the new one."""
    out = io.StringIO()
    with Supervisor([shell("worker", f"echo leader $$; {FAMILY}")], out=out, grace=0.2):
        until(lambda: "child" in out.getvalue())
        leader, child = (int(number) for number in re.findall(r"(?:leader|child) (\d+)", out.getvalue()))
        os.kill(leader, signal.SIGKILL)
        until(lambda: not lives(child))
        until(lambda: out.getvalue().count("child") == 2)


def test_a_program_that_keeps_dying_ends_the_wait(monkeypatch):
    """F7: five early deaths are no accident; the exit status says so."""
    monkeypatch.setattr(supervisor, "BACKOFF", (0.01,))
    out = io.StringIO()
    with Supervisor([shell("web", "exit 1")], out=out) as crew:
        assert crew.wait(10) == 1
    assert out.getvalue().splitlines()[-1] == "web | keeps ending at once; see the lines above"


def test_a_program_that_is_not_there_is_told_in_a_line():
    """F7: no traceback."""
    out = io.StringIO()
    with Supervisor([Program("web", ["/nowhere/gunicorn"])], out=out):
        pass
    assert "/nowhere/gunicorn" in out.getvalue().splitlines()[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_with_status_0(number):
    """F7: Ctrl+C, SIGTERM and a closed terminal stop cleanly, grandchildren included."""
    process, child = start_command()
    process.send_signal(number)
    process.communicate(timeout=10)
    assert process.returncode == 0
    until(lambda: not lives(child), 2)


def test_a_closed_terminal_does_not_end_what_runs_under_nohup():
    """F7: SIGHUP was ignored before; SIGTERM still ends it."""
    process, child = start_command(hangup="SIG_IGN")
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.terminate()
    process.communicate(timeout=10)
    assert process.returncode == 0
    until(lambda: not lives(child), 2)


def test_two_signals_end_it_no_less_cleanly():
    """F7: an impatient second Ctrl+C does not cut the cleaning short."""
    process, child = start_command()
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 0
    until(lambda: not lives(child), 2)


def test_a_signal_in_mid_start_leaves_nothing(monkeypatch):
    """F7: what `with` has not entered yet is ended all the same."""
    out = io.StringIO()
    crew = Supervisor([shell("web", "echo up; sleep 99")], out=out, grace=0.2)
    start = crew.start

    def interrupted():
        start()
        until(lambda: "up" in out.getvalue())
        raise supervisor.Stopped(0)

    monkeypatch.setattr(crew, "start", interrupted)
    with pytest.raises(SystemExit), crew:
        pass
    assert [child.process for child in crew._children] == [None]


def test_kill_9_of_the_supervisor_leaves_nothing():
    """F7: a watcher ends the programs of a supervisor that could not."""
    process, child = start_command()
    process.kill()
    process.communicate(timeout=10)
    until(lambda: not lives(child))


def test_a_closed_reader_does_not_keep_it_from_ending():
    """F7: `demo | head` ends as cleanly."""
    process, child = start_command()
    assert process.stdout
    process.stdout.close()
    process.terminate()
    assert process.wait(10) == 0
    until(lambda: not lives(child), 2)


def test_a_program_may_finish_within_its_grace(tmp_path):
    """F7: a worker ends its chunk before it goes."""
    done = tmp_path / "done"
    out = io.StringIO()
    script = f"trap 'sleep 0.3; touch {done}; exit' TERM; echo up; while :; do sleep 0.1; done"
    with Supervisor([shell("worker", script)], out=out):
        until(lambda: "up" in out.getvalue())
    assert done.exists()


@pytest.mark.parametrize("port", [0, -1, 65536, 10**9])
def test_a_port_that_does_not_exist_is_refused(port):
    """Bad input: wrong port."""
    with pytest.raises(SupervisorError, match=rf"Port {port} does not exist; .*--port 8000"):
        check_port(port)


def test_a_taken_port_is_refused_with_a_free_one():
    """Bad input: port taken; the cure can be typed as it stands."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SupervisorError) as caught:
            check_port(port)
    cure = re.search(r"--port (\d+)$", str(caught.value))
    assert str(caught.value).startswith(f"Port {port} is taken")
    assert cure
    check_port(int(cure[1]))


def test_a_free_port_is_accepted():
    """Bad input: and nothing else is refused."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    check_port(port)
