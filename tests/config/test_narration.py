"""A long command tells its steps (W2): bars for people, objects for scripts."""

import io
import json

import pytest

from config.narration import Narrator, Step


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _spanish(monkeypatch):
    monkeypatch.setenv("LANG", "es")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


def test_it_gives_one_json_object_per_step_and_nothing_else():
    """Issue: `--json` prints one object a step; log lines of programs go elsewhere."""
    out, log = io.StringIO(), io.StringIO()
    tell = Narrator(as_json=True, out=out, log=log)
    with tell.step("tenants", "Organisations") as step:
        tell.write("web | GET /\n")
        step.facts["tenants"] = ["acme"]
    tell.say("for people only")
    said = json.loads(out.getvalue())
    assert said.pop("seconds") >= 0
    assert said == {"step": "tenants", "label": "Organisations", "state": "completed", "tenants": ["acme"]}
    assert log.getvalue() == "web | GET /\n"


def test_a_step_that_fails_says_so_and_why():
    """Issue: a script sees where it stopped."""
    out = io.StringIO()
    with (
        pytest.raises(ValueError, match="no disk"),
        Narrator(as_json=True, out=out).step("services", "Services"),
    ):
        raise ValueError("no disk")
    said = json.loads(out.getvalue())
    assert (said["state"], said["error"]) == ("failed", "no disk")


def test_a_step_ends_with_a_mark_and_its_time():
    """W2: the terminal says what was done; W7: with a comma in Spanish."""
    out = io.StringIO()
    with Narrator(as_json=False, out=out).step("web", "Web") as step:
        step.show(100, "2 de 2")
    mark, label, seconds, _unit, *rest = out.getvalue().split()
    assert (mark, label) == ("✓", "Web")
    assert seconds[1] == ","
    assert " ".join(rest) == "· 2 de 2"


def test_a_bar_never_goes_back():
    """W2: monotone, even when a job starts its second phase from nothing."""
    step = Step("import", "Import")
    step.show(40, "")
    step.show(10, "")
    assert step.percent == 40
    assert step.bar().count("━") == 8


def test_an_unknown_total_is_no_percentage():
    """W2: indeterminate is shown as such."""
    step = Step("import", "Import")
    step.show(None, "1.204")
    assert step.bar().count("━") == 3
    assert step.bar().endswith("1.204")


def test_a_log_line_does_not_break_the_bar(monkeypatch):
    """F7: lines of programs go above the moving bar."""
    monkeypatch.setattr("config.narration.TICK", 0.01)
    out = Terminal()
    tell = Narrator(as_json=False, out=out)
    with tell.step("web", "Web"):
        while "Web" not in out.getvalue():
            pass
        tell.write("web | up\n")
    assert "\r\x1b[Kweb | up\n" in out.getvalue()
