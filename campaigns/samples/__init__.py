"""Synthetic clients' files with their truth beside: files, never rows. In a sample tenant time may pass."""

from campaigns.samples.files import (
    LOADED,
    SEED,
    ClientSample,
    make_collection_file,
    make_contact_list,
    write_client_files,
)
from campaigns.samples.passing import let_time_pass, mark_samples
from campaigns.samples.truth import PersonTruth, Truth

__all__ = [
    "LOADED",
    "SEED",
    "ClientSample",
    "PersonTruth",
    "Truth",
    "let_time_pass",
    "make_collection_file",
    "make_contact_list",
    "mark_samples",
    "write_client_files",
]
