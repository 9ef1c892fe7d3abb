"""What a production is started with: all files of its image, all variables, no log of requests (F8, S19)."""

from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def test_the_builder_gets_all_that_the_image_copies() -> None:
    """A folder that is kept from the builder ends the build."""
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert "insights" in copied
    assert {f"!{name}" for name in copied} <= set(sent)
