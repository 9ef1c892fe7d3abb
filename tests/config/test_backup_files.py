"""Files of a backup: what is flipped, cut, moved or made by a newer release is noticed (S18)."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.backup import manifest, parcels
from config.backup.manifest import Manifest
from config.backup.parcels import Tally
from config.backup.people import _cell
from config.backup.rules import Damaged, NoBackup, NoKey, is_outlived, last_due
from config.backup.sealing import CHUNK, MAGIC, SALT, TAG, Opening, Sealing, Unsealable
from tests.config.backing_up import flip

KEY = "a synthetic key of backups, long enough"
CHUNKS = len(MAGIC) + SALT


def sealed(plain: bytes, key: str = KEY) -> bytes:
    out = io.BytesIO()
    with Sealing(cast(BinaryIO, out), key) as sealing:
        sealing.write(plain)
    return out.getvalue()


def opened(content: bytes, key: str = KEY) -> bytes:
    return io.BufferedReader(Opening(io.BytesIO(content), key)).read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_sealed_opens(size: int) -> None:
    plain = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    content = sealed(plain)
    assert opened(content) == plain
    assert content != sealed(plain), "every file has a key of its own"


def swapped(content: bytes) -> bytes:
    one, two = CHUNKS + CHUNK + TAG, CHUNKS + 2 * (CHUNK + TAG)
    return content[:CHUNKS] + content[one:two] + content[CHUNKS:one] + content[two:]


HARM: list[Callable[[bytes], bytes]] = [
    lambda content: content[: CHUNKS + CHUNK + TAG],  # cut at the end of a chunk
    lambda content: content[:-1],
    lambda content: content + b"x",
    lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    lambda content: content[:20] + bytes([content[20] ^ 1]) + content[21:],
    lambda content: b"x" + content[1:],
    swapped,
]


@pytest.mark.parametrize("harm", HARM)
def test_harm_to_a_sealed_file_is_noticed(harm: Callable[[bytes], bytes]) -> None:
    content = sealed(b"y" * CHUNK + b"z" * CHUNK + b"end")
    with pytest.raises(Unsealable):
        opened(harm(content))


def test_another_key_does_not_open() -> None:
    with pytest.raises(Unsealable):
        opened(sealed(b"x"), KEY + "x")


@given(
    lines=st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b" ") + b"\n")), data=st.data()
)
def test_the_checksum_knows_rows_but_no_order(lines: list[bytes], data: Any) -> None:
    """Equal whatever way the heap gives them; other as soon as one is missing, doubled or changed."""
    whole = Tally().count(lines)
    assert Tally().count(data.draw(st.permutations(lines))).checksum == whole.checksum
    assert Tally().count([*lines, b"more\n"]).checksum != whole.checksum
    assert b"".join(parcels.blocks(lines)) == b"".join(lines)


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_cell_is_read_as_it_was_written(text: str) -> None:
    r"""COPY writes seven characters otherwise; \N is no text."""
    written = text.replace("\\", "\\\\")
    for letter, plain in zip("bfnrtv", "\b\f\n\r\t\v", strict=True):
        written = written.replace(plain, f"\\{letter}")
    assert _cell(written) == text
    assert _cell(r"\N") is None


def a_list(folder: Path, key: str = "") -> Path:
    manifest.write(folder, Manifest("2026-04-15T03:00:00+00:00", "180006"), key=key)
    return folder / (manifest.SEALED if key else manifest.PLAIN)


def test_a_list_is_read_only_whole(tmp_path: Path) -> None:
    with pytest.raises(NoBackup):
        manifest.read(tmp_path, key="")
    listed = a_list(tmp_path)
    assert manifest.read(tmp_path, key="").server == "180006"
    flip(listed)
    with pytest.raises(Damaged):
        manifest.read(tmp_path, key="")
    flip(listed)
    flip(tmp_path / manifest.SUM, at=3)
    with pytest.raises((Damaged, NoBackup)):
        manifest.read(tmp_path, key="")


def test_a_sealed_list_asks_for_its_key(tmp_path: Path) -> None:
    a_list(tmp_path, KEY)
    for key in ("", KEY + "x"):
        with pytest.raises(NoKey):
            manifest.read(tmp_path, key=key)
    assert manifest.read(tmp_path, key=KEY).tenant == ""


def test_a_table_without_rows_has_no_file(tmp_path: Path) -> None:
    parcel = parcels.write(tmp_path / "x", [], key="")
    assert (parcel.rows, parcel.sha256, list(tmp_path.iterdir())) == (0, "", [])


def test_a_day_begins_at_its_hour() -> None:
    at = datetime(2026, 4, 15, 3, 0, tzinfo=UTC)
    assert last_due(at, hour=3) == at
    assert last_due(at - timedelta(seconds=1), hour=3) == at - timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "is_old"),
    [
        ("minga-20260401T030000Z", True),
        ("minga-20260402T030000Z", False),
        ("minga-acme-20200101T030000Z", False),
        ("photos", False),
    ],
)
def test_only_whole_backups_grow_old(name: str, is_old: bool) -> None:
    now = datetime(2026, 4, 15, 12, 0, tzinfo=UTC)
    assert is_outlived(name, now=now, days=14) == is_old
