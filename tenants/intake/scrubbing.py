"""Which words of an error or a log line may be kept? None that say who somebody is (S19).

Codes, ids of ours and names of columns stay: they say what went wrong, not with whom.
"""

import re

HIDDEN = "[…]"
LONGEST = 20_000
# The order matters: what a database quotes goes whole, before single values in it are looked for.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # PostgreSQL quotes the offending row: DETAIL: Key (email)=(ana@…) already exists.
    (re.compile(r"(Key \([^)\n]*\)=)\(.*\)"), rf"\1({HIDDEN})"),
    (re.compile(r"(Failing row contains )\(.*?\)\.?$", re.DOTALL | re.MULTILINE), rf"\1({HIDDEN})"),
    (re.compile(r"^((?:LINE \d+|CONTEXT|QUERY|STATEMENT):).*$", re.MULTILINE), rf"\1 {HIDDEN}"),
    (re.compile(r"(invalid input syntax for [^:\n]+: ).*"), rf"\1{HIDDEN}"),
    # Tokens: ours have three parts, links to a first password a long word, keys a name before them.
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"), HIDDEN),
    (
        re.compile(
            r"(?i)\b((?:password|passwd|secret|token|api_?key|authorization|csrf\w*)[\"']?\s*[=:]\s*)[^\s,;&]+"
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(?<=/)(?![0-9a-f]{8}-[0-9a-f]{4}-)(?=[\w-]*\d)[\w-]{24,}"), HIDDEN),
    # What a page was asked by may be a person's.
    (re.compile(r"(?<![^\s\w/])\?[^\s\"'=]+=[^\s\"']*"), f"?{HIDDEN}"),
    (re.compile(r"[^\s@<>()\"',;:=\[\]{}]+@[\w.-]+\.\w{2,}"), HIDDEN),
    # Phones: with a plus, parted as people part them, or in one piece; not inside ids, days or moments.
    (re.compile(r"(?<![\w.-])\+\d(?:[\s().-]?\d){7,14}(?![\w-])"), HIDDEN),
    (re.compile(r"(?<![\w.:/+-])(?!\d{4}-\d\d-\d\d\b)\d{1,4}(?:[ -]\d{2,4}){2,4}(?![\w.:-])"), HIDDEN),
    (re.compile(r"(?<![\w.:/+-])\d{9,12}(?![\w:-])"), HIDDEN),
    # Documents with their check digit.
    (re.compile(r"(?<![\w.-])\d{1,2}\.?\d{3}\.?\d{3}-[\dkK](?![\w-])"), HIDDEN),
    # Whence somebody came; the machine's own addresses are nobody's.
    (re.compile(r"(?<![\w.])(?!127\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"), HIDDEN),
)


def scrubbed(text: str) -> str:
    """Return a text in which nobody is recognised by number, address, document or token."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text[:LONGEST]
