"""What a production is started with: all files of its image, all variables, no log of requests (F8, S19)."""

from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def test_the_builder_gets_all_that_the_image_copies() -> None:
    """A folder that is kept from the builder ends the build."""
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert "insights" in copied
    assert {f"!{name}" for name in copied} <= set(sent)


@pytest.mark.parametrize("place", ["Dockerfile", "systemd/minga-web.service"])
def test_the_web_process_logs_in_our_form_and_no_requests(place: str) -> None:
    """S19: a log of requests holds whence somebody came, what a page was asked and links to passwords."""
    started = (DEPLOY / place).read_text()
    assert "--logger-class=config.web.HouseLogger" in started
    assert "--access-logfile" not in started


def test_every_container_of_ours_gets_the_variables_that_were_filled_in() -> None:
    """F8: keys of providers, of the model, of mail; a list by name had left most of them behind."""
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    ours = {name: one for name, one in services.items() if one.get("image", "").startswith("minga:")}
    assert ours.keys() == {"migrate", "web", "worker", "beat"}
    assert {tuple(one["env_file"]) for one in ours.values()} == {("minga.env",)}


def test_daily_backups_have_a_place() -> None:
    """S18: the containers' own disk cannot be written, so there would be none."""
    whole = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    worker = whole["services"]["worker"]
    assert "backups" in whole["volumes"]
    assert f"backups:{worker['environment']['MINGA_BACKUP_DIR']}" in worker["volumes"]
    assert "--owner=minga /backups" in (DEPLOY / "Dockerfile").read_text()
