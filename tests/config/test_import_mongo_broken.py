"""Files cut off, damaged or of another kind: what came before is read, the rest is one line (F9)."""

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bson
import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from tests import mongo_documents as docs
from tests.mongo_reading import exported, is_refused_well, read, read_until_broken


class TestBroken:
    def test_a_truncated_dump_gives_what_came_before(self, tmp_path: Path) -> None:
        """F9: cut off at any byte, the whole documents before it are read and the place is named."""
        raw = docs.bson_of({"_id": number, "text": "x" * 20} for number in range(3))
        size = len(raw) // 3
        for cut in range(2 * size + 1, 3 * size):
            (tmp_path / "things.bson").write_bytes(raw[:cut])
            found, said = read_until_broken(tmp_path)
            assert len(found) == 2
            assert f"is cut off in document 3 (byte {2 * size})" in said
            assert "\n" not in said

    def test_a_damaged_pack_gives_what_came_before(self, tmp_path: Path) -> None:
        """F9: half a .gz is a file cut off."""
        raw = gzip.compress(docs.bson_of({"_id": n, "text": str(hash(n)) * 50} for n in range(3000)))
        (tmp_path / "things.bson.gz").write_bytes(raw[: len(raw) // 2])
        found, said = read_until_broken(tmp_path)
        assert len(found) > 20
        assert "cut off or damaged" in said

    @pytest.mark.parametrize("raw", [b"GIF89a" * 10, b"\xff" * 64, b"\x04\0\0\0", b"\x0c\0\0\0garbage\x01"])
    def test_what_is_no_bson_is_said_so(self, tmp_path: Path, raw: bytes) -> None:
        """F9: a length of two gigabytes is not read into memory to find that out."""
        (tmp_path / "things.bson").write_bytes(raw)
        found, said = read_until_broken(tmp_path)
        assert found == []
        assert "document 1 (byte 0)" in said

    @given(st.binary(max_size=200))
    def test_no_bytes_make_it_fail_otherwise(self, tmp_path_factory: Any, raw: bytes) -> None:
        """F9: any file at all ends in documents or in one line."""
        folder = tmp_path_factory.mktemp("any")
        (folder / "things.bson").write_bytes(raw)
        (folder / "others.json").write_bytes(raw)
        for name in ("things", "others"):
            is_refused_well(folder, name)

    @pytest.mark.parametrize("array", [False, True])
    def test_truncated_json_gives_what_came_before(self, tmp_path: Path, array: bool) -> None:
        """F9: cut off at any character of the last document, the ones before it are read."""
        documents = [
            {"_id": ObjectId(), "text": "ñ" * 5, "yes": True, "n": [1, {"x": None}]} for _ in range(3)
        ]
        text = docs.json_text(documents, array=array, canonical=True)
        last = text.rindex('{"_id"')
        end = text.rstrip("\n]").rindex("}")
        for cut in range(last + 1, end):
            path = exported(tmp_path, text[:cut])
            found, said = read_until_broken(path)
            assert len(found) == 2, text[last:cut]
            assert "is cut off after line" in said, (text[last:cut], said)

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ('{"_id": 1}\n{"_id": 2}\n{"_id": nonsense, "more": "of it", "and": "so on and on and on"}\n', 3),
            ('{"_id": 1}\n{"_id": 2}\nname,title\n', 3),
            ('{"_id": 1}\n{"_id": 2}\n[1]\n', 3),
            ('{"_id": 1}\n{"_id": 2}\n{"_id": {"$oid": "not hex"}}\n', 3),
            ('{"_id": 1}\n{"_id": 2}\n{"$oid": "65f000000000000000000001"}\n', 3),
            ('[{"_id": 1},\n{"_id": 2},\n"text"]', 3),
        ],
    )
    def test_wrong_json_is_named_by_its_line(self, tmp_path: Path, text: str, line: int) -> None:
        """F9: one clear line, and what came before is kept."""
        found, said = read_until_broken(exported(tmp_path, text))
        assert [document.id for document in found] == ["int:1", "int:2"]
        assert f"line {line} is no Extended JSON" in said
        assert "\n" not in said

    @pytest.mark.parametrize(
        "text",
        ["<html>", "\x00\x00", "id,name\n1,x\n", '"text"', "7", '{"a": ' * 5000, b"\xff\xfe{\0}\0", "[7]"],
    )
    def test_what_is_no_export_is_said_so(self, tmp_path: Path, text: str | bytes) -> None:
        """F9: CSV, HTML, UTF-16 or a thousand brackets: one line."""
        found, _said = read_until_broken(exported(tmp_path, text))
        assert found == []

    @pytest.mark.parametrize("text", ["", "\n\n", "[]", " [ ] ", "\ufeff[\n]\n"])
    def test_an_empty_export_is_none(self, tmp_path: Path, text: str) -> None:
        """F9: no documents is an answer."""
        assert read(exported(tmp_path, text)) == []

    def test_a_wrong_line_far_from_the_end_is_found_without_reading_on(self, tmp_path: Path) -> None:
        """F9: bounded memory also for a file that is none."""
        path = exported(tmp_path, '{"_id": 1}\n{oops}\n' + '{"_id": 2}\n' * 1_000_000)
        tracemalloc.start()
        _found, said = read_until_broken(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert "line 2 is no Extended JSON" in said
        assert peak < 8 * 1024 * 1024

    @pytest.mark.parametrize("write", [json.dumps, lambda value: bson.encode({"a": value})])
    def test_a_document_nested_without_end_is_one_line(
        self, tmp_path: Path, write: Callable[[Any], Any]
    ) -> None:
        """F9: deeper than any program nests is broken, not a crash."""
        nested: Any = {}
        for _ in range(900):
            nested = {"a": nested}
        raw = write(nested)
        path = tmp_path / ("things.bson" if isinstance(raw, bytes) else "things.json")
        path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
        assert is_refused_well(path) or len(read(path)) == 1
