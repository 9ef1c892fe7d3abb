"""P1: bring every spelling of a job title to one form, quickly and without ever raising."""

import codecs
import unicodedata

# Latin letters that no decomposition reaches; the list is closed (P1).
_FOLDS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
    "ı": "i",
}
_KEPT = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def _settle(char: str) -> str:
    """Return what is left of one character after the steps of P1, a blank where a word ends."""
    category = unicodedata.category(char)
    if char == "\0" or category == "Cf":
        return ""
    decomposed = unicodedata.normalize("NFKD", char) if category[0] == "L" or category == "Nd" else char
    folded = "".join(_FOLDS.get(letter, letter) for letter in decomposed.lower())
    bare = (letter for letter in folded if unicodedata.category(letter) != "Mn")
    settled = "".join(letter if letter in _KEPT else " " for letter in bare)
    return " " if settled.isspace() else settled


class _Settled(dict[int, str]):
    """The translation table, filled as characters are met.

    Characters that only end a word are not kept: the rest number a few thousand, so that no
    input can make the table grow without end.
    """

    def __missing__(self, code: int) -> str:
        settled = _settle(chr(code))
        if settled != " ":
            self[code] = settled
        return settled


_SETTLED = _Settled()
_ASCII = bytes(ord(_settle(chr(code)) or " ") for code in range(128)) + b" " * 128


_BEYOND_ASCII = "personas-beyond-ascii"


def _settle_run(error: UnicodeError) -> tuple[str, int]:
    """Answer an encoder that met characters beyond ASCII: what P1 leaves of them, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].translate(_SETTLED), error.end


codecs.register_error(_BEYOND_ASCII, _settle_run)


def _text_of(value: object) -> str:
    if value is None:
        return ""
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - P1 never raises; some values refuse to be written (an int of 5,000 digits)
        return ""


def normalise(value: object) -> str:
    """Return the normalised title of `value`: words of a-z and 0-9 with single blanks, or "" (P1)."""
    title = value if isinstance(value, str) else _text_of(value)
    # Every title goes the ASCII way; the error handler is asked only for what lies beyond.
    settled = title.encode("ascii", _BEYOND_ASCII).translate(_ASCII, b"\0")
    return " ".join(settled.decode("ascii").split())
