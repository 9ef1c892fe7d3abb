"""Counts inside sentences are written as the reader writes numbers: 12.345 or 12,345, never 12345 (W7)."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = re.compile(r"\{% blocktranslate\b([^%]*)%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
COUNTED = re.compile(r"\bcount (\w+)=")


def test_no_sentence_of_a_page_writes_the_bare_number_that_it_counts() -> None:
    """`{% number all as shown %}` writes it; `count many=all` only chooses between singular and plural."""
    bare = [
        f"{path.relative_to(ROOT)}: {' '.join(words.split())[:80]}"
        for path in sorted(ROOT.glob("templates/**/*.html"))
        for head, words in SENTENCE.findall(path.read_text())
        for name in COUNTED.findall(head)
        if f"{{{{ {name} }}}}" in words
    ]
    assert bare == []
