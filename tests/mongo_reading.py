"""Sources read to their end, or to where they break (F9)."""

from contextlib import closing
from pathlib import Path

import pytest

from config.bridges import Since, SourceBroken, SourceRefused, open_source
from tenants.records.rules import SourceDocument


def read(source: object, *, name: str = "things", since: Since | None = None) -> list[SourceDocument]:
    with closing(open_source(str(source))) as opened:
        (place,) = opened.places([name])
        return list(opened.documents(place, since or Since()))


def read_until_broken(source: object) -> tuple[list[SourceDocument], str]:
    """Return the documents before the place where the source breaks, and what is said of it: one line."""
    found: list[SourceDocument] = []
    opened = open_source(str(source))
    (place,) = opened.places(["things"])
    with pytest.raises(SourceBroken) as caught:
        found.extend(opened.documents(place))
    assert "\n" not in str(caught.value)
    return found, str(caught.value)


def is_refused_well(source: object, name: str = "things") -> bool:
    """Read a source that may be broken; say whether it was, in one line."""
    try:
        read(source, name=name)
    except (SourceBroken, SourceRefused) as error:
        return "\n" not in str(error)
    return False


def exported(folder: Path, text: str | bytes, *, suffix: str = ".json") -> Path:
    path = folder / f"things{suffix}"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path
