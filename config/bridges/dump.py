"""BSON as mongodump writes it: documents one after another, each with its length in front."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import bson
from bson.errors import BSONError

from config.bridges.sources import SourceBroken, SourceRefused
from config.bridges.values import CODEC, document_of
from tenants.records.rules import SourceDocument

LENGTH = 4
SHORTEST = 5
# A server refuses documents of more than 16 MB; a length beyond that is no length.
LONGEST = 17 * 1024 * 1024


def read_bson(stream: IO[bytes], path: Path) -> Iterator[SourceDocument]:
    """Yield the documents of a file; raises SourceBroken where it is cut off or is no BSON."""
    number, place = 1, 0
    while head := stream.read(LENGTH):
        raw: bytes = head + _rest(stream, head, path, f"document {number} (byte {place})")
        try:
            document = document_of(bson.decode(raw, codec_options=CODEC))
        except (BSONError, ValueError, OverflowError, RecursionError) as error:
            reason = " ".join(str(error).split())[:200]
            raise SourceBroken(f"{path}: document {number} (byte {place}) is no BSON: {reason}.") from error
        yield document
        number, place = number + 1, place + len(raw)


def _rest(stream: IO[bytes], head: bytes, path: Path, at: str) -> bytes:
    length = int.from_bytes(head, "little", signed=True)
    if len(head) == LENGTH and not SHORTEST <= length <= LONGEST:
        raise SourceBroken(f"{path}: {at} is no BSON: a length of {length} bytes.")
    rest = stream.read(length - LENGTH) if len(head) == LENGTH else b""
    if len(head) < LENGTH or len(rest) < length - LENGTH:
        raise SourceBroken(
            f"{path}: the file is cut off in {at}. What came before it is imported; "
            f"run again with the whole file and it goes on."
        )
    return rest


def collection_of(path: Path, stem: str) -> str:
    """Return the collection's real name; the file beside knows it where it is too long for a file's."""
    told = _metadata(path).get("collectionName")
    return told if isinstance(told, str) and told else stem


def check_metadata(path: Path) -> None:
    """Raise SourceRefused for a dump of what holds no documents of its own."""
    kind = _metadata(path).get("type", "collection")
    if kind != "collection":
        raise SourceRefused(f"{path}: this is a {kind}, not a collection.")


def _metadata(path: Path) -> dict[str, Any]:
    stem = path.name.removesuffix(".gz").removesuffix(".bson")
    for beside in (path.with_name(f"{stem}.metadata.json"), path.with_name(f"{stem}.metadata.json.gz")):
        if beside.exists():
            return _read_metadata(beside)
    return {}


def _read_metadata(path: Path) -> dict[str, Any]:
    try:
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found = json.loads(text)
    except (OSError, EOFError, ValueError, RecursionError) as error:
        raise SourceRefused(f"{path}: the description of the collection cannot be read ({error}).") from error
    return found if isinstance(found, dict) else {}
