"""Encrypt a stream in chunks, so that a flipped, moved or missing one is noticed: AES-256-GCM (S18).

Each file has a key of its own, drawn from the operator's and a random salt; so chunk numbers serve as nonces.
The last chunk says that it is the last: a file that is cut short does not open.
"""

import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"MINGA SEALED 1\n"
SALT, CHUNK, TAG = 32, 64 * 1024, 16


class Unsealable(Exception):
    """The key is another one, or the bytes are not those that were written."""


class Sealing(io.RawIOBase):
    """A stream that encrypts what is written to it; closing it writes the end, and leaves `out` open."""

    def __init__(self, out: BinaryIO, key: str) -> None:
        salt = os.urandom(SALT)
        out.write(MAGIC + salt)
        self._out, self._cipher, self._number = out, _cipher(key, salt), 0
        self._waiting = bytearray()

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, block: object) -> int:
        """Take a block; whole chunks leave at once."""
        view = memoryview(block)  # type: ignore[arg-type]  # the stubs know no name for "bytes-like"
        self._waiting += view
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return view.nbytes

    def close(self) -> None:
        """Write the last chunk; twice is once."""
        if not self.closed:
            self._seal(bytes(self._waiting), is_last=True)
        super().close()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, is_last), chunk, None))
        self._number += 1


class Opening(io.RawIOBase):
    """A stream that gives what was sealed. Raises Unsealable."""

    def __init__(self, source: BinaryIO, key: str) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise Unsealable
        self._source, self._cipher, self._number = source, _cipher(key, source.read(SALT)), 0
        self._next, self._open = source.read(CHUNK + TAG), b""

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer as far as the present chunk goes; 0 at the end."""
        view = memoryview(buffer)  # type: ignore[arg-type]  # the stubs know no name for "bytes-like"
        while not self._open and self._next:
            self._open = self._opened()
        given = self._open[: view.nbytes]
        view[: len(given)] = given
        self._open = self._open[len(given) :]
        return len(given)

    def _opened(self) -> bytes:
        chunk, self._next = self._next, self._source.read(CHUNK + TAG)
        try:
            plain = self._cipher.decrypt(_nonce(self._number, not self._next), chunk, None)
        except InvalidTag as error:
            raise Unsealable from error
        self._number += 1
        return plain


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _cipher(key: str, salt: bytes) -> AESGCM:
    drawn = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"minga backup").derive(key.encode())
    return AESGCM(drawn)
