"""Three sources give the same documents, and each says in one line why it cannot go on (F9)."""

import gzip
import re
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import bson
import pytest
from bson import Binary, Decimal128, Int64, ObjectId

from config.bridges import Since, SourceRefused, open_source
from config.bridges.values import id_of
from tenants.records.rules import SourceDocument
from tests import mongo_documents as docs
from tests.mongo_documents import object_id
from tests.mongo_reading import exported, read
from tests.mongo_server import MongoServer, mongo_server

A_UUID = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
MOMENT = datetime(2024, 5, 6, 7, 8, 9, 123000, tzinfo=UTC)
EVERYTHING: dict[str, Any] = {
    "_id": ObjectId("65f000000000000000000001"),
    "text": "Ñandú – 漢字 🙂",
    "decimal": Decimal128("12.50"),
    "long": Int64(2**53 + 1),
    "int": 7,
    "real": 7.5,
    "uuid": A_UUID,
    "old_uuid": docs.legacy_uuid(A_UUID),
    "bytes": Binary(b"\x00\x01", 0),
    "moment": MOMENT,
    "yes": True,
    "null": None,
    "list": [1, "two", [3.0, None], {"four": ObjectId("65f000000000000000000002")}],
    "object": {"a": {"b": {"c": Decimal128("NaN")}}},
}
PLAIN: dict[str, Any] = {
    "_id": "65f000000000000000000001",
    "text": "Ñandú – 漢字 🙂",
    "decimal": Decimal("12.50"),
    "long": 2**53 + 1,
    "int": 7,
    "real": 7.5,
    "uuid": A_UUID,
    "old_uuid": A_UUID,
    "bytes": b"\x00\x01",
    "moment": MOMENT,
    "yes": True,
    "null": None,
    "list": [1, "two", [3.0, None], {"four": "65f000000000000000000002"}],
    "object": {"a": {"b": {"c": None}}},
}


def on_disk(folder: Path, form: str) -> Path:
    """Write the one document with everything in one of the forms of a file."""
    if form in ("dump", "dump.gz"):
        return docs.dump(folder, packed=form == "dump.gz", things=[EVERYTHING])
    kind, canonical = form.split()
    text = docs.json_text(
        [EVERYTHING], array=kind == "array", canonical=canonical == "canonical", pretty=kind == "pretty"
    )
    return exported(folder, text)


class TestValues:
    @pytest.mark.parametrize(
        "form",
        [
            "dump",
            "dump.gz",
            "lines canonical",
            "lines relaxed",
            "array canonical",
            "array relaxed",
            "pretty relaxed",
        ],
    )
    def test_every_file_form_gives_the_same_plain_values(self, tmp_path: Path, form: str) -> None:
        """F9: ObjectId, Decimal128, Int64, UUID, moments, nested lists, null: once read, plain Python."""
        (document,) = read(on_disk(tmp_path, form))
        assert document == SourceDocument("oid:65f000000000000000000001", PLAIN)
        assert {type(value) for value in document.fields.values()} <= {
            str, Decimal, int, float, UUID, bytes, datetime, bool, type(None), list, dict,
        }  # fmt: skip

    def test_a_server_gives_the_same_plain_values(self) -> None:
        """F9: the real driver over TCP reads what the files hold."""
        with mongo_server() as server:
            server.fill("crm", things=[EVERYTHING])
            (document,) = read(f"{server.uri}/crm")
        assert document == SourceDocument("oid:65f000000000000000000001", PLAIN)

    @pytest.mark.parametrize(
        ("identity", "written"),
        [
            (ObjectId("65f000000000000000000001"), "oid:65f000000000000000000001"),
            ("65f000000000000000000001", "str:65f000000000000000000001"),
            (7, "int:7"),
            (Int64(7), "int:7"),
            (7.0, "int:7"),
            (A_UUID, f"uuid:{A_UUID}"),
            (docs.legacy_uuid(A_UUID), f"uuid:{A_UUID}"),
            (None, ""),
        ],
    )
    def test_an_id_says_its_type_and_is_one_for_equal_ids(self, identity: object, written: str) -> None:
        """F9: an object id and the text of its digits are two documents; 7, 7.0 and NumberLong(7) are one."""
        assert id_of(identity) == written

    @pytest.mark.parametrize("identity", [{"a": 1}, "x" * 500, "a\0b", datetime(2024, 1, 1, tzinfo=UTC), 1.5])
    def test_any_other_id_becomes_a_digest(self, identity: object) -> None:
        """F9: ids can be anything; what does not fit a column is told apart by its digest."""
        assert re.fullmatch(r"sha:[0-9a-f]{64}", id_of(identity))

    def test_a_date_beyond_python_and_bytes_beyond_utf8_end_nothing(self, tmp_path: Path) -> None:
        """F9: one bad value is no reason to lose the rest of a collection."""
        far = bson.encode({"_id": 1, "at": bson.datetime_ms.DatetimeMS(2**55)})
        odd = bson.encode({"_id": 2, "name": "abcd"}).replace(b"abcd", b"ab\xff\xfe")
        (tmp_path / "things.bson").write_bytes(far + odd)
        assert [document.fields for document in read(tmp_path)] == [
            {"_id": 1, "at": 2**55},
            {"_id": 2, "name": "ab\ufffd\ufffd"},
        ]

    def test_a_document_without_an_underscore_id_goes_by_its_id(self, tmp_path: Path) -> None:
        """F9: an export with chosen fields may lack `_id`."""
        path = exported(tmp_path, '{"id": "a-7", "name": "x"}\n{"name": "nobody"}\n')
        assert [document.id for document in read(path)] == ["str:a-7", ""]


