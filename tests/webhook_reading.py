"""A receiver verifies a message with the very code of docs/webhooks.md."""

import re
from functools import cache
from typing import Any

from tests.architecture.sources import ROOT
from tests.receiver import Came


@cache
def example() -> dict[str, Any]:
    """Return the names that the page's Python example defines."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/webhooks.md").read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page
    return names


def verified(secret: str, came: Came) -> bool:
    """Say whether the message was signed with the secret."""
    return bool(example()["is_from_minga"](secret, came.headers, came.body.encode()))
