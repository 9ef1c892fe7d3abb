"""Is a backup what was written? Looked at before anything is changed, and after it was written (S18)."""

from pathlib import Path

from config.backup import manifest, parcels
from config.backup.manifest import Held, Manifest
from config.backup.parcels import Tally
from config.backup.rules import CHECKING, Damaged, Show


def check(folder: Path, *, key: str, thoroughly: bool, show: Show, slug: str = "") -> Manifest:
    """Return the list of a backup of which every byte is right; `slug` looks at one tenant and public.

    `thoroughly` unpacks every file and counts and sums its rows as well. Raises BackupRefused.
    """
    found = manifest.read(folder, key=key)
    sealed = manifest.is_sealed(folder)
    wanted = {schema.name for schema in ([found.public, found.of(slug)] if slug else found.schemas)}
    held = [
        (manifest.place_of(schema.name, one.table.name, sealed=sealed), one)
        for schema, one in found.all()
        if one.parcel.rows and schema.name in wanted
    ]
    for done, (place, one) in enumerate(held, start=1):
        _check_one(folder / place, place, one, key=key if sealed else "", thoroughly=thoroughly)
        show(CHECKING, done, len(held))
    return found


def _check_one(path: Path, place: Path, held: Held, *, key: str, thoroughly: bool) -> None:
    if not parcels.is_as_written(path, held.parcel):
        raise Damaged(place=place)
    if thoroughly:
        tally = Tally().count(parcels.read(path, key=key))
        if (tally.rows, tally.checksum) != (held.parcel.rows, held.parcel.checksum):
            raise Damaged(place=place)
