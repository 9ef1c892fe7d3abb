"""Files to try the pages with, as people have them: an export of LinkedIn, a client's debtors (F7)."""

from datetime import date
from pathlib import Path

from campaigns.samples import make_collection_file
from personas.samples import make_linkedin_export

CONTACTS, DEBTORS = "Connections.csv", "cobranza.xlsx"
# Small enough to be looked through; some rows of each are odd, so that refusals can be seen.
ROWS, DEBTOR_ROWS = 300, 40
# Other people than those whom the demo brings in.
SEED = 77


def write_files(folder: Path, *, today: date) -> list[Path]:
    """Write both files into `folder`, dated `today`, anew at every start; return where they are."""
    folder.mkdir(exist_ok=True)
    contents = {
        CONTACTS: make_linkedin_export(rows=ROWS, seed=SEED, until=today).content,
        DEBTORS: make_collection_file(rows=DEBTOR_ROWS, seed=SEED, loaded=today).content,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]
