"""A running MongoDB server, read by its own driver in the order of ids."""

from collections.abc import Iterator, Sequence
from typing import Any

from bson import ObjectId
from bson.errors import BSONError
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.uri_parser import parse_uri

from config.bridges.sources import EVERYTHING, Place, Since, SourceBroken, SourceRefused
from config.bridges.values import CODEC, before, document_of, object_ids
from tenants.records.rules import OBJECT_ID, SourceDocument

SCHEMES = ("mongodb://", "mongodb+srv://")
BATCH = 1000
# Seconds: a server that does not answer is said so while the operator still looks.
PATIENCE = 10
OPTIONS: dict[str, Any] = {
    "appname": "minga import_mongo",
    "serverSelectionTimeoutMS": PATIENCE * 1000,
    "connectTimeoutMS": PATIENCE * 1000,
    "tz_aware": True,
}


class Server:
    """The collections of one database of a server."""

    is_ordered = True

    def __init__(self, uri: str, *, database: str = "") -> None:
        """Connect; `database` where the address names none. Raises SourceRefused."""
        try:
            named = parse_uri(uri, warn=False)
            chosen = database or named["database"]
            if not chosen:
                raise SourceRefused("Name the database: mongodb://host/DATABASE, or --database NAME.")
            self._client: MongoClient[dict[str, Any]] = MongoClient(uri, **OPTIONS)
        except (PyMongoError, ValueError) as error:
            said = _without_secrets(_line(error), uri)
            raise SourceRefused(f"This address of a MongoDB server cannot be used: {said}") from error
        hosts = ",".join(f"{host}:{port}" for host, port in named["nodelist"])
        # The address as it was given may hold a password.
        self.name = f"mongodb://{hosts}/{chosen}"
        self._database = self._client.get_database(chosen, codec_options=CODEC)

    def places(self, found_as: Sequence[str]) -> list[Place]:
        """Return which of these collections exist. Raises SourceRefused when the server does not answer."""
        try:
            here = set(self._database.list_collection_names())
        except PyMongoError as error:
            raise SourceRefused(f"{self.name}: {_line(error)}") from error
        return [Place(name, f"{self.name}.{name}", name) for name in found_as if name in here]

    def documents(self, place: Place, since: Since = EVERYTHING) -> Iterator[SourceDocument]:
        """Yield the wanted documents in the order of their ids."""
        collection = self._database.get_collection(place.at)
        try:
            found = collection.find(_question(since), sort=[("_id", 1)], batch_size=BATCH)
            for raw in found:
                yield document_of(raw)
        except (PyMongoError, BSONError, RecursionError) as error:
            raise SourceBroken(
                f"{place.name}: {_line(error)} What came before is imported; run again and it goes on."
            ) from error

    def passed_over(self) -> int:
        """Return 0: the server passes over by itself."""
        return 0

    def close(self) -> None:
        """End the connections."""
        self._client.close()


def _question(since: Since) -> dict[str, Any]:
    """Ask for ids above the mark, for those named, and for all that are no object ids.

    A comparison in MongoDB sees values of its own type only: text ids would never be above an object id.
    """
    if not since.upto:
        return {}
    low = ObjectId(before(since.upto).removeprefix(OBJECT_ID))
    wanted: list[dict[str, Any]] = [{"_id": {"$gt": low}}, {"_id": {"$not": {"$type": "objectId"}}}]
    if since.again:
        wanted.append({"_id": {"$in": object_ids(since.again)}})
    return {"$or": wanted}


def _without_secrets(text: str, uri: str) -> str:
    """Return a driver's words without the name and password of an address that it could not read."""
    for secret in uri.partition("://")[2].rpartition("@")[0].split(":"):
        text = text.replace(secret, "…") if secret else text
    return text


def _line(error: Exception) -> str:
    if isinstance(error, OperationFailure):
        return f"the server refused: {error.details.get('errmsg') if error.details else error}."
    return " ".join(str(error).split())[:300].rstrip(".") + "."
