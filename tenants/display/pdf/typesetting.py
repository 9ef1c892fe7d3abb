"""A template and values become a PDF, in a child process of its own (Exports)."""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from tenants.display.charts.svg import UNWRITABLE
from tenants.rules import RefusalKind, Refused

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
# A report takes half a second; this is for a machine that does a hundred other things.
WALL_SECONDS = 45.0
_CHILD = HERE / "child.py"
# Threads and their heaps reserve address space by the core, and the child has little of it.
_ENVIRONMENT = {"LANG": "C.UTF-8", "RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}


class NotSet(Refused):
    """The document could not be set: too large, too slow, or broken."""

    code = "pdf_not_made"
    kind = RefusalKind.UNPROCESSABLE
    message = _("The PDF could not be made. Narrow the range, or take the workbook.")


def typeset(template: Path, values: Mapping[str, Any], *, wall_seconds: float = WALL_SECONDS) -> bytes:
    """Return the PDF that a Typst template makes of plain JSON values (`sys.inputs.data`). Raises NotSet.

    Values are only ever data: no text of theirs can become markup, read a file or turn what stands beside it.
    """
    asked = {
        "template": str(template),
        "fonts": str(FONTS),
        "data": json.dumps(_writable(values), ensure_ascii=False, allow_nan=False),
    }
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said:
        try:
            ended = subprocess.run(
                [sys.executable, "-I", "-B", str(_CHILD)],
                input=json.dumps(asked).encode(),
                stdout=printed,
                stderr=said,
                env=_ENVIRONMENT,
                timeout=wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            logger.warning("A PDF took more than %s s", wall_seconds)
            raise NotSet from late
        printed.seek(0)
        made = printed.read()
        if ended.returncode or not made.startswith(b"%PDF"):
            _complain(ended.returncode, said)
            raise NotSet
        return made


def _complain(code: int, said: Any) -> None:
    # The engine quotes the template, which is ours, never the values.
    said.seek(0)
    logger.error("A PDF could not be set: %s, %s", code, said.read()[-400:].decode(errors="replace"))


def _writable(value: Any) -> Any:
    """Return values without what no file should carry, nor marks that turn the reading direction."""
    if isinstance(value, str):
        return UNWRITABLE.sub("", value)
    if isinstance(value, Mapping):
        return {str(key): _writable(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_writable(one) for one in value]
    return value