class TestFiles:
    def test_collections_are_found_in_the_folder_of_a_database(self, tmp_path: Path) -> None:
        """F9: mongodump writes dump/<database>/<collection>.bson; the folder above will do."""
        docs.dump(tmp_path / "dump" / "crm", things=[{"_id": 1}])
        assert read(tmp_path / "dump")[0].id == "int:1"

    def test_two_databases_are_told_apart_by_name(self, tmp_path: Path) -> None:
        """F9: which one is meant is asked, not guessed."""
        docs.dump(tmp_path / "crm", things=[{"_id": 1}])
        docs.dump(tmp_path / "old", things=[{"_id": 2}])
        assert len(open_source(str(tmp_path)).places(["things"])) == 2
        (place,) = open_source(str(tmp_path), database="old").places(["things"])
        assert place.name.endswith("old/things.bson")

    def test_the_description_beside_names_a_collection_that_its_file_cannot(self, tmp_path: Path) -> None:
        """F9: mongodump cuts long names and writes odd characters by their numbers."""
        docs.dump(tmp_path, packed=False, **{"th%24ings": [{"_id": 1}]})
        assert len(read(tmp_path, name="th%24ings")) == 1
        (tmp_path / "th%24ings.metadata.json").unlink()
        assert len(read(tmp_path, name="th$ings")) == 1

    @pytest.mark.parametrize("packed", [False, True])
    def test_an_archive_is_refused_with_the_cure(self, tmp_path: Path, packed: bool) -> None:
        """F9: `mongodump --archive` is a container of its own."""
        raw = b"\x6d\xe2\x99\x81" + b"\x00" * 60
        path = tmp_path / ("dump.archive.gz" if packed else "dump.archive")
        path.write_bytes(gzip.compress(raw) if packed else raw)
        with pytest.raises(SourceRefused, match=r"is an archive of `mongodump --archive`.*mongodump --out"):
            open_source(str(path))

    def test_a_view_is_no_collection(self, tmp_path: Path) -> None:
        """F9: the description beside says what was dumped."""
        docs.dump(tmp_path, things=[])
        (tmp_path / "things.metadata.json").write_text('{"type": "view"}')
        with pytest.raises(SourceRefused, match="this is a view, not a collection"):
            open_source(str(tmp_path)).places(["things"])

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ("/nowhere/at/all", "there is no such file or folder"),
            ("http://example.org/dump", "A source is mongodb://"),
            ("env:NOT_SET_ANYWHERE", "The variable NOT_SET_ANYWHERE is not set"),
            ("mongodb://", "cannot be used"),
            ("mongodb://127.0.0.1:1", "Name the database"),
            ("mongodb://a b:c@/x", "cannot be used"),
        ],
    )
    def test_what_is_no_source_is_said_in_one_line(self, said: str, words: str) -> None:
        """F9: a clear refusal, no traceback."""
        with pytest.raises(SourceRefused, match=words) as caught:
            open_source(said)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        "address",
        ["mongodb://ana:top-secret@", "mongodb://ana:top-secret:9@host/x", "mongodb://ana:top-secret@h:x/y"],
    )
    def test_a_password_is_never_repeated(self, address: str) -> None:
        """F9: an address that cannot be read may hold one."""
        with pytest.raises(SourceRefused) as caught:
            open_source(address)
        assert "secret" not in str(caught.value)

    def test_a_folder_without_a_collection_is_refused(self, tmp_path: Path) -> None:
        """F9: nothing to read is not the same as nothing to do."""
        (tmp_path / "notes.txt").write_text("hello")
        with pytest.raises(SourceRefused, match=r"no \.bson"):
            open_source(str(tmp_path))

    def test_the_address_may_come_from_the_environment(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """F9: a password on the command line stands in the list of processes."""
        docs.dump(tmp_path, things=[{"_id": 1}])
        monkeypatch.setenv("OLD_MONGO", str(tmp_path))
        assert len(read("env:OLD_MONGO")) == 1


class TestStreaming:
    @pytest.mark.parametrize("form", ["bson", "lines", "array"])
    def test_memory_does_not_grow_with_the_file(self, tmp_path: Path, form: str) -> None:
        """F9: a collection of 20 MB is read with less than 10 MB."""
        documents = ({"_id": object_id(n), "text": "x" * 900} for n in range(20_000))
        if form == "bson":
            (tmp_path / "things.bson").write_bytes(docs.bson_of(documents))
        else:
            exported(tmp_path, docs.json_text(documents, array=form == "array", canonical=False))
        source = open_source(str(tmp_path))
        (place,) = source.places(["things"])
        tracemalloc.start()
        assert sum(1 for _document in source.documents(place)) == 20_000
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 10 * 1024 * 1024


IDS = [ObjectId("000000000000000000000001"), *map(object_id, range(0, 36_000, 600)), "text-1", 7]


def served(server: MongoServer, folder: Path) -> str:
    server.fill("crm", things=[{"_id": identity} for identity in IDS])
    return f"{server.uri}/crm"


def dumped(server: MongoServer, folder: Path) -> str:
    return str(docs.dump(folder, things=[{"_id": identity} for identity in IDS]))


@pytest.mark.parametrize("arranged", [served, dumped])
class TestSince:
    """Incremental by `_id`, whichever the source."""

    def test_it_goes_on_an_hour_before_the_mark(
        self, tmp_path: Path, arranged: Callable[[MongoServer, Path], str]
    ) -> None:
        """F9: clocks of clients differ, so the last hour is read again; ids that are no object ids always."""
        with mongo_server() as server:
            found = read(arranged(server, tmp_path), since=Since(f"oid:{object_id(30_000)}"))
        expected = [f"oid:{one}" for one in map(object_id, range(26_400, 36_000, 600))]
        assert sorted(document.id for document in found) == sorted([*expected, "str:text-1", "int:7"])

    def test_it_asks_again_for_those_that_were_refused(
        self, tmp_path: Path, arranged: Callable[[MongoServer, Path], str]
    ) -> None:
        """F9: a document that could not be taken is not forgotten because it is old."""
        again = frozenset({f"oid:{object_id(600)}", "str:text-1", "str:gone"})
        with mongo_server() as server:
            found = read(arranged(server, tmp_path), since=Since(f"oid:{object_id(35_400)}", again))
        assert f"oid:{object_id(600)}" in {document.id for document in found}
        assert len(found) == 2 + 1 + 7

    def test_the_first_object_id_of_all_time_is_a_mark_too(
        self, tmp_path: Path, arranged: Callable[[MongoServer, Path], str]
    ) -> None:
        """F9: ids made by hand say 1970."""
        with mongo_server() as server:
            found = read(arranged(server, tmp_path), since=Since("oid:000000000000000000000001"))
        assert len(found) == len(IDS)
