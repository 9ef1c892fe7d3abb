"""Run as a program by `typeset`: set one document from standard input within hard limits, print the PDF.

Strangers' texts reach it as values of JSON, never as markup. It runs apart, so that time and memory can be
bounded and a crash is nobody else's; it is started without the product's path and without its environment.
"""

import json
import resource
import sys
from typing import Any

# The fonts and the engine of the wheel are mapped into it: 84 MB of them.
MEMORY = 1 << 30  # bytes of address space
CPU_SECONDS = 40
OUTPUT = 40_000_000  # bytes


def limit_itself() -> None:
    """Give up memory, time and file size beyond the limits, for good."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def set_document(asked: dict[str, Any]) -> bytes:
    """Return the PDF of {template, fonts, data}; nothing beside the template's folder can be read."""
    import typst  # under the limits, not before them

    template = str(asked["template"])
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[asked["fonts"]])
    made = typst.compile(
        template,
        root=template.rpartition("/")[0],
        font_paths=fonts,
        sys_inputs={"data": asked["data"]},
        format="pdf",
    )
    return bytes(made)


if __name__ == "__main__":
    limit_itself()
    sys.stdout.buffer.write(set_document(json.loads(sys.stdin.buffer.read())))
