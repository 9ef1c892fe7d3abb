"""What does a model's answer hold? One JSON document, with or without the marks of a code block."""

from typing import Any

from tenants.intake.strict_json import read_json


def read_said(text: str) -> Any:
    """Return the value of an answer's text; many local models wrap JSON in a code block. Raises BadJSON."""
    return read_json(_unfenced(text).encode("utf-8", "surrogatepass"))


def _unfenced(text: str) -> str:
    bare = text.strip()
    if bare.startswith("```") and bare.endswith("```") and "\n" in bare:
        return bare[bare.index("\n") : -3]
    return bare
