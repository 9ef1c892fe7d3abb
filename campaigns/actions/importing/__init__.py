"""A client's file becomes a campaign, the same rows always to the same end (C1-C11)."""

from campaigns.actions.importing.refusals import ColumnsUnusable, UnreadableClientFile
from campaigns.actions.importing.terms import Upload
from campaigns.actions.importing.uploads import (
    ClientPreview,
    MadeFromFile,
    create_from_file,
    preview_client_file,
)
from campaigns.actions.importing.work import import_client_file, settle_client_file

__all__ = [
    "ClientPreview",
    "ColumnsUnusable",
    "MadeFromFile",
    "UnreadableClientFile",
    "Upload",
    "create_from_file",
    "import_client_file",
    "preview_client_file",
    "settle_client_file",
]
